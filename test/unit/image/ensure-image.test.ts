import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImageBuild } from '../../../src/engine/index.ts';
import { agentImage, ensureImage } from '../../../src/image/index.ts';
import { FakeEngine } from '../../fakes/index.ts';

const SOME_DIGEST = `sha256:${'a'.repeat(64)}`;

/** An engine that says what it was asked to build and to pull. */
class WatchedEngine extends FakeEngine {
  readonly built: Pick<ImageBuild, 'args' | 'labels'>[] = [];
  readonly pulled: string[] = [];

  override buildImage(...[build, ...rest]: Parameters<FakeEngine['buildImage']>): Promise<void> {
    this.built.push({ args: build.args, labels: build.labels });
    return super.buildImage(build, ...rest);
  }

  override pullImage(...[reference, ...rest]: Parameters<FakeEngine['pullImage']>): Promise<void> {
    this.pulled.push(reference);
    return super.pullImage(reference, ...rest);
  }
}

describe('the image that is made here', () => {
  let directory: string;
  let engine: WatchedEngine;

  beforeEach(async () => {
    engine = new WatchedEngine();
    directory = await mkdtemp(join(tmpdir(), 'gefyra-image-'));
    await dockerfile('node:22');
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('has a name for which no public registry can answer, and another one with each other content', async () => {
    const { reference } = await agentImage(undefined, directory);
    expect(reference).toMatch(/^localhost\/gefyra-devenv\/agent:[0-9a-f]{12}$/);
    await dockerfile(`node:22@${SOME_DIGEST}`);
    expect((await agentImage(undefined, directory)).reference).not.toBe(reference);
  });

  it('is built on what a registry gave, by its digest, and says so', async () => {
    engine.publish('node:22');
    await make();
    const digest = (await engine.findImage('node:22'))?.digests[0]?.split('@')[1];
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(engine.built).toEqual([
      {
        args: { BASE: `node@${digest}` },
        labels: {
          'org.opencontainers.image.base.name': 'node:22',
          'org.opencontainers.image.base.digest': digest,
        },
      },
    ]);
    expect(engine.pulled).toEqual(['node:22']);
  });

  it('is built on a base of that name that came from no registry, and claims no digest for it', async () => {
    engine.addImage('node:22');
    await make();
    expect(engine.built).toEqual([
      { args: { BASE: 'node:22' }, labels: { 'org.opencontainers.image.base.name': 'node:22' } },
    ]);
    expect(engine.pulled).toEqual([]);
  });

  it('takes nothing else of that name for a base that is named with its digest', async () => {
    await dockerfile(`node:22@${SOME_DIGEST}`);
    engine.addImage('node:22');
    engine.publish(`node:22@${SOME_DIGEST}`);
    await make();
    expect(engine.pulled).toEqual([`node:22@${SOME_DIGEST}`]);
  });

  it('is made of what was read at the start, when the files are gone by then', async () => {
    engine.publish('node:22');
    const image = await agentImage(undefined, directory);
    await rm(join(directory, 'Dockerfile'));
    await ensureImage(engine, image, () => {});
    expect(await engine.findImage(image.reference)).toBeDefined();
  });

  async function make(): Promise<void> {
    await ensureImage(engine, await agentImage(undefined, directory), () => {});
  }

  async function dockerfile(base: string): Promise<void> {
    await writeFile(join(directory, 'Dockerfile'), `ARG BASE=${base}\nFROM $BASE\n`);
  }
});

it("the recipe's own Dockerfile names a base", async () => {
  const recipe = await readFile(join(import.meta.dirname, '../../../src/image/recipe/Dockerfile'), 'utf8');
  expect(recipe).toMatch(/^ARG BASE=node:22-bookworm-slim(@sha256:[0-9a-f]{64})?$/m);
});
