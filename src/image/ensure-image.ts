import { DevenvError } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { OWN_IMAGES } from '../model/own-image.ts';
import { type Base, ensureBase } from './base.ts';
import { type ImageContext, readImageContext } from './image-context.ts';

/** The image a session runs its own programs from. */
export type AgentImage =
  /** Named by the file or the environment: found or pulled, never built. */
  | { readonly kind: 'given'; readonly reference: string }
  /** Made from the files that came with this program. */
  | { readonly kind: 'built'; readonly reference: string; readonly context: ImageContext };

/**
 * Which image that is. `given` is the name from the file or `GEFYRA_AGENT_IMAGE`; `contextDirectory` holds the files
 * to build from otherwise. Errors: `internal` when those files are missing from the installation.
 */
export async function agentImage(given: string | undefined, contextDirectory: string): Promise<AgentImage> {
  if (given !== undefined) return { kind: 'given', reference: given };
  try {
    const context = await readImageContext(contextDirectory);
    return { kind: 'built', reference: `${OWN_IMAGES}agent:${context.key}`, context };
  } catch (cause) {
    throw new DevenvError({
      code: 'internal',
      message: `the image's files are missing: ${contextDirectory}`,
      hint: 'install the package again; in a checkout, run `npm run build`',
      owner: 'devenv',
      cause,
    });
  }
}

/** Makes sure the engine has the image. Errors: `image-not-found`, `image-build-failed`. */
export async function ensureImage(
  engine: Engine,
  image: AgentImage,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if ((await engine.findImage(image.reference)) !== undefined) return;
  switch (image.kind) {
    case 'given':
      return engine.pullImage(image.reference, progress, signal);
    case 'built': {
      const base = await ensureBase(engine, image.context.publicBase, progress, signal);
      progress(`building ${image.reference} on ${base.reference}`);
      const { archiveOf } = await archiver();
      await engine.buildImage(
        {
          reference: image.reference,
          context: archiveOf(image.context),
          args: { BASE: base.reference },
          labels: labelsOf(base),
        },
        progress,
        signal,
      );
    }
  }
}

// Loaded where an image is built, which happens once on a machine.
const archiver = () => import('./context-archive.ts');

/** Loads what else is loaded when an image is built: for a process that outlives its program's files. */
export async function loadArchiver(): Promise<void> {
  await archiver();
}

/** What it was built on, in the words that the Open Container Initiative has for it. */
function labelsOf({ name, digest }: Base): Record<string, string> {
  const label = 'org.opencontainers.image.base';
  return { [`${label}.name`]: name, ...(digest === undefined ? {} : { [`${label}.digest`]: digest }) };
}
