import { createHash } from 'node:crypto';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError, errorFacts } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { debianPackages, debianRootfs } from './debian-rootfs.ts';

/** What the image is based on where a registry answers. */
const PUBLIC_BASE = 'node:22-bookworm-slim';

/** A registry that cannot be reached may keep silent for minutes. */
const PULL_DEADLINE = { name: `the pull of ${PUBLIC_BASE}`, ms: 120_000 };

/**
 * A base with Node, glibc and Debian's package manager: the public one when the engine has it or a registry gives it,
 * else one made of Debian's packages, with the same programs in it.
 * Errors: `image-build-failed` that says why neither was possible.
 */
export async function ensureBase(
  engine: Engine,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  if ((await engine.findImage(PUBLIC_BASE)) !== undefined) return PUBLIC_BASE;
  const own = `gefyra-devenv/base:${createHash('sha256').update(debianPackages.join(' ')).digest('hex').slice(0, 12)}`;
  if ((await engine.findImage(own)) !== undefined) return own;
  try {
    progress(`pulling ${PUBLIC_BASE}`);
    await withDeadline(PULL_DEADLINE, signal, (inTime) => engine.pullImage(PUBLIC_BASE, progress, inTime));
    return PUBLIC_BASE;
  } catch (error) {
    if (signal?.aborted) throw error;
    progress(
      `no registry gives ${PUBLIC_BASE}; making a base of Debian packages, which takes about a minute`,
    );
    await importDebian(engine, own, errorFacts(error).message, progress, signal);
    return own;
  }
}

async function importDebian(
  engine: Engine,
  reference: string,
  whyNotPulled: string,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const rootfs = debianRootfs(progress, signal);
  try {
    await Promise.all([engine.importImage(reference, rootfs.stream, signal), rootfs.finished]);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new DevenvError({
      code: 'image-build-failed',
      message: 'the image of agent and gateway has no base',
      hint: 'name an image you have with `connection.agent.image`, or let the engine reach a registry; without one, a base can be made on Debian and Ubuntu as root, with the package mmdebstrap',
      evidence: [`${PUBLIC_BASE}: ${whyNotPulled}`, `Debian packages: ${errorFacts(cause).message}`],
      owner: 'environment',
      cause,
    });
  }
}
