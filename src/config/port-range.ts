import { quote } from './tree.ts';

/** More ports at once than any program has; each costs the engine a listener. */
const MOST_PORTS = 1000;

/** Why a text is neither a port number nor a range of them, as a sentence; undefined when it is. */
export function portFault(text: string): string | undefined {
  if (text === '') return 'a port number is missing';
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (range !== null) {
    const [first = '', last = ''] = range.slice(1);
    const wrong = portFault(first) ?? portFault(last);
    if (wrong !== undefined) return wrong;
    if (Number(first) > Number(last)) return `the range ${text} ends before it begins`;
    const count = Number(last) - Number(first) + 1;
    return count > MOST_PORTS ? `the range ${text} has ${count} ports, more than ${MOST_PORTS}` : undefined;
  }
  if (!/^\d+$/.test(text)) return `${quote(text)} is no port number`;
  return Number(text) >= 1 && Number(text) <= 65535
    ? undefined
    : `a port number is at most 65535, not ${text}`.replace(/at most 65535, not 0+$/, 'at least 1, not 0');
}

/** The numbers of a port or a range without fault, in order. */
export function parsePortRange(text: string): readonly number[] {
  const [first = '', last = first] = text.split('-');
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, index) => Number(first) + index);
}
