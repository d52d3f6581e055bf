import type { ConnectionSettings } from '../../model/workspace.ts';
import { readImage } from './image.ts';
import { items, type Reading, stringIn, under, type Value } from './reading.ts';

/** Reads `connection`. The platform follows from the targets; in this version there is only one. */
export function readConnection(value: Value | undefined, reading: Reading): ConnectionSettings {
  return {
    platform: 'docker',
    agentImage: readImage(under(under(value, 'agent'), 'image'), reading),
    allow: items(under(value, 'allow')).flatMap((item) => readAllowed(item, reading) ?? []),
  };
}

function readAllowed(value: Value, reading: Reading): string | undefined {
  const name = stringIn(value);
  if (name === undefined || /^\S+$/.test(name)) return name;
  reading.report(value, {
    code: 'bad-name',
    message: name === '' ? 'the name is empty' : `${JSON.stringify(name)} is no name: it has spaces`,
    hint: 'name a context of the engine, or its address such as unix:///var/run/docker.sock',
  });
  return undefined;
}
