import type { TargetRef } from '../model/workspace.ts';
import type { Fault } from './fault.ts';
import { suggest } from './suggest.ts';
import { quote } from './tree.ts';

const kinds = ['container', 'compose'] as const;

/** Kinds of Kubernetes workloads, also by their short names. */
const kubernetesKinds =
  /^(deployments?|deploy|statefulsets?|sts|replicasets?|rs|daemonsets?|ds|pods?|po|services?|svc|jobs?|cronjobs?)$/;

/** Parses `container/NAME` or `compose/PROJECT/SERVICE`. A Kubernetes workload is a fault `unsupported-platform`. */
export function parseTargetText(text: string): TargetRef | Fault {
  const fault = (to: number, message: string, hint: string, code = 'bad-target'): Fault => {
    return { code, from: 0, to, message, hint };
  };
  const [word = '', ...path] = text.split('/');
  if (kubernetesKinds.test(word)) {
    return fault(
      text.length,
      `${quote(text)} is a Kubernetes workload, which this version does not support yet`,
      'targets are container/NAME and compose/PROJECT/SERVICE',
      'unsupported-platform',
    );
  }
  const kind = kinds.find((known) => known === word);
  if (kind === undefined) {
    const colon = /^(container|compose):(.+)$/.exec(text);
    if (colon !== null)
      return fault(
        text.length,
        `a target has slashes, no colons: ${quote(text)}`,
        `write ${text.replaceAll(':', '/')}`,
      );
    if (path.length === 0) {
      return fault(
        text.length,
        `the target ${quote(text)} does not say what it is`,
        `write container/${text || 'NAME'} or compose/PROJECT/SERVICE`,
      );
    }
    const near = suggest(word, kinds);
    return fault(
      word.length,
      `${quote(word)} is no kind of target`,
      near === undefined
        ? 'write container/NAME or compose/PROJECT/SERVICE'
        : `did you mean ${[near, ...path].join('/')}?`,
    );
  }
  const form = kind === 'container' ? 'container/NAME' : 'compose/PROJECT/SERVICE';
  const wanted = kind === 'container' ? 1 : 2;
  if (path.length !== wanted || path.includes('')) {
    return fault(text.length, `the target ${quote(text)} is not of the form ${form}`, `write ${form}`);
  }
  for (const [index, name] of path.entries()) {
    if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) continue;
    const from = [kind, ...path.slice(0, index)].join('/').length + 1;
    const message = `${quote(name)} cannot be the name of ${kind === 'container' ? 'a container' : index === 0 ? 'a Compose project' : 'a Compose service'}`;
    return {
      code: 'bad-target',
      from,
      to: from + name.length,
      message,
      hint: 'letters, digits, _ . and - are allowed',
    };
  }
  return { kind, path };
}
