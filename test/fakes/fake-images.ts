import { createHash } from 'node:crypto';
import { DevenvError } from '../../src/common/errors.ts';
import type { ImageInfo } from '../../src/engine/index.ts';

/** An image as a test describes it. */
export interface FakeImage {
  readonly environment?: Readonly<Record<string, string>>;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** TCP ports the image declares. */
  readonly exposedPorts?: readonly number[];
  /** Programs in it: a container with another first word does not start. Absent = every word is one. */
  readonly executables?: readonly string[];
}

/** An image the engine has. */
export interface StoredImage extends ImageInfo {
  /** With a tag. */
  readonly reference: string;
  readonly exposedPorts: readonly number[];
  readonly executables: readonly string[] | undefined;
}

/** Images of a fake engine, and those a registry would give it. */
export class FakeImages {
  readonly #stored = new Map<string, StoredImage>();
  readonly #published = new Map<string, FakeImage>();
  #made = 0;

  /** Adds an image, or replaces the one of this reference by another content. */
  add(reference: string, image: FakeImage, digests: readonly string[] = []): StoredImage {
    const stored: StoredImage = {
      id: `sha256:${createHash('sha256')
        .update(`image ${++this.#made}`)
        .digest('hex')}`,
      reference: withTag(reference),
      digests,
      environment: image.environment ?? {},
      entrypoint: image.entrypoint ?? [],
      command: image.command ?? [],
      workingDir: '/',
      exposedPorts: image.exposedPorts ?? [],
      executables: image.executables,
    };
    this.#stored.set(stored.reference, stored);
    return stored;
  }

  publish(reference: string, image: FakeImage): void {
    this.#published.set(withTag(reference), image);
  }

  find(referenceOrId: string): StoredImage | undefined {
    const byReference = this.#stored.get(withTag(referenceOrId));
    const isMeant = ({ id, digests }: StoredImage) => id === referenceOrId || digests.includes(referenceOrId);
    return byReference ?? [...this.#stored.values()].find(isMeant);
  }

  pull(reference: string): StoredImage {
    const image = this.published(reference);
    const digest = createHash('sha256').update(`manifest ${reference}`).digest('hex');
    return this.add(reference, image, [`${withoutTag(reference)}@sha256:${digest}`]);
  }

  /** What the registry would give. Errors: `image-not-found`. */
  published(reference: string): FakeImage {
    const image = this.#published.get(withTag(reference));
    if (image !== undefined) return image;
    throw new DevenvError({
      code: 'image-not-found',
      message: `the image ${reference} was not found: manifest unknown`,
      hint: `check its spelling, or get it first: docker pull ${reference}`,
      owner: 'user',
    });
  }
}

function withoutTag(reference: string): string {
  const whole = withTag(reference);
  return whole.slice(0, whole.lastIndexOf(':'));
}

/** A reference is spelled with its tag or without. */
export function withTag(reference: string): string {
  const hasTag = reference.lastIndexOf(':') > reference.lastIndexOf('/');
  return hasTag || reference.includes('@') ? reference : `${reference}:latest`;
}
