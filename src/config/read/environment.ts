import { readAssignments } from './assignments.ts';
import { readEnvFiles } from './env-files.ts';
import type { Reading, Value } from './reading.ts';

/**
 * Reads the variables of a container: those of its env files, and over them those of `environment`, in either form. A
 * name without value takes it from the variables of the file; when it is not set there, the variable is left out.
 */
export async function readEnvironment(
  envFile: Value | undefined,
  environment: Value | undefined,
  reading: Reading,
): Promise<Readonly<Record<string, string>>> {
  const variables = await readEnvFiles(envFile, reading);
  for (const { name, value, text = reading.variablesOf(value).get(name) } of readAssignments(
    environment,
    'variable',
    reading,
  )) {
    if (text === undefined) variables.delete(name);
    else variables.set(name, text);
  }
  return Object.fromEntries(variables);
}
