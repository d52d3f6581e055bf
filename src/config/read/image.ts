import { imageFault } from '../image-reference.ts';
import { type Reading, reportFault, stringIn, type Value } from './reading.ts';

/** Reads an image reference; undefined when there is none. */
export function readImage(value: Value | undefined, reading: Reading): string | undefined {
  const reference = stringIn(value);
  if (value === undefined || reference === undefined) return undefined;
  const fault = imageFault(reference);
  if (fault !== undefined) reportFault(reading, value, fault);
  return reference;
}

/** Name of the image of a service that is only built. */
export function builtImageName(project: string, service: string): string {
  // Names of images know fewer separators between letters and digits than those of projects and services.
  return `gefyra-${project}-${service}`
    .toLowerCase()
    .replace(/[._-]+/g, (run) => (/^(\.|__?|-+)$/.test(run) ? run : '-'))
    .replace(/[._-]+$/, '');
}
