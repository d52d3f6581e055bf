import { posix } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { filesInTar } from '../common/tar.ts';
import {
  type DebuggedProgram,
  type FindScript,
  interpreterIn,
  type Program,
  underDebugger,
} from '../debuggers/index.ts';
import type { ContainerSpec, Engine, ImageInfo } from '../engine/index.ts';
import type { Debug, Service } from '../model/workspace.ts';

/** Where programs are looked for when nothing says where, as the engines do it. */
const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** No script is larger; larger files need not be read to the end. */
const SCRIPT_LIMIT_BYTES = 1024 * 1024;

/** A chain of links that is longer is a circle. */
const MOST_LINKS = 8;

/**
 * What the container of a service with a debugger runs. A first word that is a script is looked up in a container of
 * `spec`, which is made for it, never started, and removed again. Errors: `debug-impossible`, and those of the engine.
 */
export async function debuggedProgram(
  service: Service,
  debug: Debug,
  image: ImageInfo,
  spec: ContainerSpec,
  engine: Engine,
): Promise<DebuggedProgram> {
  let containerId: string | undefined;
  const findScript: FindScript = async (word) => {
    containerId ??= await engine.createContainer(spec);
    const places = placesOf(word, service, image, spec);
    let isThere = false;
    for (const path of places) {
      const script = await readScript(engine, containerId, path);
      if (script === 'other') isThere = true;
      else if (script !== 'missing') return { path, interpreter: script };
    }
    return isThere ? 'other' : 'missing';
  };
  try {
    const variables = { ...image.environment, ...spec.environment };
    return await underDebugger(debug, plainProgram(service, image), findScript, variables);
  } finally {
    if (containerId !== undefined) await engine.removeUnit(containerId);
  }
}

/** What runs without a debugger: an entrypoint of the file's also takes the place of the image's command. */
function plainProgram({ entrypoint, command }: Service, image: ImageInfo): Program {
  return {
    entrypoint: entrypoint ?? image.entrypoint,
    command: command ?? (entrypoint === undefined ? image.command : []),
  };
}

function placesOf(
  word: string,
  { workingDir }: Service,
  image: ImageInfo,
  { environment }: ContainerSpec,
): readonly string[] {
  if (word.includes('/')) return [posix.resolve('/', workingDir ?? image.workingDir, word)];
  const path = environment.PATH ?? image.environment.PATH ?? DEFAULT_PATH;
  return path
    .split(':')
    .filter((directory) => directory.startsWith('/'))
    .map((directory) => posix.join(directory, word));
}

/** The interpreter of the script at a path, through links. */
async function readScript(
  engine: Engine,
  containerId: string,
  path: string,
): Promise<readonly string[] | 'missing' | 'other'> {
  let at = path;
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const found = await readFile(engine, containerId, at);
    if (typeof found === 'string') return found;
    if (found.link === undefined) return interpreterIn(found.text) ?? 'other';
    at = posix.resolve(posix.dirname(at), found.link);
  }
  return 'other';
}

async function readFile(engine: Engine, containerId: string, path: string) {
  try {
    const [file, ...more] = await filesInTar(await engine.readArchive(containerId, path), SCRIPT_LIMIT_BYTES);
    if (file === undefined || more.length > 0) return 'other';
    return { text: file.content.toString('utf8'), link: file.link };
  } catch (error) {
    // Otherwise it is larger than a script, or cannot be read now.
    return error instanceof DevenvError && error.owner === 'user' ? 'missing' : 'other';
  }
}
