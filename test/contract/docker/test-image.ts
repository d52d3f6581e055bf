import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Engine } from '../../../src/engine/index.ts';
import { tarOf } from '../tar.ts';

const PROGRAMS = fileURLToPath(new URL('../image/', import.meta.url));

/** The relay of the product, which is plain JavaScript but for its name. */
const RELAY_SOURCE = fileURLToPath(new URL('../../../src/relay/main.ts', import.meta.url));

/** Command in the image that joins stdin and stdout to a Unix socket. */
export const RELAY = ['/bin/node', '/contract/relay.mjs'];

/** Makes an image of this machine's Node and the contract's programs, without a registry: two seconds, 100 MB. */
export async function importBase(engine: Engine, reference: string): Promise<void> {
  const root = stageRoot();
  try {
    const tar = spawn('tar', ['-C', root, '--dereference', '-cf', '-', '.'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await engine.importImage(reference, tar.stdout);
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** Puts the contract's Dockerfile on a base; `lines` are added to it. */
export async function buildTestImage(
  engine: Engine,
  base: string,
  reference: string,
  lines = '',
): Promise<void> {
  const recipe = readFileSync(join(PROGRAMS, 'Dockerfile'), 'utf8');
  const context = tarOf({ Dockerfile: `${recipe}${lines}` });
  await engine.buildImage({ reference, context, args: { BASE: base }, labels: {} }, () => {});
}

/** A directory of links to what the image consists of. */
function stageRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'gefyra-contract-'));
  link(root, process.execPath, '/bin/node');
  for (const library of librariesOf(process.execPath)) link(root, library, library);
  mkdirSync(join(root, 'tmp'));
  cpSync(PROGRAMS, join(root, 'contract'), { recursive: true });
  cpSync(RELAY_SOURCE, join(root, 'contract', 'relay.mjs'));
  return root;
}

function link(root: string, source: string, target: string): void {
  mkdirSync(dirname(join(root, target)), { recursive: true });
  symlinkSync(source, join(root, target));
}

/** Absolute paths, as the program's loader looks for them. */
function librariesOf(program: string): string[] {
  const output = execFileSync('ldd', [program], { encoding: 'utf8' });
  return output.split('\n').flatMap((line) => /(?:=> |^\s*)(\/\S+)/.exec(line)?.[1] ?? []);
}
