import { isIPv4, isIPv6 } from 'node:net';

/** An address in network order: 4 bytes or 16; undefined for a text that is none. A zone is left out. Pure. */
export function ipBytes(text: string): Buffer | undefined {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  if (!isIPv6(text)) return undefined;
  const [address = ''] = text.split('%');
  const [before = [], after] = address.split('::').map(groups);
  const missing = 16 - before.length - (after?.length ?? 0);
  return Buffer.from([...before, ...new Array<number>(missing).fill(0), ...(after ?? [])]);
}

/** The bytes of groups with colons between them, of which the last may be an IPv4 address. */
function groups(text: string): readonly number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
