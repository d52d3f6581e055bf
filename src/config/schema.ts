import document from '../../schemas/gefyra.schema.json' with { type: 'json' };
import validate, { type SchemaError } from './schema-validator.generated.js';

/** The part of draft-07 that the schema is written in. */
export interface SchemaNode {
  readonly $ref?: string;
  /** What people call a value of this kind. */
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly pattern?: string;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly items?: SchemaNode;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/** The schema of `gefyra.yaml`. */
export const schema: SchemaNode = document;

/** Everything in a plain value that the schema does not allow. */
export function schemaErrors(value: unknown): readonly SchemaError[] {
  return validate(value) ? [] : (validate.errors ?? []);
}

/** The schema of what stands under a key or list index; undefined where the schema knows nothing or anything goes. */
export function schemaUnder(node: SchemaNode | undefined, step: string | number): SchemaNode | undefined {
  if (node === undefined) return undefined;
  if (typeof step === 'number') return resolved(node.items);
  if (isFreeKey(node, step)) return undefined;
  const own = node.properties?.[step];
  if (own !== undefined) return resolved(own);
  if (node.patternProperties !== undefined) {
    for (const [pattern, under] of Object.entries(node.patternProperties))
      if (compiled(pattern).test(step)) return resolved(under);
  }
  return typeof node.additionalProperties === 'object' ? resolved(node.additionalProperties) : undefined;
}

/** The schema at a path from the top of the file. */
export function schemaAt(path: readonly (string | number)[]): SchemaNode | undefined {
  return path.reduce<SchemaNode | undefined>(schemaUnder, schema);
}

/** Whether a key is the user's own (`x-…`) in a mapping of this schema. */
export function isFreeKey(node: SchemaNode, key: string): boolean {
  return key.startsWith('x-') && node.patternProperties?.['^x-'] !== undefined;
}

/** The types a value may have; empty when any will do. */
export function typesOf(node: SchemaNode | undefined): readonly string[] {
  if (node?.type === undefined) return [];
  return typeof node.type === 'string' ? [node.type] : node.type;
}

const patterns = new Map<string, RegExp>();

/** A pattern of the schema: every key of a file is looked up in some. */
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const made = new RegExp(pattern, 'u');
  patterns.set(pattern, made);
  return made;
}

function resolved(node: SchemaNode | undefined): SchemaNode | undefined {
  if (node?.$ref === undefined) return node;
  return schema.definitions?.[node.$ref.replace('#/definitions/', '')];
}
