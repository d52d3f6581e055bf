// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeSource } from '../../../src/config/source.ts';
import { secretsOfFile, veiled } from '../../../src/config/veil.ts';

function veil(text: string): string {
  const source = makeSource('/shop/gefyra.yaml', text);
  return veiled(source, secretsOfFile(source), []);
}

describe('a file that is shown', () => {
  it.each([
    ['DB_PASS: hunter 2 # why', 'DB_PASS: ****** * # why'],
    ['DB_PASS: "hunter # 2" # why', 'DB_PASS: "****** * *" # why'],
    ['{A_TOKEN: x y, image: a, b: [c]}', '{A_TOKEN: * *, image: a, b: [c]}'],
    ['- DB_PASS=hunter 2', '- DB_PASS=****** *'],
    ['- "DB_PASS=hunter 2"', '- "DB_PASS=****** *"'],
    ['environment: [LEVEL=a, DB_PASS=b, C=d]', 'environment: [LEVEL=a, DB_PASS=*, C=d]'],
    ['KEY: |\n  one\n\n  two\nother: a', 'KEY: |\n  ***\n\n  ***\nother: a'],
    ['  API_KEY:\n    one\n  other: a', '  API_KEY:\n    ***\n  other: a'],
    ['API_KEY:\n  name: one', 'API_KEY:\n  name: one'],
    ['API_KEY: [one, two]', 'API_KEY: [**** ***]'],
    ['API_KEY: "never closed', 'API_KEY: "***** ******'],
    ['secrets:\n  - db_password', 'secrets:\n  - db_password'],
    [
      'secrets:\n  a:\n    content: one two\nb: {content: c}',
      'secrets:\n  a:\n    content: *** ***\nb: {content: c}',
    ],
    ['secrets: {a: {content: one}}\nb: c', 'secrets: {a: {content: ***}}\nb: c'],
    [
      '{\n  "secrets": {\n    "a": {"content": "one"}\n  },\n',
      '{\n  "secrets": {\n    "a": {"content": "***"}\n  },\n',
    ],
    [
      'secrets:\n  a:\n    content: |\n      one\n  b: {file: c}',
      'secrets:\n  a:\n    content: |\n      ***\n  b: {file: c}',
    ],
    ['url: postgres://u:hunter2@db # a', 'url: postgres://u:*******@db # a'],
    ['url: postgres://u:${DB_PASS}@db', 'url: postgres://u:${DB_PASS}@db'],
    ['TOKEN: ${TOKEN}', 'TOKEN: ${TOKEN}'],
    ['command:\n  - --token\n  - hunter2\n  - -v', 'command:\n  - --token\n  - *******\n  - -v'],
    ['MONKEY: banana\nKEYCLOAK_URL: http://k/', 'MONKEY: banana\nKEYCLOAK_URL: http://k/'],
  ])('%j is %j', (text, expected) => {
    expect(veil(text)).toBe(expected);
  });

  it('keeps every line and column, whatever is in it', () => {
    const piece = fc.constantFrom(
      'TOKEN',
      ': ',
      '=',
      '"',
      "'",
      '\n',
      '  ',
      '- ',
      '|',
      '{',
      '}',
      '[',
      ',',
      'a',
      '#',
      '密',
      '\u{1F600}',
      '://u:p@',
      '-----BEGIN PRIVATE KEY-----',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join('');
        const shown = veil(text);
        expect(shown.length).toBe(text.length);
        expect(shown.replaceAll(/\S/g, 'x')).toBe(text.replaceAll(/\S/g, 'x'));
      }),
    );
  });
});
