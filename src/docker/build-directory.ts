import { execFile, spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { cancelled, DevenvError, messageOf } from '../common/errors.ts';
import type { Build } from '../model/workspace.ts';
import type { DockerAccess } from './access.ts';
import { buildkitSyntax } from './buildkit-syntax.ts';
import { followBuild } from './images.ts';

const EVIDENCE_LINES = 15;

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
  await refuseBuildkitSyntax(reference, build);
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
    ...(signal === undefined ? {} : { abortSignal: signal }),
  };
  // The client packs what it is given, and leaves out what .dockerignore names; of directories it would take all.
  const src = await filesBelow(build.context);
  await followBuild(access, reference, progress, signal, () =>
    access.docker.buildImage({ context: build.context, src }, options),
  );
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
    ...['buildx', 'build', '--load', '--progress', 'plain', '--tag', reference, '--file', build.dockerfile],
    ...(build.target === undefined ? [] : ['--target', build.target]),
    ...(platform === undefined ? [] : ['--platform', platform]),
    ...given.flatMap(([name, value]) => ['--build-arg', isOfDocker(name) ? `${name}=${value}` : name]),
    build.context,
  ];
  return { words, environment: Object.fromEntries(given.filter(([name]) => !isOfDocker(name))) };
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
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...environment, ...where },
    ...(signal === undefined ? {} : { signal }),
  });
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

/** The classic builder takes such lines for mistakes; better to say what they need. */
async function refuseBuildkitSyntax(reference: string, build: Build): Promise<void> {
  const found = buildkitSyntax(await readFile(build.dockerfile, 'utf8'));
  if (found === undefined) return;
  throw new DevenvError({
    code: 'image-build-failed',
    message: `the image ${reference} cannot be built: line ${found.line} of ${build.dockerfile} uses ${found.construct}, which the classic builder lacks`,
    hint: 'install buildx (https://docs.docker.com/go/buildx/), or write it without',
    owner: 'user',
  });
}

function failed(reference: string, why: string, evidence: readonly string[]): DevenvError {
  return new DevenvError({
    code: 'image-build-failed',
    message: `the image ${reference} could not be built: ${why}`,
    evidence,
    owner: 'user',
  });
}
