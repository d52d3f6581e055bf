import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writtenVariables } from '../../../../src/cli/render/variables.ts';
import { parseEnvFile } from '../../../../src/config/env-file.ts';
import { makeSource } from '../../../../src/config/source.ts';

const name = fc.stringMatching(/^[A-Za-z_]\w{0,8}$/);
/** Whatever a variable can hold, signs that mean something to somebody among them. */
const value = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'\'"\\$`#!{}()&|;<>*?~= \t\n\r'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((sign) => !sign.includes('\0')),
  ),
  maxLength: 30,
});
const variables = fc.dictionary(name, value, { maxKeys: 6 });

describe('variables', () => {
  it('for an env file are read again as they were', () => {
    fc.assert(
      fc.property(variables, (all) => {
        const { values, problems } = parseEnvFile(
          makeSource('/shop/.env', writtenVariables(all, 'dotenv').text),
          () => undefined,
        );
        expect(problems).toEqual([]);
        expect(Object.fromEntries(values)).toEqual(all);
      }),
      { numRuns: 300 },
    );
  });

  it('for a shell are evaluated as they were', () => {
    const RESERVED = /^(PPID|PWD|_|OLDPWD|IFS|PATH|SHLVL|OPTIND|LINENO|PS\d)$/i;
    fc.assert(
      fc.property(variables, (given) => {
        const all = Object.fromEntries(Object.entries(given).filter(([one]) => !RESERVED.test(one)));
        const script = `${writtenVariables(all, 'shell').text}exec ${process.execPath} -e 'process.stdout.write(JSON.stringify(process.env))'`;
        const seen = JSON.parse(execFileSync('/bin/sh', ['-c', script], { env: {}, encoding: 'utf8' }));
        expect(seen).toMatchObject(all);
      }),
      { numRuns: 25 },
    );
  });

  it('as JSON are an object, sorted', () => {
    expect(writtenVariables({ B: '2', A: 'a\u001b' }, 'json').text).toBe(
      '{\n  "A": "a\\u001b",\n  "B": "2"\n}\n',
    );
  });

  it.each([
    ['dotenv', "A=1\nB='two words'\nC=\"it's\\n\\$two\"\n", ['no name']],
    ['shell', "export A=1\nexport B='two words'\nexport C='it'\\''s\n$two'\n", ['a.b', 'no name']],
  ] as const)('as %s', (format, text, leftOut) => {
    const all = {
      B: 'two words',
      C: "it's\n$two",
      A: '1',
      'no name': '',
      ...(format === 'shell' && { 'a.b': '' }),
    };
    expect(writtenVariables(all, format)).toEqual({ text, leftOut });
  });
});
