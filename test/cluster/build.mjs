// Builds the programs from Go modules, once for each state of their sources.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CACHE, SOURCES } from './paths.mjs';

/** The programs, each a Go module of its own, and about how long its first build takes on two cores, minutes. */
const PROGRAMS = { kubernetes: 5, etcd: 1, coredns: 2 };

/**
 * Paths of the built programs by name; builds those that are missing.
 * @param {(line: string) => void} report
 * @returns {Promise<Record<keyof typeof PROGRAMS, string>>}
 */
export async function builtPrograms(report) {
  /** @type {[string, string][]} */
  const built = [];
  for (const [name, minutes] of Object.entries(PROGRAMS))
    built.push([name, await builtProgram(name, minutes, report)]);
  // @ts-expect-error the keys are those of PROGRAMS
  return Object.fromEntries(built);
}

/** @param {string} name @param {number} minutes @param {(line: string) => void} report */
async function builtProgram(name, minutes, report) {
  const source = join(SOURCES, name);
  const hash = createHash('sha256').update(process.arch);
  for (const file of ['main.go', 'go.mod', 'go.sum']) hash.update(readFileSync(join(source, file)));
  const program = join(CACHE, `${name}-${hash.digest('hex').slice(0, 16)}`);
  if (existsSync(program)) return program;
  report(`building ${name}; this takes about ${minutes} min the first time`);
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'building-'));
  try {
    const made = join(folder, name);
    await build(source, made, report);
    renameSync(made, program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return program;
}

/** @param {string} source @param {string} output @param {(line: string) => void} report */
function build(source, output, report) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const words = ['build', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', '-o', output, '.'];
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };
    const child = spawn('go', words, { cwd: source, env, stdio: ['ignore', 'ignore', 'pipe'] });
    /** @type {string[]} */
    const said = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (!line.startsWith('go: downloading ')) said.push(line);
    });
    const still = setInterval(() => {
      const minutes = (performance.now() - started) / 60_000;
      report(`  still building, ${minutes.toFixed(1)} min`);
    }, 30_000);
    child.once('error', (error) => {
      clearInterval(still);
      reject(new Error(`Go is needed to build the test cluster, and \`go\` cannot be run: ${error.message}`));
    });
    child.once('close', (code) => {
      clearInterval(still);
      if (code === 0) resolve(undefined);
      else reject(new Error(`\`go ${words.join(' ')}\` in ${source} failed:\n${said.slice(-20).join('\n')}`));
    });
  });
}
