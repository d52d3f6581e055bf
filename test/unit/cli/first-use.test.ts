import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Concern, concernsOf, programConcerns } from '../../../src/cli/consent.ts';
import type { CliContext, GlobalFlags } from '../../../src/cli/context.ts';
import { confirmFirstUse } from '../../../src/cli/first-use.ts';
import type { EngineInfo } from '../../../src/engine/index.ts';
import type { PlatformInfo } from '../../../src/platform/index.ts';
import { aCliContext } from '../../builders/cli-context.ts';
import { aService, aWorkspace } from '../../builders/workspace.ts';

const lab: EngineInfo = {
  title: 'Docker Engine 28.0 on tcp://lab.test:2375',
  sameKernel: false,
  isLocal: false,
  names: ['tcp://lab.test:2375', 'lab'],
  identity: 'tcp://lab.test:2375 (lab)',
  architecture: 'x86_64',
};
const staging: PlatformInfo = {
  title: 'Kubernetes context staging, namespace shop (https://staging.test)',
  isLocal: false,
  names: ['staging/shop', 'staging'],
  identity: 'https://staging.test (authority 1)',
};
const concerns = (...infos: readonly PlatformInfo[]): readonly Concern[] =>
  infos.map((info) => ({ ...info, kind: 'cluster' }));

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'state-'));
  mkdirSync(join(home, 'shop'));
  mkdirSync(join(home, 'other'));
});
afterEach(() => rmSync(home, { recursive: true }));

/** Somebody at a terminal, or nobody. */
function aContext(canAsk: boolean): CliContext & { readonly told: string[] } {
  const told: string[] = [];
  const environment = { XDG_STATE_HOME: join(home, 'state') };
  return { ...aCliContext({ environment, err: (text) => told.push(text), canAsk }), told };
}

/** Brings `shop` up from a directory, and gives the questions that were asked. */
async function bringUp(
  options: {
    readonly where?: readonly Concern[];
    readonly allow?: readonly string[];
    readonly directory?: string;
    readonly flags?: GlobalFlags;
    readonly answer?: string;
    readonly context?: CliContext;
  } = {},
): Promise<readonly string[]> {
  const { where = concerns(staging), allow, directory = 'shop', flags = {}, answer } = options;
  const shop = aWorkspace('shop');
  const file = join(home, directory, 'gefyra.yaml');
  const workspace = { ...shop, file, connection: { ...shop.connection, allow } };
  const questions: string[] = [];
  const context = options.context ?? aContext(answer !== undefined);
  await confirmFirstUse(context, flags, workspace, where, {
    ask: async (question) => {
      questions.push(question);
      return answer ?? '';
    },
  });
  return questions;
}

describe('what needs consent', () => {
  const here = { isLocal: true };

  it('is an engine or a cluster that is not on this machine', () => {
    const kinds = (engine: EngineInfo, info: PlatformInfo, kind: 'docker' | 'kubernetes') =>
      concernsOf(engine, { kind, info }).map((concern) => `${concern.kind} ${concern.identity}`);
    expect(kinds({ ...lab, ...here }, { ...staging, ...here }, 'kubernetes')).toEqual([]);
    expect(kinds(lab, { ...staging, ...here }, 'kubernetes')).toEqual(['engine tcp://lab.test:2375 (lab)']);
    expect(kinds(lab, staging, 'kubernetes')).toHaveLength(2);
  });

  it('is that a file runs programs of this machine, whatever places it allows, once for a checkout', async () => {
    const program = (...process: readonly string[]) => programConcerns([aService({ process })]);
    expect(programConcerns([aService()])).toEqual([]);
    const where = program('sh', '-c', 'npm run dev');
    await expect(bringUp({ where, allow: ['staging'] })).rejects.toMatchObject({
      message: 'the file runs programs of this machine: app: npm run dev, and nobody can be asked',
    });
    const context = aContext(true);
    expect(await bringUp({ where, answer: 'y', context })).toEqual(['Run that as you? [y/N] ']);
    expect(await bringUp({ where: program('node', 'server.js'), answer: 'y', context })).toEqual([]);
    expect(await bringUp({ where, answer: 'y', context, directory: 'other' })).toHaveLength(1);
  });

  it('is each namespace of a cluster that targets name, though all are asked about at once', async () => {
    const elsewhere = (name: string) => ({
      title: `namespace ${name}`,
      names: [`staging/${name}`, 'staging'],
    });
    const where = concernsOf({ ...lab, ...here }, { kind: 'kubernetes', info: { ...staging, elsewhere } }, [
      'staff',
    ]);
    expect(where.map(({ title }) => title)).toEqual([staging.title, 'namespace staff']);
    await expect(bringUp({ where, allow: ['staging/shop'], answer: 'y' })).rejects.toMatchObject({
      code: 'not-confirmed',
      message: expect.stringContaining('namespace staff is none of the places'),
    });
    const both = { where, allow: ['staging/shop', 'staging/staff'] };
    expect(await bringUp({ ...both, answer: 'y', directory: 'other' })).toHaveLength(1);
  });

  it('is one thing where the targets are on the engine', () => {
    expect(concernsOf(lab, { kind: 'docker', info: lab })).toHaveLength(1);
  });
});

