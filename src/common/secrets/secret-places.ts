import { tellsSecret } from './secret-name.ts';
import type { ValueEnd } from './secret-value.ts';

/** A place in a text at which a value begins that may be secret. The group `name`, where it has one, must tell so. */
export interface SecretPlace {
  /** Ends where the value begins. */
  readonly before: RegExp;
  /** What ends the value. */
  readonly upTo: ValueEnd;
  /** The value must look like chance, and not like a word of a sentence. */
  readonly byChance?: true;
  /** Values that are none here. */
  readonly not?: RegExp;
}

/** What may stand between an option and its value: blanks, or the next item of a list in JSON or YAML. */
const GAP = String.raw`(?:\\*["']?\s{0,3},\s{0,20}|["']?[ \t]{0,20}\r?\n[ \t]{0,60}-[ \t]{1,20}|[ \t]{1,20})`;

/** Words that go on with a sentence about an option. */
const SENTENCE =
  /^(is|was|are|has|needs?|must|cannot|can|may|and|or|with|without|for|of|to|in|on|the|a|takes?|expects?|requires?|not|missing|wants?|given|given:|does|if|by|but)$/;

/** Places by what stands before them. */
export const SECRET_PLACES: readonly SecretPlace[] = [
  // NAME=value, --name=value, ?name=value, name = value.
  { before: /(?<=(?<name>[A-Za-z_][\w.-]{0,80}))(?:=|[ \t]=[ \t])(?![=>])/g, upTo: 'word' },
  // "name": "value", also within another string.
  {
    before: /\\*["'](?<name>[A-Za-z_][\w.-]{0,80})\\*["']\s{0,3}:\s{0,3}(?!\s)/g,
    upTo: 'item',
    not: /^[[{]/,
  },
  // --name value.
  {
    before: new RegExp(`(?<![\\w-])--?(?<name>[A-Za-z][\\w.-]{1,80})${GAP}(?!-)`, 'g'),
    upTo: 'word',
    not: SENTENCE,
  },
  // User and password of curl and its like; a user and a group are numbers.
  {
    before: new RegExp(
      `(?<![\\w-])(?:-u|-U|--user|--proxy-user)(?:${GAP}|=)?\\\\*["']?[^\\s:"'\\\\/]{0,64}:`,
      'dg',
    ),
    upTo: 'word',
    not: /^(\d+$|\/)/,
  },
  // Passwords of programs that have a letter for them.
  { before: /\b(?:mysql|mariadb)(?:-?[a-z]{1,10})?\b[^\n;|&]{0,300}?\s-p(?=\S)/g, upTo: 'word' },
  { before: /\bredis-cli\b[^\n;|&]{0,300}?\s-a[ \t]{1,3}/g, upTo: 'word' },
  { before: /\b(?:sshpass|docker login)\b[^\n;|&]{0,300}?\s-p[ \t]{0,3}/g, upTo: 'word' },
  { before: /-(?:pass|passin|passout|k)[ \t]{1,3}pass:/g, upTo: 'word' },
  // Headers.
  {
    before:
      /\bauthorization\\*["']?\s{0,3}[:=]\s{0,3}\\*["']?(?:Bearer|Basic|Token|ApiKey|Digest|Negotiate)\s{1,3}/gi,
    upTo: 'word',
    not: /^["']?\w+=/,
  },
  { before: /\bauthorization\s{0,3}:\s{0,3}/gi, upTo: 'word', byChance: true },
  { before: /(?<![\w-])(?<name>X-[A-Za-z][\w-]{1,60}):[ \t]{0,3}/gi, upTo: 'word' },
  {
    before: /(?<=(?<![\w-])(?<name>[A-Za-z]\w{0,30}-[\w-]{1,60})):[ \t]{1,3}/g,
    upTo: 'word',
    byChance: true,
  },
  { before: /\b(?:Set-)?Cookie:[ \t]{0,3}(?=[\w.-]{1,80}=)/gi, upTo: 'line' },
  { before: /\b(?:Bearer|Basic)[ \t]{1,3}/gi, upTo: 'word', byChance: true },
  // Connection strings, whose passwords may hold blanks.
  { before: /;[ \t]{0,3}(?<name>[A-Za-z][\w ]{1,40})=/g, upTo: 'setting' },
  {
    before: /^(?<name>[A-Za-z][\w ]{1,40})=(?=[^;\n]{0,300};[ \t]{0,3}[A-Za-z][\w ]{1,40}=)/g,
    upTo: 'setting',
  },
];

/** Whether the name in front of a value, if there is one, says that it is secret. */
export function isSecretPlace(match: RegExpExecArray): boolean {
  const name = match.groups?.['name'];
  return name === undefined || tellsSecret(name);
}
