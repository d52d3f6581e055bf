// The schema as editors want it, made from the terse one that devenv checks files with: an editor sees a file before its
// variables are replaced, shows the messages that a schema brings along, and proposes what stands in its snippets.
import { stringify } from 'yaml';

/** Where the schema of a version is to be had; it names a schema, and nobody needs to reach it. */
const BASE = 'https://gefyra.dev/schemas/devenv';

/** A value that holds a variable: what it becomes, only devenv can tell. */
const VARIABLE = '\\$(\\{|[A-Za-z_])';

/** Forms that the schema leaves to devenv, by the title of a value. */
const FORMS = {
  duration: {
    pattern: '^([0-9]+(\\.[0-9]+)?(w|d|h|m|s|ms|us|µs|ns))+$|^0$',
    patternErrorMessage: 'This must be a duration: numbers with units, such as 30s or 1m30s.',
  },
  microseconds: {
    pattern: '^([0-9]+(\\.[0-9]+)?(w|d|h|m|s|ms|us|µs|ns))+$|^-?[0-9]+$',
    patternErrorMessage: 'This must be a number of microseconds, or a duration such as 50ms.',
  },
  'byte size': {
    pattern: '^[0-9]+(\\.[0-9]+)?\\s*(([kmgtpKMGTP]?([iI]?[bB])?)|[kmgtpKMGTP][iI])$|^-1$',
    patternErrorMessage:
      'This must be a size: a number of bytes, or a number with one of the units b, k, m, g and t.',
  },
};

/** Texts that devenv takes for a value of another type, as Compose does: `"80"`, `yes`. */
const SPELLINGS = {
  boolean: '^([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee]|[Yy]([Ee][Ss])?|[Nn][Oo]?|[Oo][Nn]|[Oo][Ff][Ff])$',
  integer: '^[-+]?[0-9]+$',
  number: '^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]+)?$',
};

/** Numbers that tell whether a form has room for a number that is not in quotes. */
const NUMBERS = ['1', '80', '1.5'];

/** Keys of a service whose empty text says nothing to devenv, and those with nothing behind them. */
const EMPTY_TEXTS = ['user', 'platform', 'working_dir', 'restart', 'hostname', 'pull_policy'];
const NOTHINGS = ['command', 'entrypoint'];

/** What must be said of a value of the wrong type. */
const TYPES = {
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  string: 'a string',
  array: 'a list',
  object: 'a mapping',
  null: 'empty',
};

/** The keys of a service of which one is enough, as far as the schema has them. */
const SOURCES = ['image', 'build', 'process', 'extends'];

/** What `working_dir` is where the service is a container. */
const IN_CONTAINER = {
  type: 'string',
  pattern: '^/',
  patternErrorMessage: 'This must be an absolute path in the container: it begins with /.',
};

/**
 * The schema for editors of the version `version`.
 * @param {Record<string, any>} source
 * @param {string} version
 */
export function editorSchema(source, version) {
  const schema = forEditors(source);
  schema.$id = `${BASE}/${version}/gefyra.schema.json`;
  const { service } = schema.definitions;
  for (const key of EMPTY_TEXTS) service.properties[key] = orEmpty(service.properties[key]);
  for (const key of NOTHINGS) service.properties[key] = orNull(service.properties[key]);
  const sources = SOURCES.filter((key) => key in service.properties);
  const errorMessage = `A service needs ${listed(sources.map((key) => `"${key}"`))}.`;
  // Not `anyOf`, for which an editor shows the title of a service twice.
  service.if = { not: { anyOf: sources.map((key) => ({ required: [key] })) } };
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
  service.then = { required: [sources[0]], errorMessage };
  if ('process' in service.properties)
    service.allOf = [
      {
        if: { required: ['process'] },
        else: { properties: { working_dir: orEmpty(forEditors(IN_CONTAINER)) } },
      },
    ];
  return schema;
}

/** @param {any} node @returns {any} */
function orEmpty(node) {
  if (node.anyOf !== undefined) return { ...node, anyOf: node.anyOf.map(orEmpty) };
  return node.pattern === undefined ? node : { ...node, pattern: `${node.pattern}|^$` };
}

/** @param {any} node */
function orNull(node) {
  const types = [node.type].flat();
  return types.includes('null') ? node : { ...node, type: [...types, 'null'] };
}

/** @returns {any} */
function forEditors(/** @type {any} */ node) {
  const made = { ...node };
  for (const group of ['properties', 'patternProperties', 'definitions'])
    if (node[group] !== undefined) made[group] = mapped(node[group], forEditors);
  if (node.items !== undefined) made.items = forEditors(withExamples(node.items, node.examples));
  if (typeof node.additionalProperties === 'object')
    made.additionalProperties = forEditors(node.additionalProperties);
  return explained(proposed(open(made)));
}

