// Puts the libraries that agents and gateways load from files into dist/image: koffi, which is native, for every
// architecture the image is made for, whatever machine this is: npm installs the binary of its own architecture only, the
// others are fetched from the registry. And re2js, which few agents ever load.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ARCHITECTURES = ['x64', 'arm64'];
const FILES = ['package.json', 'index.js', 'index.cjs', 'LICENSE.txt', 'src/koffi'];

// Not called node_modules: npm would leave it out of the package.
const target = 'dist/image/libraries';
const { version } = JSON.parse(readFileSync('node_modules/koffi/package.json', 'utf8'));
// The C++ sources beside the scripts are of no use there.
const isWanted = (/** @type {string} */ path) =>
  statSync(path).isDirectory() || /\.(c?js|json|txt)$/.test(path);
for (const file of FILES) {
  cpSync(`node_modules/koffi/${file}`, `${target}/koffi/${file}`, { recursive: true, filter: isWanted });
}

for (const file of ['package.json', 'LICENSE', 'build/index.cjs'])
  cpSync(`node_modules/re2js/${file}`, `${target}/re2js/${file}`, { recursive: true });

for (const architecture of ARCHITECTURES) {
  const name = `@koromix/koffi-linux-${architecture}`;
  // Debian has glibc; the binary for musl stays out.
  const parts = ['package.json', 'index.js', `linux_${architecture}`];
  const source = existsSync(`node_modules/${name}`) ? `node_modules/${name}` : fetched(name);
  for (const part of parts) cpSync(join(source, part), join(target, name, part), { recursive: true });
}

/** @param {string} name */
function fetched(name) {
  const directory = `node_modules/.cache/native/${name}@${version}`;
  if (existsSync(join(directory, 'package.json'))) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const packed = execFileSync('npm', [
    'pack',
    '--silent',
    '--pack-destination',
    directory,
    `${name}@${version}`,
  ]);
  const tarball = join(directory, packed.toString().trim().split('\n').pop() ?? '');
  execFileSync('tar', ['-xzf', tarball, '-C', directory, '--strip-components=1']);
  rmSync(tarball);
  return directory;
}
