// Sees to it that a container engine answers. Where none does, on Debian or Ubuntu as root, installs Docker from the
// distribution's packages and starts it. Never touches an engine that answers.
// Runs before `npm ci`: Node's own modules only. By itself: node scripts/engine.mjs
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { homedir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const DEFAULT_SOCKET = '/var/run/docker.sock';
const DAEMON_LOG = '/var/log/gefyra-devenv-dockerd.log';
const DAEMON_START_MS = 30_000;
/** Debian's packages and the program each is wanted for. */
const PACKAGES = { 'docker.io': 'dockerd', iptables: 'iptables' };

/** Further packages, and the program each is wanted for. */
const TOOLS = { mmdebstrap: 'mmdebstrap', nftables: 'nft', curl: 'curl', unzip: 'unzip' };

/**
 * Resolves once an engine answers.
 * @param {{ report: (line: string) => void }} options `report` gets a line for each thing that is done
 * @returns {Promise<{ started: boolean }>} whether an engine had to be started
 * @throws {Error} with what was tried and what to do, when there is no engine and none can be had
 */
export async function ensureEngine({ report }) {
  /** @type {string[]} */
  const findings = [];
  let present = false;
  for (const address of engineAddresses()) {
    const finding = await ping(address);
    if (finding === 'answers') return { started: false };
    findings.push(`${address}: ${finding}`);
    present ||= finding !== 'absent';
  }
  // Contexts, TLS and ssh:// are the docker command's to know.
  const version = await run('docker', ['version']);
  if (version.code === 0) return { started: false };

  const obstacle = present ? 'something is there that does not answer' : reasonNotToInstall();
  if (obstacle !== undefined) throw new NoEngine(findings, obstacle);
  await installMissingPackages(report);
  if ((await ping(DEFAULT_SOCKET)) !== 'answers') await startDaemon(report);
  return { started: true };
}

/**
 * Installs what an image is made with where no registry answers, and what the tests look at the kernel with, if it is
 * missing and this machine lets us. Where it does not, whoever needs it says so by itself.
 * @param {{ report: (line: string) => void }} options
 */
export async function ensureTools({ report }) {
  const missing = Object.entries(TOOLS).flatMap(([name, program]) => (hasProgram(program) ? [] : [name]));
  if (missing.length === 0 || reasonNotToInstall() !== undefined) return;
  report(`installing ${missing.join(', ')}`);
  await aptGet(['update', '--quiet'], report);
  // With what they recommend: mmdebstrap checks signatures and unpacks by its recommendations.
  await aptGet(['install', '--yes', '--quiet', ...missing], report);
}

/**
 * Installs Debian's packages where the file that each is wanted for is missing.
 * @param {Readonly<Record<string, string>>} packages path by package
 * @param {(line: string) => void} report
 * @throws {Error} when this machine does not let us
 */
export async function ensurePackages(packages, report) {
  const missing = Object.entries(packages).flatMap(([name, file]) => (existsSync(file) ? [] : [name]));
  if (missing.length === 0) return;
  const obstacle = reasonNotToInstall();
  if (obstacle !== undefined) throw new Error(`${missing.join(', ')} must be installed first (${obstacle})`);
  report('updating the package lists');
  await aptGet(['update', '--quiet'], report);
  await install(missing, report);
}

/** No engine answers, and none can be started from here. */
class NoEngine extends Error {
  /**
   * @param {readonly string[]} findings addresses that were asked, with what came of it
   * @param {string} obstacle why this program does not start one itself
   */
  constructor(findings, obstacle) {
    super(
      `no container engine answers\n${findings.map((finding) => `  ${finding}\n`).join('')}` +
        `none is installed and started from here: ${obstacle}\n` +
        'start Docker Engine, Docker Desktop or `podman system service`, or set DOCKER_HOST, and try again',
    );
  }
}

/** Socket paths or URLs where an engine may be; DOCKER_HOST alone when it is set. */
function engineAddresses() {
  const host = process.env.DOCKER_HOST;
  if (host) return [host.replace(/^unix:\/\//, '')];
  const runtime = process.env.XDG_RUNTIME_DIR;
  return [
    DEFAULT_SOCKET,
    ...(runtime ? [`${runtime}/docker.sock`] : []),
    `${homedir()}/.docker/run/docker.sock`,
    ...(runtime ? [`${runtime}/podman/podman.sock`] : []),
  ];
}

/**
 * @param {string} address a socket's path, or a tcp:// or http:// URL
 * @returns {Promise<string>} `answers`, `absent`, or in words why something that is there does not answer
 */
function ping(address) {
  const target = pingTarget(address);
  if (target === undefined) return Promise.resolve('absent');
  return new Promise((resolve) => {
    const question = request({ ...target, path: '/_ping', timeout: 5_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? 'answers' : `answers with status ${response.statusCode}`);
    });
    question.on('timeout', () => question.destroy(new Error('silent for 5 s')));
    question.on('error', (error) => resolve(describePingFailure(error)));
    question.end();
  });
}

/** @param {NodeJS.ErrnoException} error */
function describePingFailure(error) {
  switch (error.code) {
    case 'EACCES':
      return 'permission denied; members of the group `docker` may use it';
    case 'ECONNREFUSED':
    case 'ENOENT':
      return 'absent';
    default:
      return error.message;
  }
}

/** @param {string} address */
function pingTarget(address) {
  if (address.startsWith('/')) return { socketPath: address };
  if (!/^(tcp|http):/.test(address) || process.env.DOCKER_TLS_VERIFY) return undefined;
  const { hostname, port } = new URL(address.replace(/^tcp:/, 'http:'));
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port || '2375' };
}

/** Why no engine may or can be installed here; undefined when it can. */
function reasonNotToInstall() {
  const host = process.env.DOCKER_HOST;
  if (host && host !== `unix://${DEFAULT_SOCKET}`) return `DOCKER_HOST asks for another one (${host})`;
  if (process.platform !== 'linux') return `this is ${process.platform}, not Debian or Ubuntu`;
  if (!isDebianLike()) return 'this is not Debian or Ubuntu';
  if (process.getuid?.() !== 0) return 'that needs root';
  if (!hasProgram('apt-get')) return 'apt-get is missing';
  return undefined;
}

function isDebianLike() {
  if (!existsSync('/etc/os-release')) return false;
  const ids = [...readFileSync('/etc/os-release', 'utf8').matchAll(/^ID(?:_LIKE)?="?([^"\n]*)"?$/gm)];
  return ids.some(([, words]) => /\b(debian|ubuntu)\b/.test(words ?? ''));
}

/** @param {(line: string) => void} report */
async function installMissingPackages(report) {
  const missing = Object.entries(PACKAGES).flatMap(([name, program]) => (hasProgram(program) ? [] : [name]));
  if (missing.length > 0) {
    report('updating the package lists');
    await aptGet(['update', '--quiet'], report);
    await install(missing, report);
  }
  // Part of docker.io up to Debian 12, a package of its own since.
  if (!hasProgram('docker')) await install(['docker-cli'], report);
}

/**
 * @param {readonly string[]} names
 * @param {(line: string) => void} report
 */
async function install(names, report) {
  report(`installing ${names.join(', ')}`);
  await aptGet(['install', '--yes', '--quiet', '--no-install-recommends', ...names], report);
}

/**
 * @param {readonly string[]} words
 * @param {(line: string) => void} report
 */
async function aptGet(words, report) {
  const result = await run('apt-get', words, (line) => {
    if (/^Setting up /.test(line)) report(`  ${line.replace(/ \.\.\.$/, '')}`);
  });
  if (result.code === 0) return;
  throw new Error(`\`apt-get ${words.join(' ')}\` failed:\n${lastLines(result.output)}`);
}

/** @param {(line: string) => void} report */
async function startDaemon(report) {
  if (existsSync('/run/systemd/system')) {
    report('starting docker.service');
    const result = await run('systemctl', ['start', 'docker']);
    if (result.code !== 0) throw new Error(`docker.service does not start:\n${lastLines(result.output)}`);
    await untilItAnswers(undefined, 'see `journalctl -u docker`');
    return;
  }
  report(`starting dockerd, its output goes to ${DAEMON_LOG}`);
  const log = openSync(DAEMON_LOG, 'a');
  const daemon = spawn('dockerd', [], {
    detached: true,
    cwd: '/',
    env: environment(),
    stdio: ['ignore', log, log],
  });
  daemon.unref();
  await untilItAnswers(daemon, `the end of ${DAEMON_LOG}:`, () =>
    lastLines(readFileSync(DAEMON_LOG, 'utf8')),
  );
}

/**
 * @param {import('node:child_process').ChildProcess | undefined} daemon gives up at once when it ends
 * @param {string} hint where to look
 * @param {() => string} evidence
 */
async function untilItAnswers(daemon, hint, evidence = () => '') {
  /** @type {string | undefined} */
  let ended;
  daemon?.once('error', (error) => {
    ended = error.message;
  });
  daemon?.once('exit', (code, signal) => {
    ended = `it ended with ${signal ?? `code ${code}`}`;
  });
  const end = Date.now() + DAEMON_START_MS;
  while ((await ping(DEFAULT_SOCKET)) !== 'answers') {
    if (ended === undefined && Date.now() > end)
      ended = `it does not answer after ${DAEMON_START_MS / 1000} s`;
    if (ended !== undefined)
      throw new Error(`dockerd was started, but ${ended}; ${hint}\n${evidence()}`.trimEnd());
    await pause(100);
  }
}

/** @param {string} name */
function hasProgram(name) {
  return environment()
    .PATH.split(':')
    .some((folder) => folder !== '' && existsSync(`${folder}/${name}`));
}

/** Some shells' PATH lacks the sbin folders, without which neither dpkg nor dockerd works. */
function environment() {
  return {
    ...process.env,
    PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
    DEBIAN_FRONTEND: 'noninteractive',
  };
}

/**
 * @param {string} program
 * @param {readonly string[]} words
 * @param {(line: string) => void} [onLine] gets each line of standard output
 * @returns {Promise<{ code: number | null, output: string }>} code is null when the program cannot be started
 */
function run(program, words, onLine) {
  return new Promise((resolve) => {
    const child = spawn(program, words, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      onLine?.(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.once('error', () => resolve({ code: null, output }));
    child.once('close', (code) => resolve({ code, output }));
  });
}

/** @param {string} text */
function lastLines(text) {
  return text.trimEnd().split('\n').slice(-15).join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { started } = await ensureEngine({ report: (line) => console.error(line) });
    console.error(started ? 'the container engine runs now' : 'a container engine answers');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