/** Items without examples have those of their list. */
function withExamples(/** @type {any} */ item, /** @type {readonly unknown[]} */ examples = []) {
  if (item.$ref !== undefined || item.examples !== undefined) return item;
  const items = examples.filter(Array.isArray).flat();
  return items.length === 0 ? item : { ...item, examples: [...new Set(items)] };
}

/** Every value of a type, of a set or of a form may be a variable instead, and a number a text. */
function open(/** @type {any} */ node) {
  const types = [node.type ?? []].flat();
  if (types.length === 0) return node;
  const isScalar = !types.includes('array') && !types.includes('object');
  const errorMessage = isScalar ? `This must be ${listed(types.map((type) => TYPES[type]))}.` : undefined;
  if (node.enum !== undefined) {
    const { type, enum: values, ...rest } = node;
    const message = `This must be ${listed(values.map(String))}.`;
    const variable = { type: 'string', pattern: VARIABLE, errorMessage: message };
    return { ...rest, anyOf: [{ type, enum: values, errorMessage: message }, variable] };
  }
  const form = { ...FORMS[node.title], ...node };
  if (form.pattern !== undefined) {
    const patternErrorMessage = form.patternErrorMessage ?? formless(node);
    return {
      ...form,
      ...numbersToo(types, form, patternErrorMessage),
      pattern: `(?:${form.pattern})|${VARIABLE}`,
      patternErrorMessage,
      ...stated(errorMessage),
    };
  }
  if (types.includes('string')) return { ...node, ...numbersToo(types), ...stated(errorMessage) };
  const spellings = types.flatMap((type) => SPELLINGS[type] ?? []);
  if (spellings.length === 0) return node;
  const patternErrorMessage = `This must be ${listed(types.map((type) => TYPES[type]))}.`;
  return {
    ...node,
    type: [...types, 'string'],
    pattern: [...spellings, VARIABLE].join('|'),
    patternErrorMessage,
    ...stated(errorMessage),
  };
}

/**
 * A number where a text is wanted is that text, as far as its form has room for numbers; of durations, only 0 needs no
 * unit.
 * @param {readonly string[]} types @param {{ pattern?: string, title?: string }} [form] @param {string} [message]
 */
function numbersToo(types, { pattern = '', title } = {}, message = undefined) {
  if (!types.includes('string') || types.includes('integer') || types.includes('number')) return {};
  const withNumber = { type: [...types, 'number'] };
  if (NUMBERS.some((number) => new RegExp(pattern, 'u').test(number))) return withNumber;
  if (title !== 'duration') return {};
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON Schema
  return { ...withNumber, if: { type: 'number' }, then: { enum: [0], errorMessage: message } };
}

/** What is said of a form that has no words of its own. */
function formless({ examples = [] }) {
  const example = examples.find((/** @type {unknown} */ one) => typeof one === 'string');
  return example === undefined ? 'This has not the right form.' : `This must have a form such as ${example}.`;
}

/**
 * Examples are proposed; mappings and lists among them need labels, and empty defaults are nothing to propose. What can be
 * nothing but a list begins with an item, which has proposals of its own.
 */
function proposed(/** @type {any} */ node) {
  const { examples = [], default: standard, ...rest } = node;
  const isEmpty = typeof standard === 'object' && standard !== null && Object.keys(standard).length === 0;
  const scalars = examples.filter((/** @type {unknown} */ one) => typeof one !== 'object');
  const snippets = examples
    .filter((/** @type {unknown} */ one) => typeof one === 'object' && node.type !== 'array')
    .map((/** @type {unknown} */ body) => ({ label: inLine(body), body }));
  const isChosen = node.anyOf !== undefined;
  return {
    ...rest,
    ...(standard === undefined || isEmpty ? {} : { default: standard }),
    ...(scalars.length === 0 || isChosen ? {} : { examples: scalars }),
    ...(snippets.length === 0 ? {} : { defaultSnippets: [...snippets, ...(node.defaultSnippets ?? [])] }),
  };
}

/** Descriptions are Markdown, which an editor would otherwise show sign by sign. */
function explained(/** @type {any} */ node) {
  if (node.description === undefined) return node;
  const snippets = (node.defaultSnippets ?? []).map((/** @type {any} */ { body }) =>
    stringify(body).trimEnd(),
  );
  const shown = snippets.map((/** @type {string} */ text) => `\n\n\`\`\`yaml\n${text}\n\`\`\``).join('');
  return { ...node, markdownDescription: `${node.description}${shown}` };
}

function inLine(/** @type {unknown} */ value) {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0 }).trim();
}

/** @template Value @param {Record<string, Value>} values @param {(value: Value) => Value} change */
function mapped(values, change) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function stated(/** @type {string | undefined} */ errorMessage) {
  return errorMessage === undefined ? {} : { errorMessage };
}

function listed(/** @type {readonly string[]} */ words) {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
