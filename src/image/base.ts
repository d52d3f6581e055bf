import { createHash } from 'node:crypto';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError, errorFacts } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { isOwnImage, OWN_IMAGES } from '../model/own-image.ts';
import { debianPackages, debianRootfs } from './debian-rootfs.ts';

/** A registry that cannot be reached may keep silent for minutes. */
const PULL_MS = 120_000;

/** What an image is built on. */
export interface Base {
  /** As the Dockerfile is told: by its digest where it has one, so that it is the image that was looked at. */
  readonly reference: string;
  /** As people call it. */
  readonly name: string;
  /** `sha256:…` of its manifest at the registry; undefined for one that came from none. */
  readonly digest: string | undefined;
}

/**
 * A base with Node, glibc and Debian's package manager: `publicBase` when the engine has it or a registry gives it,
 * else one made of Debian's packages, with the same programs in it. With a digest in its name `publicBase` is that image
 * and no other; with a tag it is the one that the registry gave, from here on by its digest.
 * Errors: `image-build-failed` that says why neither was possible.
 */
export async function ensureBase(
  engine: Engine,
  publicBase: string,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<Base> {
  const present = (await found(engine, publicBase)) ?? (await found(engine, OWN_BASE));
  if (present !== undefined) return present;
  let whyNotPulled: string;
  try {
    progress(`pulling ${publicBase}`);
    const deadline = { name: `the pull of ${publicBase}`, ms: PULL_MS };
    await withDeadline(deadline, signal, (inTime) => engine.pullImage(publicBase, progress, inTime));
    const pulled = await found(engine, publicBase);
    if (pulled !== undefined) return pulled;
    whyNotPulled = 'the engine does not have it after its pull';
  } catch (error) {
    if (signal?.aborted) throw error;
    whyNotPulled = errorFacts(error).message;
  }
  progress(`no registry gives ${publicBase}; making a base of Debian packages, which takes about a minute`);
  await importDebian(engine, `${publicBase}: ${whyNotPulled}`, progress, signal);
  return { reference: OWN_BASE, name: OWN_BASE, digest: undefined };
}

/** The name says what is in it: other packages, another name. */
const OWN_BASE = `${OWN_IMAGES}base:${createHash('sha256').update(debianPackages.join(' ')).digest('hex').slice(0, 12)}`;

async function found(engine: Engine, name: string): Promise<Base | undefined> {
  const image = await engine.findImage(name);
  if (image === undefined) return undefined;
  // By its digest one that was made here could be asked of a registry.
  const [reference] = isOwnImage(name) ? [] : image.digests;
  if (reference === undefined) return { reference: name, name, digest: undefined };
  return { reference, name, digest: reference.slice(reference.indexOf('@') + 1) };
}

async function importDebian(
  engine: Engine,
  whyNotPulled: string,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const rootfs = debianRootfs(progress, signal);
  try {
    await Promise.all([engine.importImage(OWN_BASE, rootfs.stream, signal), rootfs.finished]);
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw new DevenvError({
      code: 'image-build-failed',
      message: 'the image of agent and gateway has no base',
      hint: 'name an image you have with `connection.agent.image`, or let the engine reach a registry; without one, a base can be made on Debian and Ubuntu as root, with the package mmdebstrap',
      evidence: [whyNotPulled, `Debian packages: ${errorFacts(cause).message}`],
      owner: 'environment',
      cause,
    });
  }
}
