import { expect, it } from 'vitest';
import { runProgram } from '../../../../src/cli/program.ts';
import { aCliContext } from '../../../builders/cli-context.ts';

/** What `devenv explain` with these words writes. */
async function explain(...words: readonly string[]) {
  let [out, err] = ['', ''];
  const context = aCliContext({
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code: await runProgram(['explain', ...words], context), out, err };
}

it('devenv explain shows what a code means, with a wrong and a right example', async () => {
  const { code, out } = await explain('unknown-key');
  expect(code).toBe(0);
  expect(out).toBe(`unknown-key: an error of the file

A key is not known where it stands: misspelt, or indented too far or not far enough. Keys of your own begin with \`x-\`.

wrong:

  services:
    app:
      image: shop-api:dev
      comand: node server.js

right:

  services:
    app:
      image: shop-api:dev
      command: node server.js
`);
});

it('devenv explain tells what ends a command, and with which exit code', async () => {
  expect((await explain('port-taken')).out).toMatch(
    /^port-taken: ends a command with exit code 5\n\nA port of this machine/,
  );
});

it('devenv explain lists all codes, and knows which one was meant', async () => {
  const { out } = await explain();
  expect(out).toMatch(/^ {2}unknown-key$/m);
  expect(out).toMatch(/^warnings about the file:\n(?: {2}.*\n)* {2}unused-volume$/m);
  expect(out).toMatch(/^ {2}session-conflict$/m);
  const { code, err } = await explain('unkown-key');
  expect(code).toBe(2);
  expect(err).toContain('did you mean unknown-key?');
});

it('devenv explain shows characters that a terminal would not show, or obey', async () => {
  expect((await explain('control-character')).out).toContain('colour: "\\x1b[31m"');
});
