import type { Fault } from './fault.ts';
import { quote } from './tree.ts';

/** Checks a reference by the engines' own rules: `[HOST[:PORT]/]NAME[:TAG][@DIGEST]`. Undefined when it is fine. */
export function imageFault(reference: string): Fault | undefined {
  const fault = (from: number, to: number, what: string, hint: string): Fault => {
    return { code: 'bad-image', from, to, message: `the image ${quote(reference)} ${what}`, hint };
  };
  if (reference === '') {
    return {
      code: 'bad-image',
      from: 0,
      to: 0,
      message: 'the image is empty',
      hint: 'name one, e.g. node:22-slim',
    };
  }
  const space = /\s+/.exec(reference);
  if (space !== null)
    return fault(space.index, space.index + space[0].length, 'contains a space', 'remove it');
  if (/^https?:\/\//.test(reference)) {
    const to = reference.indexOf('://') + 3;
    return fault(0, to, 'is a web address', `write ${reference.slice(to)}`);
  }
  const { name, nameStart, tag, tagStart, digest, digestStart } = split(reference);
  const nameEnd = nameStart + name.length;
  if (digest !== undefined && !/^[a-z0-9]+([+._-][a-z0-9]+)*:[0-9a-f]{32,}$/i.test(digest)) {
    const hint = 'a digest is sha256: and 64 hexadecimal digits';
    return fault(digestStart - 1, reference.length, 'has a malformed digest', hint);
  }
  if (tag === '')
    return fault(tagStart - 1, tagStart, 'ends without a tag', 'name a tag behind the colon, or remove it');
  if (tag !== undefined && !/^\w[\w.-]{0,127}$/.test(tag)) {
    const hint = 'a tag has at most 128 letters, digits, _ . and -';
    return fault(tagStart, tagStart + tag.length, 'has a malformed tag', hint);
  }
  if (/[A-Z]/.test(name)) {
    const lower = reference.slice(0, nameStart) + name.toLowerCase() + reference.slice(nameEnd);
    return fault(nameStart, nameEnd, 'has upper-case letters in its name', `write ${lower}`);
  }
  if (!/^[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_{1,2}|-+)[a-z0-9]+)*)*$/.test(name)) {
    const hint = 'a name has lower-case letters and digits, with single . _ - or / between them';
    return fault(nameStart, nameEnd, 'has a malformed name', hint);
  }
  return undefined;
}

function split(reference: string) {
  const at = reference.indexOf('@');
  const beforeDigest = at < 0 ? reference : reference.slice(0, at);
  const digest = at < 0 ? undefined : reference.slice(at + 1);
  const slash = beforeDigest.lastIndexOf('/');
  const colon = beforeDigest.indexOf(':', slash + 1);
  const tag = colon < 0 ? undefined : beforeDigest.slice(colon + 1);
  const path = colon < 0 ? beforeDigest : beforeDigest.slice(0, colon);
  const first = path.slice(0, path.indexOf('/') + 1);
  // The first part is a host when nothing else can look like it; upper case is allowed in hosts.
  const nameStart = /[.:]|^localhost\/$/.test(first) ? first.length : 0;
  return { name: path.slice(nameStart), nameStart, tag, tagStart: colon + 1, digest, digestStart: at + 1 };
}
