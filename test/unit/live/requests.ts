import fc from 'fast-check';
import { type Command, happening, happensAtAll } from './happening.ts';
import type { LiveSession } from './live-session.ts';
import { FILES, OTHER_FILES } from './project-files.ts';
import { letEverythingSettle } from './random-world.ts';

/** What people ask of sessions. */
export function requests(): fc.Arbitrary<Command>[] {
  return [
    happening({
      to: fc.constantFrom(...FILES.keys()),
      name: (file) => `the file says: ${FILES.get(file)}`,
      what: (file, _, model) => {
        const workspace = model.files[file];
        if (workspace === undefined) return;
        const converging = model.shop.converge(workspace);
        converging.catch(() => {});
        model.passes.push(converging);
      },
    }),
    happensAtAll('devenv restart', (_, { shop }) => {
      shop.restart().catch(() => {});
    }),
    happensAtAll('devenv stop', (_, { shop }) => inTurn(shop, () => shop.stop())),
    happensAtAll('devenv start', (_, { shop }) => inTurn(shop, () => shop.start())),
    happening({
      to: fc.nat(OTHER_FILES - 1),
      name: (file) => `another session begins with its file ${file}`,
      what: (file, world, model) => {
        const workspace = model.otherFiles[file];
        if (workspace !== undefined) model.other = world.start(workspace);
      },
      may: ({ other }) => other === undefined || other.isOver,
    }),
    happensAtAll(
      'the other session ends',
      (_, { other }) => other?.interrupt(),
      ({ other }) => other !== undefined,
    ),
    happensAtAll('quiet', (world, model) => letEverythingSettle(model, world)),
  ];
}

/** What is asked when all that was asked before has been heard, for its order matters. It is done, or will be. */
async function inTurn(shop: LiveSession, ask: () => Promise<unknown>): Promise<void> {
  for (let time = 0; time < 2; time += 1) await shop.status().catch(() => {});
  await ask().catch(() => {});
}
