// The reference of the file, made from its JSON schema: `docs/file.md`.
import { stringify } from 'yaml';

/**
 * As much of a JSON schema as is used here.
 * @typedef {object} Schema
 * @property {string} [title]
 * @property {string} [description]
 * @property {string | string[]} [type]
 * @property {Record<string, Schema>} [properties]
 * @property {readonly string[]} [required]
 * @property {boolean | Schema} [additionalProperties]
 * @property {Schema} [items]
 * @property {readonly unknown[]} [enum]
 * @property {unknown} [default]
 * @property {readonly unknown[]} [examples]
 * @property {string} [$ref]
 * @property {Record<string, Schema>} [definitions]
 */

const HEAD = `# The file

Every key of a \`gefyra.yaml\`, made from [its JSON schema](../schemas/gefyra.schema.json); an example with all of them is
[gefyra.example.yaml](../gefyra.example.yaml). \`devenv validate\` checks a file, \`devenv config\` shows what it comes to,
and editors complete and check it, with \`devenv schema > gefyra.schema.json\`, once it begins with

\`\`\`yaml
# yaml-language-server: $schema=path/to/gefyra.schema.json
\`\`\`

Keys that begin with \`x-\` are yours, in every mapping. Further keys of Compose are accepted and have no effect, or are
refused with what does the job: [Keys of Compose](compose.md) lists all. Values may hold variables: \`$NAME\`, \`\${NAME:-default}\`,
\`\${NAME:?message}\`, \`\${NAME:+other}\`; they come from the environment of devenv, or from the \`.env\` beside the file,
of which a wrong line matters only where it is used. \`$GEFYRA_USER\` and \`$GEFYRA_BRANCH\` are always
there, and so is \`$COMPOSE_PROJECT_NAME\`, the project's name.
One that is not set is a problem, or in a Compose file empty, which is told; a key that its variables leave empty is as if it
were not there. What \`match: mine\` comes to in a browser, and behind a login: [Your requests alone](mine.md).

## Several files

Files given with \`-f\` are merged, later ones over earlier ones, and \`gefyra.override.yaml\` beside the first one comes last:
it is yours, belongs into \`.gitignore\`, and \`--no-override\` leaves it out. They merge as Compose's do:

| what | how |
| --- | --- |
| mappings | by key, in depth |
| lists | one behind the other |
| \`command\`, \`entrypoint\`, \`healthcheck.test\` | the later one |
| \`environment\`, \`labels\`, \`build.args\` | by name, in both forms |
| \`volumes\` | by the path in the container |
| \`ports\` | by address, both numbers and protocol: another published port is one more |
| \`env_file\`, \`env_from\` | by path, by target |
| \`depends_on\` | by service, in both forms |
| \`forwards\` | by address and port of this machine |
| \`bridges\` | by target, and their \`ports\` by the workload's port |
| \`match\` of a bridge | the later one; lists of its \`except\` follow one another |
| \`cap_add\`, \`profiles\`, \`connection.allow\` | each once |

\`!reset\` before a value takes the earlier one away, and so does a key without value; \`!override\` replaces it whole. Every
path begins beside the file it is written in, those of Compose files that lie over another one beside that one. Editors check such files with the schema of \`devenv schema --layer\`, by which
nothing is required and every value may be missing, and accept the tags with the setting
\`yaml.customTags: ["!reset", "!reset sequence", "!reset mapping", "!override", "!override sequence", "!override mapping"]\`.
\`devenv config\` shows what all files come to, with \`--no-interpolate\` before variables are replaced, and
\`devenv config --explain PATH\` where a value comes from.

A session reads its files again whenever one of them is saved. A later \`devenv up\` of the same project joins it: the files,
profiles and variables of that one are the session's from then on. \`devenv up NAME…\` makes these services only, with what
they need, whatever their profiles, and all forwards; those that run already stay as they are. Saving keeps to what was
named; \`devenv up\` without names makes all again.
`;

/**
 * @param {Schema} schema
 * @returns {string} Markdown
 */
export function fileReference(schema) {
  const { definitions = {} } = schema;
  /** Titles of sections by the keys in them. @type {Map<string, string>} */
  const known = new Map();
  const sections = [section('The top level', schema)];
  for (const [name, definition] of Object.entries(definitions)) {
    addSections(definition.title ?? name, definition);
  }
  return [HEAD, ...sections].join('\n');

  /**
   * @param {string} title
   * @param {Schema} object
   */
  function addSections(title, object) {
    if (hasProperties(object) && !isTold(title, object)) sections.push(section(title, object));
    for (const [key, property] of Object.entries(object.properties ?? {}))
      addSections(`${title}: ${key}`, property);
  }

  /** Two forms of one thing. @param {string} title @param {Schema} object */
  function isTold(title, object) {
    return known.get(JSON.stringify(object.properties)) === title;
  }

  /**
   * @param {string} title
   * @param {Schema} object
   */
  function section(title, object) {
    const keys = JSON.stringify(object.properties);
    const same = known.get(keys);
    known.set(keys, same ?? title);
    if (same !== undefined)
      return `## ${title}\n\n${object.description ?? ''} Keys as those of \`${same}\`.\n`;
    const rows = effective(object).map(([key, property]) => {
      const resolved = resolve(property);
      const needed = object.required?.includes(key) ? ' **required**' : '';
      const choices =
        resolved.enum === undefined ? '' : ` One of ${resolved.enum.map((one) => code(one)).join(', ')}.`;
      const preset = resolved.default === undefined ? '' : ` Default: ${code(resolved.default)}.`;
      const description = cell(`${property.description ?? resolved.description ?? ''}${choices}${preset}`);
      return `| \`${key}\`${needed} | ${typeOf(resolved)} | ${description} | ${example(resolved)} |`;
    });
    const table = ['| key | type | meaning | for example |', '| --- | --- | --- | --- |', ...rows];
    return `## ${title}\n\n${object.description ?? ''}\n\n${table.join('\n')}\n`;
  }

  /** @param {Schema} property */
  function resolve(property) {
    const name = property.$ref?.replace('#/definitions/', '');
    return name === undefined ? property : { ...definitions[name], ...property };
  }
}

/** @param {Schema} schema */
function hasProperties({ properties = {} }) {
  return effective({ properties }).length > 0;
}

/**
 * The keys that change something.
 * @param {Schema} schema
 */
function effective({ properties = {} }) {
  return Object.entries(properties).filter(([, { title }]) => title !== 'no effect');
}

/** @param {Schema} schema */
function typeOf({ type, properties, $ref }) {
  const names = { object: 'mapping', array: 'list', integer: 'whole number', null: 'empty' };
  const types = [type ?? (properties === undefined ? [] : 'object')].flat();
  if (types.length === 0) return $ref === undefined ? '' : 'see below';
  return types.map((name) => names[/** @type {keyof typeof names} */ (name)] ?? name).join(' or ');
}

/** @param {Schema} schema */
function example({ examples: [first] = [] }) {
  if (first === undefined) return '';
  return code(stringify(first, { collectionStyle: 'flow', lineWidth: 0 }).trim());
}

/** @param {unknown} value */
function code(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\`${cell(text)}\``;
}

/** @param {string} text */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
