import type { Debug, DebuggerType } from '../../model/workspace.ts';
import { readCommand } from './command.ts';
import { booleanIn, integerIn, type Reading, stringIn, under, type Value } from './reading.ts';

/** Where a debugger listens unless it is told otherwise; a generic one must be told. */
const DEFAULT_PORTS: Readonly<Record<DebuggerType, number | undefined>> = {
  debugpy: 5678,
  node: 9229,
  go: 2345,
  java: 5005,
  generic: undefined,
};

/** Reads `debug` of a service; undefined when there is none, or something is wrong with it. */
export function readDebug(value: Value | undefined, reading: Reading): Debug | undefined {
  const command = readCommand(under(value, 'command'), 'filled', reading);
  const type = debuggerType(stringIn(under(value, 'type')));
  if (value === undefined || type === undefined) return undefined;
  const portPlace = under(value, 'port');
  const port = integerIn(portPlace) ?? DEFAULT_PORTS[type];
  if (port === undefined) {
    if (portPlace === undefined)
      reading.report(value, {
        code: 'missing-key',
        message: '"debug" of the type generic has no "port"',
        hint: 'name the port on which its debugger listens: `port: 2345`',
      });
    return undefined;
  }
  const debug: Debug = { type, port, wait: booleanIn(under(value, 'wait')) ?? false, command };
  return reading.remember(debug, value, { port: portPlace });
}

function debuggerType(word: string | undefined): DebuggerType | undefined {
  return word !== undefined && Object.hasOwn(DEFAULT_PORTS, word) ? (word as DebuggerType) : undefined;
}
