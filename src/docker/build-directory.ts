import { execFile, spawn } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { unlessAborted } from '../common/deadline.ts';
import { cancelled, DevenvError, messageOf, systemCode } from '../common/errors.ts';
import { readRegularFile } from '../common/regular-file.ts';
import type { Build } from '../model/workspace.ts';
import { ask, type DockerAccess } from './access.ts';
import { buildxOptions, classicOptions, nameAndTag, needsBuildx, secretVariables } from './build-options.ts';
import { buildkitSyntax } from './buildkit-syntax.ts';
import { followBuild } from './images.ts';

const EVIDENCE_LINES = 15;

/** No Dockerfile and no list of what a build leaves out is larger. */
const FILE_LIMIT_BYTES = 1024 ** 2;

/** See `Engine.buildDirectory`. */
export async function buildDirectory(
  access: DockerAccess,
  reference: string,
  build: Build,
  platform: string | undefined,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (await hasBuildx()) return buildWithBuildx(access, reference, build, platform, progress, signal);
  refuseBuildxOptions(reference, build);
  await refuseBuildkitSyntax(reference, build, signal);
  await readBuildFile(reference, join(build.context, '.dockerignore'), signal);
  const dockerfile = relative(build.context, build.dockerfile);
  if (dockerfile.startsWith('..')) {
    throw failed(
      reference,
      `its Dockerfile ${build.dockerfile} lies outside of the context, which needs buildx`,
      [],
    );
  }
  const options = {
    t: reference,
    dockerfile,
    buildargs: { ...build.args },
    rm: true,
    forcerm: true,
    ...(build.target === undefined ? {} : { target: build.target }),
    ...(platform === undefined ? {} : { platform }),
    ...classicOptions(build),
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
  // The client packs what it is given, and leaves out what .dockerignore names; of directories it would take all.
  const src = await unlessAborted(`the build of ${reference}`, signal, filesBelow(build.context));
  await followBuild(access, reference, progress, signal, () =>
    access.docker.buildImage({ context: build.context, src }, options),
  );
  for (const tag of build.options?.tags ?? []) {
    await ask(access.location, {
      doing: `name image ${reference} ${tag}`,
      call: () => access.docker.getImage(reference).tag(nameAndTag(tag)),
    });
  }
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)));
}

async function hasBuildx(): Promise<boolean> {
  try {
    await promisify(execFile)('docker', ['buildx', 'version']);
    return true;
  } catch {
    return false;
  }
}

/**
 * How `docker` is called. Values of build arguments stand in its environment, which only the same user can read, not in
 * its command line, which everybody can; except for those that would change how `docker` itself works.
 */
export function buildxCall(
  reference: string,
  build: Build,
  platform: string | undefined,
): { readonly words: readonly string[]; readonly environment: Readonly<Record<string, string>> } {
  const given = Object.entries(build.args);
  const words = [
    ...['buildx', 'build', '--load', '--progress', 'plain', '--tag', reference],
    ...['--file', build.options?.inline === undefined ? build.dockerfile : '-'],
    ...(build.target === undefined ? [] : ['--target', build.target]),
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...(build.options === undefined ? [] : buildxOptions(build.options)),
    ...given.flatMap(([name, value]) => ['--build-arg', isOfDocker(name) ? `${name}=${value}` : name]),
    build.context,
  ];
  const args = Object.fromEntries(given.filter(([name]) => !isOfDocker(name)));
  return { words, environment: { ...args, ...secretVariables(build.options) } };
}

/** Whether `docker`, its plugins, or the system heed a variable of this name. */
function isOfDocker(name: string): boolean {
  return /^(PATH|HOME|USER|TMPDIR|TERM|LANG|LC_.*|LD_.*|XDG_.*|SSH_.*|SSL_.*|GO[A-Z]*|OTEL_.*|DOCKER_.*|BUILDX_.*|BUILDKIT_.*|COMPOSE_.*|EXPERIMENTAL_.*|SOURCE_DATE_EPOCH|(https?|ftp|no|all)_proxy|\W.*)?$/i.test(
    name,
  );
}

async function buildWithBuildx(
  access: DockerAccess,
  reference: string,
  build: Build,
  platform: string | undefined,
  progress: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { address, context } = access.location;
  const where = context === undefined ? { DOCKER_HOST: address } : { DOCKER_CONTEXT: context };
  const { words, environment } = buildxCall(reference, build, platform);
  const child = spawn('docker', words, {
    stdio: ['pipe', 'ignore', 'pipe'],
    env: { ...process.env, ...environment, ...where },
    ...(signal === undefined ? {} : { signal }),
  });
  // Nobody reads it where the Dockerfile is a file, or where the start fails.
  child.stdin.on('error', () => {});
  child.stdin.end(build.options?.inline ?? '');
  const output: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    if (line.trim() === '') return;
    output.push(line);
    if (output.length > EVIDENCE_LINES) output.shift();
    progress(line);
  });
  const code = await new Promise<number | string>((resolve) => {
    child.once('error', (error) => resolve(messageOf(error)));
    child.once('close', (exit) => resolve(exit ?? 'a signal'));
  });
  if (signal?.aborted) throw cancelled(`the build of ${reference}`);
  if (code !== 0) throw failed(reference, `docker buildx ended with ${code}`, output);
}

function refuseBuildxOptions(reference: string, { options }: Build): void {
  const what = options === undefined ? undefined : needsBuildx(options);
  if (what === undefined) return;
  throw new DevenvError({
    code: 'image-build-failed',
    message: `the image ${reference} cannot be built: ${what} the classic builder does not know`,
    hint: 'install buildx (https://docs.docker.com/go/buildx/)',
    owner: 'user',
  });
}

/** The classic builder takes such lines for mistakes; better to say what they need. */
async function refuseBuildkitSyntax(
  reference: string,
  build: Build,
  signal: AbortSignal | undefined,
): Promise<void> {
  const found = buildkitSyntax((await readBuildFile(reference, build.dockerfile, signal)) ?? '');
  if (found === undefined) return;
  throw new DevenvError({
    code: 'image-build-failed',
    message: `the image ${reference} cannot be built: line ${found.line} of ${build.dockerfile} uses ${found.construct}, which the classic builder lacks`,
    hint: 'install buildx (https://docs.docker.com/go/buildx/), or write it without',
    owner: 'user',
  });
}

/** Undefined when there is none: the engine says so. The client reads it without looking what it is. */
async function readBuildFile(
  reference: string,
  file: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return (await readRegularFile(file, FILE_LIMIT_BYTES, signal)).toString('utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (error instanceof DevenvError) throw error;
    throw failed(reference, `${file} cannot be read: ${messageOf(error)}`, []);
  }
}

function failed(reference: string, why: string, evidence: readonly string[]): DevenvError {
  return new DevenvError({
    code: 'image-build-failed',
    message: `the image ${reference} could not be built: ${why}`,
    evidence,
    owner: 'user',
  });
}
