import type { Engine } from '../engine/index.ts';
import type { Platform } from '../platform/index.ts';
import { dialAgent, findAgent, listAgents, placeAgent } from './agents.ts';
import { preflight } from './preflight.ts';
import { readEnvironment } from './target-environment.ts';
import { readFiles } from './target-files.ts';
import { portNumber, resolveTarget } from './targets.ts';
import { watchTarget } from './watch-target.ts';

/** The platform whose targets are containers of an engine; it shares the engine's connection. */
export function openDockerPlatform(engine: Engine): Platform {
  return {
    kind: 'docker',
    describe: (signal) => engine.describe(signal),
    preflight: (needs) => preflight(engine, needs),
    permissionManifest: async () => undefined,
    resolveTarget: (reference) => resolveTarget(engine, reference),
    readEnvironment: (reference) => readEnvironment(engine, reference),
    readFiles: (reference, path) => readFiles(engine, reference, path),
    portNumber: (reference, name) => portNumber(reference, name),
    findAgent: (place, kind) => findAgent(engine, place, kind),
    placeAgent: (place, spec, signal) => placeAgent(engine, place, spec, signal),
    dialAgent: (agent, signal) => dialAgent(engine, agent, signal),
    listAgents: () => listAgents(engine),
    watchTarget: (target, signal) => watchTarget(engine, target, signal),
    // The connection is the engine's.
    close: () => {},
  };
}
