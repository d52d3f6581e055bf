import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EngineLookup, locateEngine } from '../../../src/docker/locate-engine.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

function lookup(environment: EngineLookup['environment'], ...sockets: readonly string[]): EngineLookup {
  return { environment, homeDirectory: home, isSocket: (path) => sockets.includes(path) };
}

/** Writes a context as Docker's client keeps it. */
function aContext(name: string, address: string): void {
  const folder = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'));
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker: { Host: address } } }),
  );
}

describe('the engine that is used', () => {
  it('is the one DOCKER_HOST names, before all others', () => {
    aContext('lab', 'tcp://lab.test:2375');
    const environment = { DOCKER_HOST: 'tcp://build.test', DOCKER_CONTEXT: 'lab' };
    expect(locateEngine(lookup(environment))).toMatchObject({
      address: 'tcp://build.test:2375',
      origin: 'DOCKER_HOST',
    });
  });

  it('is that of DOCKER_CONTEXT, before the current context', () => {
    aContext('lab', 'tcp://lab.test:2375');
    aContext('home', 'unix:///home.sock');
    writeFileSync(join(home, '.docker/config.json'), '{"currentContext":"home"}');
    expect(locateEngine(lookup({ DOCKER_CONTEXT: 'lab' })).address).toBe('tcp://lab.test:2375');
    expect(locateEngine(lookup({})).address).toBe('unix:///home.sock');
  });

  it('is the first default socket that exists', () => {
    expect(locateEngine(lookup({}, '/var/run/docker.sock')).address).toBe('unix:///var/run/docker.sock');
    const rootless = lookup({ XDG_RUNTIME_DIR: '/run/user/1000' }, '/run/user/1000/docker.sock');
    expect(locateEngine(rootless).address).toBe('unix:///run/user/1000/docker.sock');
  });

  it('is named, with what is near, when its context does not exist', () => {
    aContext('lab', 'tcp://lab.test:2375');
    expect(() => locateEngine(lookup({ DOCKER_CONTEXT: 'labs' }))).toThrow(/labs/);
  });

  it.each(['nonsense://x', 'unix://relative', 'tcp://'])('is an error where %s is no address', (address) => {
    expect(() => locateEngine(lookup({ DOCKER_HOST: address }))).toThrow(
      expect.objectContaining({ code: 'engine-unreachable' }),
    );
  });
});
