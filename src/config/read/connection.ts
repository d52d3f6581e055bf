import type { ConnectionSettings } from '../../model/workspace.ts';
import { readImage } from './image.ts';
import { type Reading, under, type Value } from './reading.ts';

/** Reads `connection`. The platform follows from the targets; in this version there is only one. */
export function readConnection(value: Value | undefined, reading: Reading): ConnectionSettings {
  return { platform: 'docker', agentImage: readImage(under(under(value, 'agent'), 'image'), reading) };
}
