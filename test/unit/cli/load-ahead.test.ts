import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../../src');

/** Files that load something when it is needed, and why that is there when a session needs it late. */
const LOADING_LATE: Readonly<Record<string, string>> = {
  'cli/command-line/file-commands.ts': 'the command, which is loaded to be run',
  'cli/command-line/service-commands.ts': 'the command, which is loaded to be run',
  'cli/command-line/session-commands.ts': 'the command, which is loaded to be run',
  'cli/program.ts': 'the words of its last error are shown unbroken without',
  'cli/render/preparing.ts': 'the line of a terminal, which is drawn in from the start',
  'cli/render/reporter.ts': 'the terminal, which is drawn in from the start',
  'cli/settings.ts': 'what reads files, as every session has done at its start',
  'cli/wiring.ts': 'engine and platform, which a session opens at its start; a guardian: loadForCleanUp',
  'config/explain.ts': 'loadAhead',
  'docker/open-engine.ts': 'the client of Docker, as the engine; a guardian: loadForCleanUp',
  'image/ensure-image.ts': 'loadAhead',
  'match/regular-expression.ts': 'types alone; loaded by require, in agents and by what reads files',
  'netfilter/libc.ts': 'types alone; loaded by require, in agents and gateways',
  'runtime-directory/native.ts': 'loadAhead; a guardian: loadForCleanUp',
};

it("whatever loads something late is known: the program's files may be gone when a session or a guardian needs it", () => {
  const late = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .filter((file) => /\bimport\('/.test(readFileSync(join(SRC, file), 'utf8')));
  expect(late.sort()).toEqual(Object.keys(LOADING_LATE));
});
