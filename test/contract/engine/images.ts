import { Readable } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { tarOf } from '../tar.ts';
import type { EngineWorld, WorldOf } from './world.ts';

/** Images: found, fetched, built, imported. */
export function imagesContract(world: WorldOf<EngineWorld>): void {
  it('finds an image by reference and by id, with what it says of itself', async () => {
    const { engine, image } = world();
    const found = await engine.findImage(image);
    expect(found).toMatchObject({
      id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      entrypoint: ['/bin/node', '/contract/main.mjs'],
      command: ['idle'],
      environment: { CONTRACT_IMAGE: 'yes' },
    });
    expect(await engine.findImage(found?.id ?? '')).toEqual(found);
  });

  it('finds nothing for a reference that it does not have', async () => {
    expect(await world().engine.findImage(world().name('missing'))).toBeUndefined();
  });

  it('fetches an image from its registry and says how far it is', async () => {
    const { engine, publishImage } = world();
    const reference = await publishImage();
    const lines: string[] = [];
    await engine.pullImage(reference, (line) => lines.push(line));
    const [digest = '', ...others] = (await engine.findImage(reference))?.digests ?? [];
    expect(digest).toMatch(/^[^@]+@sha256:[0-9a-f]{64}$/);
    expect(others).toEqual([]);
    expect(await engine.findImage(digest)).toEqual(await engine.findImage(reference));
    expect(lines.at(-1)).toMatch(/^layer 1 of 1/);
  });

  it('says in the words of the registry that an image cannot be had', async () => {
    const { engine, unpublishedImage } = world();
    const reference = await unpublishedImage();
    await expect(engine.pullImage(reference, () => {})).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringMatching(`the image ${reference} was not found: .*manifest`),
    });
  });

  it('asks the registry for an image without fetching it', async () => {
    const { engine, publishImage, unpublishedImage } = world();
    const [there, missing] = [await publishImage(), await unpublishedImage()];
    expect(await engine.findInRegistry(there)).toBe('there');
    expect(await engine.findImage(there)).toBeUndefined();
    await expect(engine.findInRegistry(missing)).rejects.toMatchObject({
      code: 'image-not-found',
      message: expect.stringMatching(`the image ${missing} was not found: .*manifest`),
    });
  });

  it('does not begin to fetch or build for a caller who has gone', async () => {
    const { engine, unpublishedImage } = world();
    const reference = await unpublishedImage();
    const gone = AbortSignal.abort();
    await expect(engine.pullImage(reference, () => {}, gone)).rejects.toMatchObject({ code: 'cancelled' });
    const build = { reference, context: Readable.from([]), args: {}, labels: {} };
    await expect(engine.buildImage(build, () => {}, gone)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('builds an image from a tar stream with a Dockerfile', async () => {
    const { engine, name } = world();
    const reference = `${name('built')}:1`;
    onTestFinished(() => world().removeImage(reference));
    const context = tarOf({ Dockerfile: 'FROM scratch\nCOPY file /\n', file: 'content\n' });
    const lines: string[] = [];
    await engine.buildImage({ reference, context, args: {}, labels: {} }, (line) => lines.push(line));
    expect(await engine.findImage(reference)).toBeDefined();
    expect(lines[0]).toMatch(/^Step 1\//);
  });

  it('builds on an image that it has fetched, by its digest', async () => {
    const { engine, name, publishImage } = world();
    const base = await publishImage();
    await engine.pullImage(base, () => {});
    const [digest = ''] = (await engine.findImage(base))?.digests ?? [];
    const reference = `${name('on-digest')}:1`;
    onTestFinished(() => world().removeImage(reference));
    const context = tarOf({ Dockerfile: 'ARG BASE\nFROM $BASE\nCOPY file /\n', file: 'content\n' });
    const lines: string[] = [];
    const build = { reference, context, args: { BASE: digest }, labels: {} };
    await engine.buildImage(build, (line) => lines.push(line));
    expect(await engine.findImage(reference)).toBeDefined();
    expect(lines.join('\n')).not.toMatch(/pull/i);
  });

  it('refuses to build without a Dockerfile', async () => {
    const { engine, name } = world();
    const reference = `${name('unbuilt')}:1`;
    const build = { reference, context: tarOf({ file: 'content\n' }), args: {}, labels: {} };
    await expect(engine.buildImage(build, () => {})).rejects.toMatchObject({
      code: 'image-build-failed',
      message: expect.stringContaining(reference),
    });
    expect(await engine.findImage(reference)).toBeUndefined();
  });

  it('makes an image of a root file system', async () => {
    const { engine, name } = world();
    const reference = `${name('imported')}:1`;
    onTestFinished(() => world().removeImage(reference));
    await engine.importImage(reference, tarOf({ file: 'content\n' }));
    expect(await engine.findImage(reference)).toMatchObject({ environment: {}, entrypoint: [], command: [] });
  });
}
