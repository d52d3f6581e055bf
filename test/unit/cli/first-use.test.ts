import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CliContext } from '../../../src/cli/context.ts';
import { confirmPlace } from '../../../src/cli/first-use.ts';
import type { EngineInfo } from '../../../src/engine/index.ts';
import type { Workspace } from '../../../src/model/workspace.ts';

const elsewhere: EngineInfo = {
  title: 'Docker Engine 28.0 on tcp://lab.test:2375',
  sameKernel: false,
  isLocal: false,
  names: ['tcp://lab.test:2375', 'lab'],
  architecture: 'x86_64',
};

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'state-'));
});
afterEach(() => rmSync(state, { recursive: true }));

function aContext(): CliContext {
  return {
    environment: { XDG_STATE_HOME: state },
    program: '/devenv.js',
    directory: '/',
    out: () => {},
    err: () => {},
    isTerminal: false,
    columns: undefined,
    listenToKeys: undefined,
    interrupt: () => {},
    canAsk: false,
    ending: new AbortController().signal,
    forced: new AbortController().signal,
    surviveFaults: () => {},
  };
}

function aWorkspace(...allow: readonly string[]): Workspace {
  return {
    name: 'shop',
    file: '/shop/gefyra.yaml',
    connection: {
      platform: 'docker',
      context: undefined,
      namespace: undefined,
      drainMs: 10_000,
      agentImage: undefined,
      allow,
    },
    services: new Map(),
    volumes: [],
  };
}

describe('an engine that is not on this machine', () => {
  it('is not used where nobody can be asked, and the way out is named', async () => {
    await expect(confirmPlace(aContext(), {}, aWorkspace(), elsewhere)).rejects.toMatchObject({
      code: 'not-confirmed',
      hint: expect.stringContaining('allow: [lab]'),
    });
  });

  it.each(['lab', 'tcp://lab.test:2375'])('is used when the file allows %s', async (name) => {
    await expect(confirmPlace(aContext(), {}, aWorkspace(name), elsewhere)).resolves.toBeUndefined();
  });

  it('is used with -y', async () => {
    await expect(confirmPlace(aContext(), { yes: true }, aWorkspace(), elsewhere)).resolves.toBeUndefined();
  });

  it('is used when the question was answered before, for that project and engine only', async () => {
    mkdirSync(join(state, 'gefyra-devenv'));
    writeFileSync(join(state, 'gefyra-devenv/allowed-places.json'), '["shop on tcp://lab.test:2375"]');
    await expect(confirmPlace(aContext(), {}, aWorkspace(), elsewhere)).resolves.toBeUndefined();
    const other = { ...aWorkspace(), name: 'bank' };
    await expect(confirmPlace(aContext(), {}, other, elsewhere)).rejects.toMatchObject({
      code: 'not-confirmed',
    });
  });

  it('needs no question when it is here', async () => {
    const here = { ...elsewhere, isLocal: true };
    await expect(confirmPlace(aContext(), {}, aWorkspace(), here)).resolves.toBeUndefined();
  });
});
