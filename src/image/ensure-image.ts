import { DevenvError } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { ensureBase } from './base.ts';
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
    return { kind: 'built', reference: `gefyra-devenv/agent:${context.key}`, context };
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
      const base = await ensureBase(engine, progress, signal);
      progress(`building ${image.reference} on ${base}`);
      // Loaded where an image is built, which happens once on a machine.
      const { archiveOf } = await import('./context-archive.ts');
      await engine.buildImage(
        {
          reference: image.reference,
          context: archiveOf(image.context),
          args: { BASE: base },
          labels: {},
        },
        progress,
        signal,
      );
    }
  }
}
