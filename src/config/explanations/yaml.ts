// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files that are shown
import { app, type Explanation, service } from './explanation.ts';

const levels = (count: number) => `x-levels: ${'['.repeat(count)}${']'.repeat(count)}\n${app()}`;
const bomb = (count: number) => {
  const lists = Array.from({ length: count }, (_, n) => {
    const item = n === 0 ? '1' : `*a${n - 1}`;
    return `x-${n}: &a${n} [${Array.from({ length: 10 }, () => item).join(', ')}]\n`;
  });
  return `${lists.join('')}${app()}`;
};
const doubling = (count: number) => {
  const lines = Array.from({ length: count }, (_, n) => `A${n + 1}=$A${n}$A${n}$A${n}$A${n}\n`);
  return `A0=0123456789abcdef\n${lines.join('')}`;
};

/** Problems of the text itself: encoding, characters, YAML and variables. */
export const yamlExplanations: readonly Explanation[] = [
  {
    code: 'alias-cycle',
    meaning: 'An alias repeats a value that it stands in itself, so that the value would never end.',
    wrong: 'x-common: &common\n  again: *common\nservices: {app: {image: "shop-api:dev"}}\n',
    right:
      'x-common: &common\n  LOG_LEVEL: debug\nservices: {app: {image: "shop-api:dev", environment: *common}}\n',
  },
  {
    code: 'bad-merge',
    meaning: 'A merge key (`<<`) takes over the entries of mappings, and this is none.',
    wrong: app('environment:', '  <<: LOG_LEVEL=debug'),
    right: `x-common: &common {LOG_LEVEL: debug}\n${app('environment:', '  <<: *common')}`,
  },
  {
    code: 'bad-variable',
    meaning:
      'Something begins like a variable and is none: `${` without end, without a name, or with an unknown operator.',
    wrong: service('image: shop-api:${TAG'),
    right: service('image: shop-api:${TAG:-dev}'),
  },
  {
    code: 'bare-template',
    meaning: 'YAML takes braces for a mapping. A text that begins with `{{` must stand in quotes.',
    wrong: app('labels: {version: {{ version }}}'),
    right: app('labels: {version: "{{ version }}"}'),
  },
  {
    code: 'control-character',
    meaning:
      'YAML allows no control characters but line breaks and tabs. Within double quotes they can be written as escapes.',
    wrong: app('labels: {colour: "\u001B[31m"}'),
    right: app('labels: {colour: "\\e[31m"}'),
  },
  {
    code: 'duplicate-key',
    meaning: 'A mapping has a key twice, and nobody can tell which of the two is meant.',
    wrong: app('init: true', 'init: false'),
    right: app('init: true'),
  },
  {
    code: 'empty-file',
    meaning: 'The file has no content, or nothing but comments.',
    wrong: '# services follow\n',
    right: app(),
  },
  {
    code: 'encoding',
    meaning:
      'The file is no text in UTF-8: it is in UTF-16 or in an encoding of one byte for each sign, or no text at all.',
    wrong: app('labels: {team: caf\uFFFD}'),
    right: app('labels: {team: café}'),
  },
  {
    code: 'odd-character',
    meaning:
      'A character looks like one of YAML, or like nothing, and is another one: a typographic quote, a no-break space, a dash of another kind. Editors, chats and web pages put them there.',
    wrong: service('image: “shop-api:dev”'),
    right: service('image: "shop-api:dev"'),
  },
  {
    code: 'odd-key',
    meaning: 'A key is missing before a colon, or it is a list or a mapping.',
    wrong: app('labels: {a: b, : c}'),
    right: app('labels: {a: b, d: c}'),
  },
  {
    code: 'required-variable',
    meaning: 'The file demands a value for a variable, with `${NAME:?message}`, and there is none.',
    wrong: service('image: shop-api:${TAG:?the release to debug}'),
    right: service('image: shop-api:${TAG:-dev}'),
  },
  {
    code: 'several-documents',
    meaning: 'The file has a second YAML document, behind `---`; only one is read.',
    wrong: `${app()}---\n${app()}`,
    right: app(),
  },
  {
    code: 'too-deep',
    meaning:
      'Values lie within each other deeper than 100 levels, aliases included, or services extend each other so deep. Nothing in this file needs that.',
    wrong: levels(101),
    right: levels(3),
  },
  {
    code: 'too-long',
    meaning:
      'With its variables a value becomes longer than 1 Mi characters, or all of them longer than 16 Mi.',
    wrong: app('env_file: long.env'),
    right: app('env_file: short.env'),
    beside: { 'long.env': doubling(9), 'short.env': doubling(1) },
  },
  {
    code: 'too-many-values',
    meaning:
      'Aliases of aliases unfold to more than 50,000 values; several files, or what services extend, come to more than 200,000; or a file holds more than 1.5 million words and signs.',
    wrong: bomb(6),
    right: bomb(2),
  },
  {
    code: 'unknown-alias',
    meaning: 'An alias names an anchor that does not stand before it.',
    wrong: app('environment: *common'),
    right: `x-common: &common {LOG_LEVEL: debug}\n${app('environment: *common')}`,
  },
  {
    code: 'unknown-tag',
    meaning:
      'A tag, which is a word that begins with `!`, says that a value is something that neither YAML nor devenv knows. Layers of a file know `!reset` and `!override`.',
    wrong: app('command: !shell sleep 5'),
    right: app('command: sleep 5'),
  },
  {
    code: 'unset-variable',
    meaning:
      'A variable is neither set in the environment of devenv nor in `.env`, and has no default. In Compose files it is empty then, and that is a warning.',
    wrong: service('image: shop-api:$SHOP_TAG'),
    right: service('image: shop-api:${SHOP_TAG:-dev}'),
  },
  {
    code: 'yaml-syntax',
    meaning: 'The file is no YAML: indentation, quotes, brackets or colons do not fit together.',
    wrong: service('image: "shop-api:dev'),
    right: service('image: "shop-api:dev"'),
  },
];
