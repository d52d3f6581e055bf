import { onTestFinished } from 'vitest';
import { FakeEngine } from '../fakes/index.ts';
import type { LosableWorld } from './engine/lost-engine.ts';
import { contractProgram } from './image/program.mjs';
import type { OpenWorld } from './worlds.ts';

const IMAGE = 'contract:1';
const BROKEN_IMAGE = 'contract:broken';
const FIRST_PORT = 20_000;

/** A fake engine with the contract's image. */
export async function fakeWorld(): Promise<OpenWorld<FakeWorld>> {
  const engine = new FakeEngine();
  engine.addImage(IMAGE, {
    entrypoint: ['/bin/node', '/contract/main.mjs'],
    command: ['idle'],
    environment: { CONTRACT_IMAGE: 'yes', CONTRACT_BOTH: 'image' },
    exposedPorts: [8080],
    executables: ['/bin/node'],
  });
  engine.program(IMAGE, contractProgram);
  engine.addImage(BROKEN_IMAGE, {
    entrypoint: ['/bin/node', '/contract/main.mjs'],
    environment: { CONTRACT_AGENT: 'broken' },
  });
  engine.program(BROKEN_IMAGE, contractProgram);
  let images = 0;
  let ports = FIRST_PORT;
  const world: FakeWorld = {
    engine,
    image: IMAGE,
    brokenImage: BROKEN_IMAGE,
    name: (word) => `gefyra-contract-${word}`,
    publishImage: async () => {
      const reference = `registry.test/contract:${++images}`;
      engine.publish(reference);
      return reference;
    },
    unpublishedImage: async () => `registry.test/unknown:${++images}`,
    occupyPort: async () => {
      const port = ++ports;
      engine.occupyPort(port);
      onTestFinished(() => engine.releasePort(port));
      return port;
    },
    restart: async (nameOrId) => engine.restart(nameOrId),
    removeImage: async () => {},
    goAway: async () => engine.goAway(),
    comeBack: async () => engine.comeBack(),
  };
  return { world, close: async () => {} };
}

/** The contract's world around a fake engine. */
export interface FakeWorld extends LosableWorld {
  readonly engine: FakeEngine;
}
