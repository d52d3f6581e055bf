#!/usr/bin/env node
// Compiles schemas/gefyra.schema.json into src/config/schema-validator.generated.js, so that no start of devenv pays
// for loading and running a schema compiler, and makes schemas/gefyra.editor.schema.json from it, which editors use.
// With --check it only says whether the files are up to date.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { editorSchema } from './editor-schema.mjs';

const require = createRequire(import.meta.url);
const { Ajv } = require('ajv');
const { default: standaloneCode } = require('ajv/dist/standalone');

const at = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const source = JSON.parse(readFileSync(at('schemas/gefyra.schema.json'), 'utf8'));
const { version } = JSON.parse(readFileSync(at('package.json'), 'utf8'));

const schema = withoutAnnotations(source);
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
const validator = `// Made from schemas/gefyra.schema.json by scripts/compile-schema.mjs; do not edit.
// biome-ignore-all lint: generated
// biome-ignore-all format: generated
// biome-ignore-all assist: generated
${code.replaceAll(/;(export|function|const)\b/g, ';\n$1')}
`;
const outputs = {
  'src/config/schema-validator.generated.js': validator,
  'schemas/gefyra.editor.schema.json': `${JSON.stringify(editorSchema(source, version), undefined, 1)}\n`,
};

for (const [file, content] of Object.entries(outputs)) {
  const current = existsSync(at(file)) ? readFileSync(at(file), 'utf8') : '';
  if (!process.argv.includes('--check')) writeFileSync(at(file), content);
  else if (current !== content) {
    console.error(`${file} is out of date: run \`node scripts/compile-schema.mjs\``);
    process.exitCode = 1;
  }
}

/** A schema reduced to what a validator acts on; names of properties and definitions stay, whatever they are. */
function withoutAnnotations(node, names = false) {
  if (Array.isArray(node)) return node.map((item) => withoutAnnotations(item));
  if (node === null || typeof node !== 'object') return node;
  const annotations = [
    '$id',
    'title',
    'description',
    'examples',
    'default',
    'patternErrorMessage',
    'defaultSnippets',
  ];
  const maps = ['properties', 'patternProperties', 'definitions'];
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => names || !annotations.includes(key))
      .map(([key, value]) => [key, withoutAnnotations(value, !names && maps.includes(key))]),
  );
}
