import { didYouMean, nearest } from '../common/nearest.ts';
import type { KubernetesTargetKind, PlatformKind, TargetKind, TargetRef } from '../model/workspace.ts';
import type { Fault } from './fault.ts';
import { quote } from './tree.ts';

/** How the targets of a platform are written. */
export const targetForms: Readonly<Record<PlatformKind, string>> = {
  docker: 'container/NAME or compose/PROJECT/SERVICE',
  kubernetes: 'deployment/NAME, statefulset/NAME, replicaset/NAME, daemonset/NAME or pod/NAME',
};

/** Spellings of each kind of workload, as kubectl takes them. */
const workloads: Readonly<Record<Exclude<KubernetesTargetKind, 'namespace'>, readonly string[]>> = {
  deployment: ['deployments', 'deploy', 'deployment.apps', 'deployments.apps'],
  statefulset: ['statefulsets', 'sts', 'statefulset.apps', 'statefulsets.apps'],
  replicaset: ['replicasets', 'rs', 'replicaset.apps', 'replicasets.apps'],
  daemonset: ['daemonsets', 'ds', 'daemonset.apps', 'daemonsets.apps'],
  pod: ['pods', 'po'],
};

const kinds: ReadonlyMap<string, TargetKind> = new Map([
  ['container', 'container'],
  ['compose', 'compose'],
  ...Object.entries(workloads).flatMap(([kind, others]) =>
    [kind, ...others].map((spelling) => [spelling, kind as TargetKind] as const),
  ),
]);

/** What else a cluster has, and why it is no target. */
const noTargets: readonly { readonly words: RegExp; readonly hint: string }[] = [
  {
    words: /^(services?|svc|ingress(es)?|ing)$/,
    hint: 'its traffic comes to pods: name the workload behind it, such as deployment/NAME',
  },
  {
    words: /^(jobs?|cronjobs?|cj)(\.batch)?$/,
    hint: 'it has no pods that are there to stay; a single one is pod/NAME',
  },
];

/** Platform that a kind of target lives on. */
export function platformOf(kind: TargetKind): PlatformKind {
  return kind === 'container' || kind === 'compose' ? 'docker' : 'kubernetes';
}

/** Parses `deployment/NAME[/CONTAINER]` and its like, `container/NAME` or `compose/PROJECT/SERVICE`. */
export function parseTargetText(text: string): TargetRef | Fault {
  const fault = (to: number, message: string, hint: string): Fault => {
    return { code: 'bad-target', from: 0, to, message, hint };
  };
  const [word = '', ...path] = text.split('/');
  const kind = kinds.get(word);
  if (kind === undefined) {
    const colon = /^([a-z.]+):(.+)$/.exec(text);
    if (colon !== null && kinds.has(colon[1] ?? ''))
      return fault(
        text.length,
        `a target has slashes, no colons: ${quote(text)}`,
        `write ${text.replaceAll(':', '/')}`,
      );
    if (path.length === 0) {
      return fault(
        text.length,
        `the target ${quote(text)} does not say what it is`,
        `write deployment/${text || 'NAME'}, container/${text || 'NAME'}, or another kind of target`,
      );
    }
    const known = noTargets.find(({ words }) => words.test(word));
    if (known !== undefined) return fault(word.length, `${quote(word)} is no kind of target`, known.hint);
    const near = nearest(word, ['container', 'compose', ...Object.keys(workloads)]).slice(0, 1);
    return fault(
      word.length,
      `${quote(word)} is no kind of target`,
      didYouMean(...near.map((kind) => [kind, ...path].join('/'))) ??
        `write ${targetForms.kubernetes}; on Docker ${targetForms.docker}`,
    );
  }
  return parsePath(text, word, kind, path);
}

function parsePath(text: string, word: string, kind: TargetKind, path: readonly string[]): TargetRef | Fault {
  const [form, least, most] =
    kind === 'container'
      ? ['container/NAME', 1, 1]
      : kind === 'compose'
        ? ['compose/PROJECT/SERVICE', 2, 2]
        : [`${kind}/NAME or ${kind}/NAME/CONTAINER`, 1, 2];
  if (path.length < least || path.length > most || path.includes('')) {
    const message = `the target ${quote(text)} is not of the form ${form}`;
    return { code: 'bad-target', from: 0, to: text.length, message, hint: `write ${form}` };
  }
  for (const [index, name] of path.entries()) {
    const what = nameOf(kind, index);
    if (what.form.test(name) && name.length <= what.longest) continue;
    const from = [word, ...path.slice(0, index)].join('/').length + 1;
    const tooLong = name.length > what.longest;
    return {
      code: 'bad-target',
      from,
      to: from + name.length,
      message: `${quote(name)} cannot be the name of ${what.title}${tooLong ? ': it is too long' : ''}`,
      hint: tooLong ? `at most ${what.longest} characters are allowed` : what.hint,
    };
  }
  return { kind, path };
}

/** Rules of the name at one place of a target's path. */
function nameOf(kind: TargetKind, index: number) {
  if (platformOf(kind) === 'docker') {
    const title =
      kind === 'container' ? 'a container' : index === 0 ? 'a Compose project' : 'a Compose service';
    const form = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
    return { title, form, longest: 255, hint: 'letters, digits, _ . and - are allowed' };
  }
  return index === 0
    ? {
        title: `a ${kind}`,
        form: /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
        longest: 253,
        hint: 'lower-case letters, digits, . and - are allowed',
      }
    : {
        title: 'a container of a pod',
        form: /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
        longest: 63,
        hint: 'lower-case letters, digits and - are allowed',
      };
}
