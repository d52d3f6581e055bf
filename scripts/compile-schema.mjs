#!/usr/bin/env node
// Compiles schemas/gefyra.schema.json into src/config/schema-validator.generated.js, so that no start of devenv pays
// for loading and running a schema compiler. With --check it only says whether the file is up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { Ajv } = require('ajv');
const { default: standaloneCode } = require('ajv/dist/standalone');

const schemaFile = fileURLToPath(new URL('../schemas/gefyra.schema.json', import.meta.url));
const outputFile = fileURLToPath(new URL('../src/config/schema-validator.generated.js', import.meta.url));

const schema = withoutAnnotations(JSON.parse(readFileSync(schemaFile, 'utf8')));
const ajv = new Ajv({
  allErrors: true,
  allowUnionTypes: true,
  messages: false,
  inlineRefs: false,
  code: { source: true, esm: true, optimize: 2 },
});
const code = standaloneCode(ajv, ajv.compile(schema)).replace(
  /^"use strict";export const validate = \w+;/,
  '',
);
if (code.includes('require(')) {
  console.error('the compiled validator needs a module of ajv at run time: use a keyword that does not');
  process.exit(1);
}
const output = `// Made from schemas/gefyra.schema.json by scripts/compile-schema.mjs; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated
${code.replaceAll(/;(export|function|const)\b/g, ';\n$1')}
`;

if (process.argv.includes('--check')) {
  const current = existsSync(outputFile) ? readFileSync(outputFile, 'utf8') : '';
  if (current !== output) {
    console.error(
      'src/config/schema-validator.generated.js is out of date: run `node scripts/compile-schema.mjs`',
    );
    process.exit(1);
  }
} else {
  writeFileSync(outputFile, output);
}

/** A schema reduced to what a validator acts on; names of properties and definitions stay, whatever they are. */
function withoutAnnotations(node, names = false) {
  if (Array.isArray(node)) return node.map((item) => withoutAnnotations(item));
  if (node === null || typeof node !== 'object') return node;
  const annotations = ['$id', 'title', 'description', 'examples', 'default'];
  const maps = ['properties', 'patternProperties', 'definitions'];
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => names || !annotations.includes(key))
      .map(([key, value]) => [key, withoutAnnotations(value, !names && maps.includes(key))]),
  );
}
