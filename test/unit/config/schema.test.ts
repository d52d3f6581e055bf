import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { isEffectless, NO_EFFECT_CODE } from '../../../src/config/effectless.ts';
import { loadWorkspace } from '../../../src/config/index.ts';
import { parseYaml } from '../../../src/config/parse.ts';
import { type SchemaNode, schema, schemaUnder } from '../../../src/config/schema.ts';
import { makeSource } from '../../../src/config/source.ts';
import type { Node } from '../../../src/config/tree.ts';

const top = join(import.meta.dirname, '../../..');
const ajv = new Ajv({ allowUnionTypes: true });
// For editors alone.
ajv.addVocabulary(['patternErrorMessage', 'defaultSnippets']);
ajv.addSchema(schema, 'gefyra');

/** Every schema within the schema, with its JSON pointer. */
function* schemas(node: SchemaNode, pointer = ''): Generator<{ pointer: string; node: SchemaNode }> {
  yield { pointer, node };
  for (const group of ['properties', 'patternProperties', 'definitions'] as const) {
    for (const [name, under] of Object.entries(node[group] ?? {})) {
      yield* schemas(under, `${pointer}/${group}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }
  }
  if (node.items !== undefined) yield* schemas(node.items, `${pointer}/items`);
  if (typeof node.additionalProperties === 'object') {
    yield* schemas(node.additionalProperties, `${pointer}/additionalProperties`);
  }
}

const all = [...schemas(schema)].filter(({ node }) => node.$ref === undefined);

describe('the schema', () => {
  it('is what the compiled validator, and the schema for editors, were made from', async () => {
    await promisify(execFile)(process.execPath, [join(top, 'scripts/compile-schema.mjs'), '--check']);
  });

  it('is written in draft-07', () => {
    expect(ajv.validateSchema(schema)).toBe(true);
  });

  it.each(all.map(({ pointer, node }) => [pointer, node] as const))(
    'describes what stands at "%s"',
    (_, node) => {
      expect(node.description).toMatch(/\.$/);
    },
  );

  it.each(
    all.flatMap(({ pointer, node }) => (node.examples ?? []).map((example) => [pointer, example] as const)),
  )('has an example at "%s" that it allows: %j', (pointer, example) => {
    const valid = ajv.validate({ $ref: `gefyra#${encodeURI(pointer)}` }, example);
    expect(ajv.errorsText(), pointer).toBe('No errors');
    expect(valid).toBe(true);
  });

  it('has no alternatives that would make one mistake look like several', async () => {
    const text = await readFile(join(top, 'schemas/gefyra.schema.json'), 'utf8');
    expect(text).not.toMatch(/"(oneOf|anyOf|allOf|not|if)":/);
  });
});

describe('gefyra.example.yaml', () => {
  const file = join(top, 'gefyra.example.yaml');

  it('is valid anywhere', async () => {
    const result = await loadWorkspace({ files: [file], directory: top, environment: {} });
    if ('problems' in result) expect(result.problems).toEqual([]);
    // Keys that are there for files of Compose are noted.
    else expect(result.warnings.filter(({ code }) => code !== NO_EFFECT_CODE)).toEqual([]);
  });

  it('shows every key there is', async () => {
    const { root } = parseYaml(makeSource(file, await readFile(file, 'utf8')));
    const used = new Set<SchemaNode>();
    const visit = (node: Node, under: SchemaNode | undefined): void => {
      if (under === undefined) return;
      used.add(under);
      if (node.kind === 'mapping')
        for (const entry of node.entries) visit(entry.value, schemaUnder(under, entry.key));
      if (node.kind === 'sequence') for (const item of node.items) visit(item, schemaUnder(under, 0));
    };
    if (root !== undefined) visit(root, schema);
    const keys = all
      .flatMap(({ node }) =>
        Object.keys(node.properties ?? {}).map((key) => ({ key, under: schemaUnder(node, key) })),
      )
      .filter(({ under }) => !isEffectless(under));
    expect(keys.filter(({ under }) => under === undefined || !used.has(under)).map(({ key }) => key)).toEqual(
      [],
    );
  });
});
