import { answerWith, questionOf, recordType } from '../common/dns-answer.ts';
import { hasWholeQuestion, queriedName } from '../common/dns-framing.ts';
import { ipBytes } from '../common/ip-bytes.ts';

/** A line of a hosts file: an address and its names in lower case, the first of them its own. */
interface HostLine {
  readonly address: string;
  readonly bytes: Buffer;
  readonly names: readonly string[];
}

/** Nobody has more of them under one name; an answer has room for some thousand. */
const MOST_ADDRESSES = 64;

/** Names that mean whoever asks, wherever that is. */
const OF_WHO_ASKS = /^(localhost|ip6-[a-z]+)$/;

/**
 * The answer of a hosts file to a query, as programs beside it take it: before any name server, by whole names. A name with
 * dots counts with a domain of the search list behind it as well, for the service's resolver tries those first, and there
 * is nothing else that it could be; of a single word there is, such as the Service of that name. Undefined where the file
 * says nothing. Pure.
 */
export function answerFromHosts(query: Buffer, file: string, search: readonly string[]): Buffer | undefined {
  const name = hasWholeQuestion(query) ? queriedName(query) : undefined;
  if (name === undefined || name === '') return undefined;
  const { type, isInternet } = questionOf(query);
  if (!isInternet) return undefined;
  if (type === recordType.ptr) {
    const own = linesOf(file).find(({ bytes }) => reverseName(bytes) === name)?.names[0];
    return own === undefined ? undefined : answerWith(query, type, [own]);
  }
  if (type !== recordType.a && type !== recordType.aaaa) return undefined;
  const names = [name, ...withoutSearch(name, search)];
  const found = linesOf(file).filter(({ names: known }) => names.some((one) => known.includes(one)));
  if (found.length === 0) return undefined;
  const length = type === recordType.a ? 4 : 16;
  const addresses = found.filter(({ bytes }) => bytes.length === length).map(({ address }) => address);
  return answerWith(query, type, [...new Set(addresses)].slice(0, MOST_ADDRESSES));
}

function withoutSearch(name: string, search: readonly string[]): readonly string[] {
  const suffixes = search.map((domain) => `.${domain.toLowerCase().replace(/\.$/, '')}`);
  return suffixes
    .filter((suffix) => suffix !== '.' && name.endsWith(suffix))
    .map((suffix) => name.slice(0, -suffix.length))
    .filter((rest) => rest.includes('.'));
}

function linesOf(file: string): readonly HostLine[] {
  return file.split('\n').flatMap((line) => {
    const [address = '', ...words] = line.replace(/#.*/, '').trim().split(/\s+/);
    const bytes = ipBytes(address);
    const names = words
      .map((word) => word.toLowerCase().replace(/\.$/, ''))
      .filter((word) => word !== '' && !OF_WHO_ASKS.test(word));
    return bytes === undefined || names.length === 0 ? [] : [{ address, bytes, names }];
  });
}

/** The name by which an address is looked up (RFC 1035, 3.5; RFC 3596, 2.5). */
function reverseName(bytes: Buffer): string {
  if (bytes.length === 4) return `${[...bytes].reverse().join('.')}.in-addr.arpa`;
  return `${[...bytes.toString('hex')].reverse().join('.')}.ip6.arpa`;
}
