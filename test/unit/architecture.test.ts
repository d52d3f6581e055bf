import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');

/** Who may import whom, by folder of `src/`. `node:` modules are free; an outside library has one room. */
const rooms: Readonly<
  Record<string, { readonly rooms: readonly string[]; readonly libraries: readonly string[] }>
> = {
  common: { rooms: [], libraries: ['string-width', 'tar-stream'] },
  'runtime-directory': { rooms: ['common'], libraries: ['koffi'] },
  http1: { rooms: [], libraries: [] },
  match: { rooms: ['http1'], libraries: ['re2js'] },
  model: { rooms: ['match', 'common'], libraries: [] },
  config: { rooms: ['match', 'model', 'common'], libraries: ['yaml'] },
  runner: { rooms: ['model'], libraries: [] },
  engine: { rooms: ['runner', 'model'], libraries: [] },
  machine: { rooms: ['engine', 'runner', 'model', 'common'], libraries: [] },
  linux: {
    rooms: ['machine', 'programs', 'runner', 'runtime-directory', 'model', 'common'],
    libraries: [],
  },
  platform: { rooms: ['model', 'common'], libraries: [] },
  docker: {
    rooms: ['engine', 'runner', 'platform', 'programs', 'runtime-directory', 'model', 'common'],
    libraries: ['dockerode'],
  },
  kubernetes: {
    rooms: ['platform', 'programs', 'model', 'common'],
    libraries: ['@kubernetes/client-node', 'ws', 'yaml'],
  },
  programs: { rooms: ['common'], libraries: [] },
  protocol: { rooms: ['match', 'programs', 'common'], libraries: [] },
  tunnel: { rooms: ['protocol', 'programs', 'common'], libraries: [] },
  exchange: { rooms: ['http1', 'tunnel'], libraries: [] },
  wire: { rooms: ['protocol', 'programs', 'common'], libraries: [] },
  'packet-rules': { rooms: ['programs'], libraries: [] },
  netfilter: { rooms: ['common'], libraries: ['koffi'] },
  agent: {
    rooms: [
      'packet-rules',
      'netfilter',
      'http1',
      'match',
      'exchange',
      'tunnel',
      'wire',
      'protocol',
      'programs',
      'common',
    ],
    libraries: [],
  },
  gateway: {
    rooms: ['packet-rules', 'netfilter', 'tunnel', 'wire', 'protocol', 'programs', 'common'],
    libraries: [],
  },
  relay: { rooms: [], libraries: [] },
  image: { rooms: ['engine', 'model', 'common'], libraries: ['tar-stream'] },
  connection: {
    rooms: [
      'machine',
      'engine',
      'runner',
      'platform',
      'image',
      'packet-rules',
      'tunnel',
      'wire',
      'protocol',
      'programs',
      'model',
      'common',
    ],
    libraries: [],
  },
  debuggers: { rooms: ['model', 'common'], libraries: [] },
  containers: { rooms: ['debuggers', 'machine', 'engine', 'runner', 'model', 'common'], libraries: [] },
  files: { rooms: ['runner', 'model', 'common'], libraries: [] },
  forwards: { rooms: ['tunnel', 'model', 'common'], libraries: [] },
  bridges: { rooms: ['wire', 'protocol', 'match', 'model', 'common'], libraries: [] },
  converge: {
    rooms: [
      'connection',
      'containers',
      'files',
      'forwards',
      'bridges',
      'machine',
      'engine',
      'runner',
      'platform',
      'model',
      'common',
    ],
    libraries: [],
  },
  session: {
    rooms: [
      'converge',
      'connection',
      'containers',
      'files',
      'forwards',
      'bridges',
      'machine',
      'engine',
      'runner',
      'platform',
      'image',
      'runtime-directory',
      'match',
      'model',
      'common',
    ],
    libraries: ['chokidar'],
  },
  cli: {
    rooms: [
      'session',
      'converge',
      'config',
      'debuggers',
      'docker',
      'kubernetes',
      'linux',
      'machine',
      'engine',
      'runner',
      'platform',
      'image',
      'runtime-directory',
      'match',
      'model',
      'common',
    ],
    libraries: ['commander', 'jsonc-parser', 'listr2', 'log-update', 'wrap-ansi'],
  },
};

describe('the rooms of src/', () => {
  const imports = everyImport();

  it('are exactly those of the table', () => {
    const folders = readdirSync(SRC, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual(Object.keys(rooms).sort());
  });

  it.each(Object.keys(rooms))('%s imports only what the table allows', (room) => {
    const allowed = new Set([room, ...(rooms[room]?.rooms ?? []), ...(rooms[room]?.libraries ?? [])]);
    const strangers = imports.filter(({ from, to }) => from === room && !allowed.has(to));
    expect(strangers.map(({ file, to }) => `${file} imports ${to}`)).toEqual([]);
  });

  it.each(Object.keys(rooms))('%s uses every permission it has', (room) => {
    const used = new Set(imports.filter(({ from }) => from === room).map(({ to }) => to));
    const granted = [...(rooms[room]?.rooms ?? []), ...(rooms[room]?.libraries ?? [])];
    expect(granted.filter((name) => !used.has(name))).toEqual([]);
  });

  it('have a front door that says what the room is for, wherever others come in by it', () => {
    const doors = Object.keys(rooms).filter((room) => readdirSync(join(SRC, room)).includes('index.ts'));
    for (const room of doors) {
      const text = readFileSync(join(SRC, room, 'index.ts'), 'utf8');
      expect(text.startsWith('/**\n'), `${room}/index.ts begins with its purpose`).toBe(true);
    }
  });
});

interface Import {
  /** Room of the importing file. */
  readonly from: string;
  /** Room or library. */
  readonly to: string;
  readonly file: string;
}

function everyImport(): readonly Import[] {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(ts|js)$/.test(file),
  );
  return files.flatMap((file) => {
    const [from = ''] = file.split('/');
    const text = readFileSync(join(SRC, file), 'utf8');
    const found = text.matchAll(/^(?:import|export)\b[^;]*?\bfrom '([^']+)'|\bimport\('([^']+)'\)/gms);
    return [...found].flatMap(([, still, lazy]) => {
      const target = still ?? lazy ?? '';
      if (target.startsWith('node:')) return [];
      const to = target.startsWith('.') ? roomOf(file, target) : libraryOf(target);
      return to === undefined ? [] : [{ from, to, file }];
    });
  });
}

/** Undefined for what lies outside of `src/`, such as the package's manifest. */
function roomOf(file: string, target: string): string | undefined {
  const path = relative(SRC, resolve(SRC, dirname(file), target));
  return path.startsWith('..') ? undefined : path.split('/')[0];
}

function libraryOf(target: string): string {
  const [scope = '', name = ''] = target.split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
