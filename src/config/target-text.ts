import { didYouMean, nearest } from '../common/nearest.ts';
import type { PlatformKind, TargetKind, TargetRef } from '../model/workspace.ts';
import type { Fault } from './fault.ts';
import { foreignKindHint, kinds, platformOf, spellings, targetForms } from './target-kinds.ts';
import { quote } from './tree.ts';

export { platformOf, targetForms } from './target-kinds.ts';

/**
 * Parses `[NAMESPACE:]deployment/NAME[/CONTAINER]` and its like, `container/NAME` or `compose/PROJECT/SERVICE`. Kinds as
 * kubectl spells them; `/container/` before the name of a container says nothing more.
 */
export function parseTargetText(text: string): TargetRef | Fault {
  const prefixed = /^([^/:]*):([^/:]+)\/./.exec(text);
  const [, namespace, kind = ''] = prefixed ?? [];
  if (namespace === undefined || !isKind(kind)) return parseWithin(text);
  const from = namespace.length + 1;
  const target = parseWithin(text.slice(from));
  if ('code' in target) return { ...target, from: target.from + from, to: target.to + from };
  const fault = namespaceFault(namespace, target);
  return fault === undefined ? { ...target, namespace } : { code: 'bad-target', from: 0, ...fault };
}

function isKind(word: string): boolean {
  return kinds.has(word) || foreignKindHint(word) !== undefined;
}

function namespaceFault(namespace: string, { kind }: TargetRef): Omit<Fault, 'code' | 'from'> | undefined {
  const to = namespace.length;
  if (platformOf(kind) === 'docker') {
    const message = `a target on Docker has no namespace: ${quote(namespace)}`;
    return { to: to + 1, message, hint: 'remove it' };
  }
  if (/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(namespace) && to <= 63) return undefined;
  const message = `${quote(namespace)} cannot be the name of a namespace`;
  return { to, message, hint: 'at most 63 lower-case letters, digits and - are allowed' };
}

function parseWithin(text: string): TargetRef | Fault {
  const fault = (to: number, message: string, hint: string): Fault => {
    return { code: 'bad-target', from: 0, to, message, hint };
  };
  const [word = '', ...path] = text.split('/');
  const kind = kinds.get(word);
  if (kind !== undefined) return parsePath(text, word, kind, path);
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
  const near = nearest(word, spellings).slice(0, 1);
  return fault(
    word.length,
    `${quote(word)} is no kind of target`,
    foreignKindHint(word) ??
      didYouMean(...near.map((kind) => [kind, ...path].join('/'))) ??
      `write ${targetForms.kubernetes}; on Docker ${targetForms.docker}`,
  );
}

function parsePath(
  text: string,
  word: string,
  kind: TargetKind,
  written: readonly string[],
): TargetRef | Fault {
  const isLong = platformOf(kind) === 'kubernetes' && written.length === 3 && written[1] === 'container';
  const path = isLong ? [written[0] ?? '', written[2] ?? ''] : written;
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
    const before = written.slice(0, isLong && index === 1 ? 2 : index);
    const from = [word, ...before].join('/').length + 1;
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
  const platform: PlatformKind = platformOf(kind);
  if (platform === 'docker') {
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
