// Plugins of the bundler.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LICENSE_FILE = /^(licen[cs]e|copying|notice)(\.|-|$)/i;

/**
 * Puts nothing in the place of packages that are loaded at once by another one but only used for what we do not do.
 * Whoever used them all the same would find them undefined.
 * @param {readonly string[]} packages
 */
export function leftOut(packages) {
  const nothing = '\0left-out';
  return {
    name: 'left-out',
    /** @param {string} id */
    resolveId: (id) => (packages.includes(id) ? nothing : undefined),
    /** @param {string} id */
    load: (id) => (id === nothing ? 'module.exports = {};' : undefined),
  };
}

/**
 * Bundles what modules of ours load by a `require` of their own, to be evaluated when it is called. They need one where
 * they run unbundled, as ES modules.
 */
export function bundledRequires() {
  const own = 'const require = createRequire(import.meta.url);';
  return {
    name: 'bundled-requires',
    /** @param {string} code */
    transform: (code) => (code.includes(own) ? { code: code.replace(own, ''), map: null } : undefined),
  };
}

/**
 * The same for a program that may be kept as a snapshot of itself, in which nothing can be loaded from files: whatever loads
 * them comes to be when it is called.
 */
export function requiresWhenCalled() {
  const own = 'const require = createRequire(import.meta.url);';
  const late = 'const require = (id) => createRequire(import.meta.url)(id);';
  return {
    name: 'requires-when-called',
    /** @param {string} code */
    transform: (code) => (code.includes(own) ? { code: code.replace(own, late), map: null } : undefined),
  };
}

/**
 * Loads modules of Node when something of them is first used, instead of all at once at the start: in a bundle of CommonJS.
 * @param {readonly string[]} atOnce those that are loaded at the start all the same
 */
export function builtinsWhenUsed(atOnce) {
  const loading = /^let (\w+) = require\("(node:[^"]+)"\);$/gm;
  return {
    name: 'builtins-when-used',
    /** @param {string} code */
    renderChunk(code) {
      const late = [...code.matchAll(loading)].filter(([, , module = '']) => !atOnce.includes(module));
      if (late.length === 0) throw new Error('the bundle loads no modules of Node as it did');
      return late.reduce((text, [line, name, module]) => {
        const uses = text.replace(line, '').replace(new RegExp(`\\b${name}\\.`, 'g'), `${name}().`);
        if (new RegExp(`\\b${name}\\b(?!\\(\\)\\.)`).test(uses))
          throw new Error(`${module} is used as a whole: it cannot be loaded by what is used of it`);
        return `let ${name}$loaded;\nconst ${name} = () => (${name}$loaded ??= process.getBuiltinModule("${module}"));\n${uses}`;
      }, code);
    },
  };
}

/**
 * Writes the licenses of all packages whose code the bundle holds to `file`: they ask to be handed on with it.
 * @param {string} file
 */
export function thirdPartyLicenses(file) {
  return {
    name: 'third-party-licenses',
    /** @param {unknown} _options @param {Record<string, { moduleIds?: string[] }>} bundle */
    generateBundle(_options, bundle) {
      const modules = Object.values(bundle).flatMap(({ moduleIds }) => moduleIds ?? []);
      const packages = new Set(modules.map(packageOf).filter((folder) => folder !== undefined));
      if (packages.size === 0) return;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, [...packages].sort().map(section).join('\n'));
    },
  };
}

/** Folder of the package that a module belongs to; undefined for modules of our own. @param {string} module */
function packageOf(module) {
  return module.match(/^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/)?.[0];
}

/** @param {string} folder */
function section(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const texts = readdirSync(folder).filter((entry) => LICENSE_FILE.test(entry));
  return [
    `${name} ${version} (${license})`,
    '',
    ...texts.map((entry) => readFileSync(join(folder, entry), 'utf8').trim()),
    '',
  ].join('\n');
}