describe('a place that is not on this machine', () => {
  it('is asked about once for each checkout and address', async () => {
    const context = aContext(true);
    expect(await bringUp({ answer: 'y', context })).toEqual(['Bring shop up there? [y/N] ']);
    expect(context.told).toEqual([
      'Kubernetes context staging, namespace shop (https://staging.test) is not on this machine.\n',
    ]);
    expect(await bringUp()).toEqual([]);
    await expect(bringUp({ directory: 'other' })).rejects.toMatchObject({ code: 'not-confirmed' });
    const renamed = { ...staging, names: ['other/shop', 'other'], title: 'other' };
    expect(await bringUp({ where: concerns(renamed) })).toEqual([]);
  });

  it('is asked about again when its name has come to mean another server', async () => {
    await bringUp({ answer: 'yes' });
    const moved = { ...staging, identity: 'https://production.test (authority 2)' };
    expect(await bringUp({ where: concerns(moved), answer: 'y' })).toHaveLength(1);
  });

  it('is asked about beside another one', async () => {
    expect(
      await bringUp({ where: concernsOf(lab, { kind: 'kubernetes', info: staging }), answer: 'y' }),
    ).toHaveLength(2);
    expect(await bringUp({ where: concernsOf(lab, { kind: 'kubernetes', info: staging }) })).toEqual([]);
  });

  it('is the same checkout behind a link', async () => {
    await bringUp({ answer: 'y' });
    symlinkSync(join(home, 'shop'), join(home, 'link'));
    expect(await bringUp({ directory: 'link' })).toEqual([]);
  });

  it.each(['', 'n', 'yess', 'no'])(
    'is not used when the answer is %j, which is not remembered',
    async (answer) => {
      await expect(bringUp({ answer })).rejects.toThrow('and you said no');
      await expect(bringUp()).rejects.toThrow('and nobody can be asked');
    },
  );

  it('needs -y where nobody can be asked, which answers for this time', async () => {
    await expect(bringUp()).rejects.toMatchObject({ code: 'not-confirmed', hint: 'use -y if it is meant' });
    expect(await bringUp({ flags: { yes: true } })).toEqual([]);
    await expect(bringUp()).rejects.toMatchObject({ code: 'not-confirmed' });
  });
});

describe('connection.allow', () => {
  it.each(['staging', 'staging/shop'])(
    'lets %s be asked about, and does not answer for anybody',
    async (name) => {
      await expect(bringUp({ allow: [name] })).rejects.toThrow('nobody can be asked');
      expect(await bringUp({ allow: [name], answer: 'y' })).toHaveLength(1);
      expect(await bringUp({ allow: [name] })).toEqual([]);
    },
  );

  it.each([[['lab', 'staging/other']], [[]]])(
    'refuses what is not in %j, whatever was answered before',
    async (allow) => {
      await bringUp({ answer: 'y' });
      const refused = expect.objectContaining({
        code: 'not-confirmed',
        message: expect.stringMatching(
          /is none of the places that connection\.allow of .*shop\/gefyra\.yaml names/,
        ),
        hint: expect.stringContaining('-y'),
      });
      await expect(bringUp({ allow, answer: 'y' })).rejects.toEqual(refused);
      expect(await bringUp({ allow, flags: { yes: true } })).toEqual([]);
    },
  );
});

describe('the remembered answers', () => {
  it('are for nobody else to see, and not written through a link', async () => {
    await bringUp({ answer: 'y' });
    const file = join(home, 'state/gefyra-devenv/consents.json');
    expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual([
      { checkout: join(home, 'shop'), kind: 'cluster', identity: 'https://staging.test (authority 1)' },
    ]);
    writeFileSync(join(home, 'mine'), 'mine');
    rmSync(file);
    symlinkSync(join(home, 'mine'), file);
    await bringUp({ answer: 'y' });
    expect(readFileSync(join(home, 'mine'), 'utf8')).toBe('mine');
  });

  it.each(['{', '[1, null, {"checkout": 1}]', '["shop on staging"]'])(
    'are none in a damaged file: %s',
    async (text) => {
      mkdirSync(join(home, 'state/gefyra-devenv'), { recursive: true });
      writeFileSync(join(home, 'state/gefyra-devenv/consents.json'), text);
      expect(await bringUp({ answer: 'y' })).toHaveLength(1);
      expect(await bringUp()).toEqual([]);
    },
  );

  it('may be impossible to keep, which is told and stops nobody', async () => {
    writeFileSync(join(home, 'state'), '');
    const context = aContext(true);
    await bringUp({ answer: 'y', context });
    expect(context.told.join('')).toContain('the answer could not be remembered');
  });
});
