import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CliContext } from '../context.ts';

/** What `devenv schema` takes. */
export interface SchemaFlags {
  /** The schema of a file that others complete, such as `gefyra.override.yaml`. */
  readonly layer?: boolean;
}

/** `devenv schema`: the JSON schema of the file, on stdout, for editors that want it as a file. */
export async function schema(context: CliContext, { layer = false }: SchemaFlags): Promise<number> {
  const file = join(dirname(context.program), '../schemas/gefyra.editor.schema.json');
  const text = await readFile(file, 'utf8');
  context.out(layer ? `${JSON.stringify(forLayer(JSON.parse(text)), undefined, 1)}\n` : text);
  return 0;
}

/** The words of a schema that make demands on what is not there, or on a service as a whole. */
const DEMANDS: readonly string[] = ['required', 'if', 'then'];

/** Words whose keys are names of the file, or whose values are what it may say. */
const NAMES: readonly string[] = ['properties', 'patternProperties', 'definitions'];
const DATA: readonly string[] = ['default', 'defaultSnippets', 'enum', 'examples'];

/** A schema for a layer: what it lacks, another one has, and a key without value takes an earlier one away. */
function forLayer(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(schema).filter(([word]) => !DEMANDS.includes(word));
  const changed = kept.map(([word, value]): [string, unknown] => {
    if (word === 'type') return [word, [...new Set([value, 'null'].flat())]];
    if (word === 'anyOf' && Array.isArray(value)) return [word, [...value.map(forLayer), { type: 'null' }]];
    if (DATA.includes(word) || !isMapping(value)) return [word, value];
    if (!NAMES.includes(word)) return [word, forLayer(value)];
    const named = Object.entries(value).map(([name, one]) => [name, isMapping(one) ? forLayer(one) : one]);
    return [word, Object.fromEntries(named)];
  });
  return Object.fromEntries(changed);
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
