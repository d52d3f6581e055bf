/**
 * Stateful stand-ins for a container engine and a platform, in memory. The contract suite holds them to what the real
 * ones do; whatever a test did not prepare fails loudly. Not for assertions on calls: look at the state instead.
 */
export { brokenStream, duplexPair } from './duplex-pair.ts';
export type { FakeAgentProcess } from './fake-agents.ts';
export { FakeEngine, type FakeExec } from './fake-engine.ts';
export { fakeMachine } from './fake-machine.ts';
export { FakePlatform } from './fake-platform.ts';
export type { FakeProcess, FakeProgram } from './fake-program.ts';
