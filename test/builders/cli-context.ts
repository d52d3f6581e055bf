import type { CliContext } from '../../src/cli/context.ts';

/** What a command may touch: no terminal, nobody to ask, nothing asked to end. */
export function aCliContext(fields: Partial<CliContext> = {}): CliContext {
  const never = new AbortController().signal;
  return {
    environment: {},
    program: '/devenv.js',
    directory: '/',
    readInput: async () => '',
    out: () => {},
    err: () => {},
    isTerminal: false,
    columns: undefined,
    canAsk: false,
    listenToKeys: undefined,
    interrupt: () => {},
    ending: never,
    forced: never,
    mortal: (work) => work(),
    onSignal: () => () => {},
    surviveFaults: () => {},
    ...fields,
  };
}
