import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../../src');

/** What is loaded lazily, and before a session runs all the same: why. */
const LOADED_AT_THE_START: Readonly<Record<string, string>> = {
  'cli/program.ts': 'the command, which is loaded to be run',
  'cli/wiring.ts':
    'engine and platform, which a session opens at its start, and a guardian loads before it is ready',
  'docker/open-engine.ts': 'the client of Docker, likewise',
  'cli/render/reporter.ts': 'the terminal, which is drawn in from the start',
};

it('nothing is left to be loaded when a session is under way: its file may be gone by then', () => {
  const ahead = new Set(lazyImportsOf('cli/load-ahead.ts'));
  const late = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !(file in LOADED_AT_THE_START))
    .flatMap((file) => lazyImportsOf(file).filter((target) => !ahead.has(target)));
  expect(late).toEqual([]);
});

function lazyImportsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, target = '']) =>
    target.startsWith('.') ? relative(SRC, resolve(SRC, dirname(file), target)) : target,
  );
}
