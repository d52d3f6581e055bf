import type { ErrorCode } from '../../common/errors.ts';

/** Whether a text is the code of an error. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(errorMeanings, text);
}

/** What each code of an error means, and whose move it is, in a sentence or two. */
export const errorMeanings: Readonly<Record<ErrorCode, string>> = {
  'admission-refused':
    'A rule of the cluster (an admission policy or a quota) refused the agent. Whoever runs the cluster can allow it.',
  'agent-failed':
    'The agent in the workload’s network did not start, ended, or refused a port. The evidence is what it wrote last.',
  'bridge-refused':
    'The agent of a workload could not be reached, or did not take over a port; the message says why.',
  cancelled: 'The command was ended before it was done, by a signal or because something else had failed.',
  'cluster-failed': 'The cluster answered a request with an error that devenv has no remedy for.',
  'cluster-unreachable':
    'The cluster of the kubeconfig’s context did not answer. Check the network, a VPN, and `kubectl get pods`.',
  'config-invalid':
    'The file has problems, which are told with their places. `devenv validate` tells them all.',
  'config-not-found':
    'The file, or an env file of the command line, is missing, cannot be read, or is too large.',
  'container-failed':
    'A container could not be made or started, or ended at once. The evidence is what it wrote last.',
  'credential-refused': 'The cluster or the engine does not accept the credentials. Log in again.',
  'deadline-passed': 'Something took longer than it may; the message says what, and how long.',
  'debug-impossible':
    'A command cannot be run under the debugger the file asks for. Name the command in `debug`.',
  'engine-failed': 'The container engine answered a request with an error that devenv has no remedy for.',
  'engine-unreachable':
    'No container engine answered. Start it, or check DOCKER_HOST and `docker context ls`.',
  'environment-unreadable': 'The variables of a workload cannot be read; the message says why.',
  'files-unreadable':
    'Files of a workload cannot be read, or cannot be put in place in a service; the message says why.',
  'image-build-failed': 'An image could not be built. The evidence is what the build wrote last.',
  'image-not-found': 'An image is neither on the engine nor in its registry, or its registry wants a login.',
  internal:
    'Something happened that devenv does not expect: a fault of devenv. Please report it with the lines of its evidence.',
  'kubeconfig-invalid': 'The kubeconfig is missing, is no YAML, or has no such context.',
  'mount-failed':
    'What a service mounts does not exist where it runs or has no place there, or the engine refused the mount.',
  'not-confirmed':
    'A question was answered with no, or could not be asked. `--yes` answers all of them with yes.',
  'permission-missing':
    'The cluster does not allow this user what devenv needs; the message names the permission.',
  'port-taken':
    'A port of this machine is used by another program. Choose another one in `ports`, or end that program.',
  'preflight-failed':
    'Several things stand in the way of `up`, all of which are told, or with `--strict` something that may turn out badly. Nothing was touched.',
  'program-not-executable':
    'The program that `exec` was to run is no program, as shells have it with the exit code 126.',
  'program-not-found':
    'The program that `exec` was to run does not exist in the container, as shells have it with the exit code 127.',
  'program-replaced': 'Files of devenv were replaced while it ran. Run the command again.',
  'protocol-mismatch': 'Session and agent are of different versions, and do not understand each other.',
  'session-conflict':
    'Another session of this project runs, here or elsewhere, or a name that devenv needs on the engine is taken. `devenv ps` tells whose it is; `devenv down` ends it.',
  'state-unusable': 'The directory of this user’s state or sockets cannot be used, or is not private.',
  'target-conflict':
    'A port of the target is held by another session, or by another service of this file under another name of the same pod.',
  'target-not-found': 'The cluster or engine has no workload, container or port of this name.',
  'target-unsupported': 'A workload is of a kind, or is set up in a way, that devenv cannot bridge.',
  'too-many-agents':
    'Agents were placed at a workload again and again within an hour and did not stay, so that none is placed there for now. Something ends them: look at the pod’s events.',
  usage:
    'The command line has something that the command does not take. `devenv help COMMAND` shows what it does.',
  'volume-not-found':
    'The engine has no volume of this name, and the file says that it exists already: `external: true`. Make it, or let devenv do so.',
};
