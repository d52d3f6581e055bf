// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { GlobalFlags } from '../../../src/cli/context.ts';
import { loadWithFiles } from '../../../src/cli/load.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { givenReader, readingOf, reloadOf } from '../../../src/cli/reload.ts';
import type { Reading } from '../../../src/session/index.ts';
import { aCliContext } from '../../builders/cli-context.ts';

let folder = '';
let input = '';
let environment: Record<string, string> = {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layers-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  environment = {};
  input = '';
  write('gefyra.yaml', 'name: l\nservices: {a: {image: "x:1"}}\n');
  write('b.yaml', 'services: {b: {image: "y:1"}}\n');
});

function write(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

function aContext(err: (text: string) => void = () => {}, out: (text: string) => void = () => {}) {
  return aCliContext({ directory: folder, environment, readInput: async () => input, out, err });
}

/** Exit code, images by service, and what was written to stderr. */
async function config(...words: readonly string[]) {
  let [out, err] = ['', ''];
  const context = aContext(
    (text) => (err += text),
    (text) => (out += text),
  );
  const code = await runProgram([...words, 'config', '--format', 'json'], context);
  const services: Record<string, { image: string }> = out === '' ? {} : JSON.parse(out).services;
  const images = Object.fromEntries(Object.entries(services).map(([name, { image }]) => [name, image]));
  return { code, images, err };
}

describe('devenv config', () => {
  it('shows all files that are given, before and after the command', async () => {
    expect(await config('-f', 'gefyra.yaml', '-f', 'b.yaml')).toEqual({
      code: 0,
      images: { a: 'x:1', b: 'y:1' },
      err: '',
    });
    let out = '';
    const context = aContext(undefined, (text) => (out += text));
    expect(await runProgram(['-f', 'gefyra.yaml', 'config', '-f', 'b.yaml'], context)).toBe(0);
    expect(out).toContain('y:1');
    expect(out).toContain('x:1');
  });

  it('announces a person’s own layer in a line, and leaves it out on request', async () => {
    write('gefyra.override.yaml', 'services: {a: {image: "x:2"}}');
    const told = 'config: gefyra.yaml + gefyra.override.yaml (personal; --no-override leaves it out)\n';
    expect(await config()).toEqual({ code: 0, images: { a: 'x:2' }, err: told });
    expect(await config('--no-override')).toEqual({ code: 0, images: { a: 'x:1' }, err: '' });
    expect(await config('--progress', 'quiet')).toMatchObject({ images: { a: 'x:2' }, err: '' });
  });

  it('says which file of nearly the same name is not read', async () => {
    write('gefyra.yml', 'services: {z: {image: z}}');
    write('gefyra.override.yaml', 'services: {a: {image: "x:2"}}');
    write('gefyra.override.yml', 'services: {a: {image: "x:3"}}');
    const { images, err } = await config();
    expect(images).toEqual({ a: 'x:2' });
    expect(err.replaceAll(folder, 'FOLDER').split('\n')).toMatchObject([
      'config: FOLDER/gefyra.yml is not read: there is gefyra.yaml',
      'config: FOLDER/gefyra.override.yml is not read: there is gefyra.override.yaml',
      expect.stringContaining('gefyra.override.yaml (personal'),
      '',
    ]);
  });

  it('reads standard input', async () => {
    input = 'services: {c: {image: "z:1"}}';
    expect(await config('-f', '-')).toEqual({ code: 0, images: { c: 'z:1' }, err: '' });
    input = 'services: {c: {iamge: "z:1"}}';
    expect((await config('-f', '-')).err).toContain('<stdin>:1:16 error[unknown-key]');
    expect(await config('-f', '-', '-f', '-')).toMatchObject({ code: 2 });
  });

  it('heeds GEFYRA_FILE and GEFYRA_PROFILES, which flags win over', async () => {
    write('p.yaml', 'services: {p: {image: p, profiles: [x]}, q: {image: q, profiles: [y]}}');
    environment = { GEFYRA_FILE: 'gefyra.yaml:p.yaml', GEFYRA_PROFILES: 'x' };
    expect((await config()).images).toEqual({ a: 'x:1', p: 'p' });
    expect((await config('--profile', 'y')).images).toEqual({ a: 'x:1', q: 'q' });
    expect((await config('-f', 'b.yaml')).images).toEqual({ b: 'y:1' });
  });

  it('knows whose requests are mine: by a flag, a variable, the project’s .env, or the user', async () => {
    write('m.yaml', 'services: {a: {image: a, bridges: [{target: pod/x, ports: [1], match: mine}]}}');
    const markOf = async (...flags: string[]) => {
      let out = '';
      const context = aContext(undefined, (text) => (out += text));
      const code = await runProgram(['config', '-f', 'm.yaml', '--format', 'json', ...flags], context);
      return code === 0 ? JSON.parse(out).services.a.bridges[0].match.mark : code;
    };
    environment = { USER: 'ann' };
    expect(await markOf()).toBe('ann');
    write('.env', 'GEFYRA_AS=env-file\n');
    expect(await markOf()).toBe('env-file');
    environment = { USER: 'ann', GEFYRA_AS: 'variable' };
    expect(await markOf()).toBe('variable');
    expect(await markOf('--as', 'flag')).toBe('flag');
    expect(await markOf('--as', 'a b')).toBe(2);
  });

  it('refuses a progress that there is not', async () => {
    environment = { GEFYRA_PROGRESS: 'loud' };
    expect(await config()).toMatchObject({ code: 2 });
    environment = {};
    write('.env', 'GEFYRA_PROGRESS=quiet\n');
    write('gefyra.override.yaml', 'services: {a: {image: "x:2"}}');
    expect(await config()).toMatchObject({ code: 0, err: '' });
    write('.env', 'GEFYRA_PROGRESS=loud\n');
    expect(await config()).toMatchObject({ code: 2 });
    expect(await config('--progress', 'plain')).toMatchObject({ code: 0 });
  });
});

it('a service that is named is read whatever its profiles', async () => {
  write('gefyra.yaml', 'services: {a: {image: x}, b: {image: y, profiles: [tools], environment: {A: "1"}}}');
  let out = '';
  const context = aContext(undefined, (text) => (out += text));
  expect(await runProgram(['env', 'b'], context)).toBe(0);
  expect(out).toBe('A=1\n');
});

describe('a reload', () => {
  it('reads all layers anew, keeps to the last good state, and tells which files matter', async () => {
    let err = '';
    const context = aContext((text) => (err += text));
    const flags = { file: ['gefyra.yaml', 'b.yaml'] };
    const loaded = await loadWithFiles(context, flags);
    if (!('workspace' in loaded)) throw new Error('it is wrong');
    const reload = reloadOf(context, flags, loaded.workspace, loaded.files);
    expect(reload.files()).toContain(join(folder, 'gefyra.override.yaml'));
    expect(reload.areOthers()).toBe(false);
    write('gefyra.override.yaml', 'include: [more.yaml]');
    expect(reload.areOthers()).toBe(true);
    expect(await reload.load()).toBeUndefined();
    expect(err).toContain('more.yaml" does not exist');
    expect(err).toContain('the file has problems; everything goes on as before\n');
    expect(reload.files()).toContain(join(folder, 'more.yaml'));
    write('more.yaml', 'services: {m: {image: m}}');
    expect([...((await reload.load())?.services.keys() ?? [])]).toEqual(['a', 'b', 'm']);
  });

  it('does not take another file for the project', async () => {
    let err = '';
    write('.env', 'GEFYRA_FILE=gefyra.yaml');
    const context = aContext((text) => (err += text));
    const loaded = await loadWithFiles(context, {});
    if (!('workspace' in loaded)) throw new Error('it is wrong');
    const reload = reloadOf(context, {}, loaded.workspace, loaded.files);
    write('.env', 'GEFYRA_FILE=b.yaml');
    expect(await reload.load()).toBeUndefined();
    expect(err).toContain('the project is made from another file now; everything goes on as before\n');
  });

  it('goes on as somebody else has read, who had other files, profiles and variables', async () => {
    write('b.yaml', 'services: {a: {image: "x:${TAG:-1}"}, b: {image: y, profiles: [tools]}}\n');
    const own = aContext();
    const loaded = await loadWithFiles(own, {});
    if (!('workspace' in loaded)) throw new Error('it is wrong');
    const reload = reloadOf(own, {}, loaded.workspace, loaded.files);
    environment = { TAG: '2' };
    input = 'services: {c: {image: z}}';
    const other = {
      context: aContext(),
      flags: { file: ['gefyra.yaml', 'b.yaml', '-'], profile: ['tools'] },
    };
    const theirs = await loadWithFiles(other.context, other.flags);
    const reading: Reading = JSON.parse(JSON.stringify(await readingOf(other, theirs.files)));
    reload.follow(reading);
    expect(reload.files()).toEqual(theirs.files);
    const images = [...((await reload.load())?.services.values() ?? [])].map(({ image }) => image);
    expect(images).toEqual(['x:2', 'y', 'z']);
    expect(reload.files()).toEqual(theirs.files);
    // As the process gets it that goes on with the session.
    const further = aCliContext({ readInput: async () => JSON.stringify(await reload.reading()) });
    const { context, flags } = await givenReader({
      context: further,
      flags: { projectName: 'l', yes: true },
    });
    expect(flags).toEqual({
      file: ['gefyra.yaml', 'b.yaml', '-'],
      profile: ['tools'],
      projectName: 'l',
      yes: true,
    });
    expect((await loadWithFiles(context, flags)).files).toEqual(theirs.files);
  });

  it('keeps the services that were named, and takes nothing away for more of them', async () => {
    let err = '';
    write('gefyra.override.yaml', '');
    write('gefyra.yaml', 'services: {a: {image: x}, b: {image: y, profiles: [tools]}, c: {image: z}}');
    const own = { context: aContext((text) => (err += text)), flags: { services: ['a'] } };
    const loaded = await loadWithFiles(own.context, own.flags);
    if (!('workspace' in loaded)) throw new Error('it is wrong');
    const { files } = loaded;
    err = '';
    const reload = reloadOf(own.context, own.flags, loaded.workspace, files);
    const names = async () => [...((await reload.load())?.services.keys() ?? [])];
    const asked = async (flags: GlobalFlags) => readingOf({ ...own, flags }, files);
    expect(await names()).toEqual(['a']);
    reload.follow(await asked({ services: ['b'] }));
    expect(await names()).toEqual(['a', 'b']);

    write('gefyra.yaml', 'services: {b: {image: y}, c: {image: z}}');
    expect(await names()).toEqual(['b']);
    expect(await names()).toEqual(['b']);
    expect(err).toBe('the file has no service a any more, which `devenv up` has named\n');
    expect((await reload.reading()).choice).toEqual({ services: ['b'] });
    write('gefyra.yaml', 'services: {c: {image: z}}');
    expect(await names()).toEqual([]);
    expect(err).toContain('there is no service a; everything goes on as before\n');

    // Without names, all are wanted; and then more of them are no fewer.
    reload.follow(await asked({ profile: ['tools'] }));
    expect(await names()).toEqual(['c']);
    reload.follow(await asked({ services: ['c'], profile: ['other'] }));
    expect((await reload.reading()).choice).toEqual({ profile: ['tools', 'other'] });
  });

  it('that is under way takes nothing back from whoever has read meanwhile', async () => {
    const own = aContext();
    const loaded = await loadWithFiles(own, {});
    if (!('workspace' in loaded)) throw new Error('it is wrong');
    const reload = reloadOf(own, {}, loaded.workspace, loaded.files);
    const loading = reload.load();
    reload.follow({ directory: folder, environment, choice: { file: ['gefyra.yaml'] }, files: ['/another'] });
    await loading;
    expect(reload.files()).toEqual(['/another']);
  });

  it('in the background needs to be told what it reads', async () => {
    await expect(givenReader({ context: aContext(), flags: {} })).rejects.toMatchObject({ code: 'usage' });
  });
});
