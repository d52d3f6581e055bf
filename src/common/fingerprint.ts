import { createHash } from 'node:crypto';

/** What something was made from, aspect by aspect, short enough for a label: `command=1a2b3c4d,image=…`. */
export function fingerprint(aspects: Readonly<Record<string, unknown>>): string {
  return Object.entries(aspects)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, value]) => `${name}=${shortHash(value)}`)
    .join(',');
}

/** Names of the aspects in which two fingerprints differ, sorted; aspects that only one of them has count. */
export function changedAspects(before: string, after: string): readonly string[] {
  const old = aspectsOf(before);
  const young = aspectsOf(after);
  return [...new Set([...old.keys(), ...young.keys()])]
    .filter((name) => old.get(name) !== young.get(name))
    .sort();
}

function aspectsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((part): [string, string] => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

function shortHash(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value) ?? 'undefined')
    .digest('hex')
    .slice(0, 8);
}
