import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { DevenvError } from '../common/errors.ts';
import type { ImageBuild, ImageInfo } from '../engine/index.ts';
import { isOwnImage } from '../model/own-image.ts';
import { ask, type DockerAccess, type Question, translated } from './access.ts';
import { environmentOf } from './container-info.ts';
import { imageNotFound } from './failures.ts';
import { orMissing } from './or-missing.ts';
import { pullProgress } from './pull-progress.ts';
import { type StreamMessage, streamMessages } from './stream-messages.ts';

const EVIDENCE_LINES = 15;

/** See `Engine.findImage`. */
export async function findImage(access: DockerAccess, reference: string): Promise<ImageInfo | undefined> {
  const raw = await ask(access.location, {
    doing: `describe image ${reference}`,
    call: () => orMissing(access.docker.getImage(reference).inspect()),
  });
  if (raw === undefined) return undefined;
  return {
    id: raw.Id,
    digests: raw.RepoDigests ?? [],
    environment: environmentOf(raw.Config?.Env),
    entrypoint: words(raw.Config?.Entrypoint),
    command: words(raw.Config?.Cmd),
    workingDir: raw.Config?.WorkingDir || '/',
  };
}

/** See `Engine.pullImage`. */
export async function pullImage(
  access: DockerAccess,
  reference: string,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (isOwnImage(reference)) throw ownImage(reference);
  const { repository, tag } = splitReference(reference);
  const credentials = await access.credentials(reference);
  const lineOf = pullProgress();
  const question: Asking = {
    doing: `pull image ${reference}`,
    signal,
    refused: (refusal) => pullRefused(reference, refusal.words),
  };
  const request = { fromImage: repository, tag, ...aborting(signal) };
  await converse(access, question, {
    open: () => access.docker.createImage(credentials ?? {}, request),
    hear: (message) => {
      if (message.error !== undefined) throw pullRefused(reference, message.error);
      const line = lineOf(message);
      if (line !== undefined) progress(line);
    },
  });
}

/** See `Engine.buildImage`. */
export async function buildImage(
  access: DockerAccess,
  build: ImageBuild,
  progress: (message: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const request = {
    t: build.reference,
    buildargs: { ...build.args },
    labels: { ...build.labels },
    rm: true,
    forcerm: true,
    ...aborting(signal),
  };
  await followBuild(access, build.reference, progress, signal, () =>
    access.docker.buildImage(build.context, request),
  );
}

/** Follows a build of the classic builder. Errors: `image-build-failed` with the last lines of output. */
export async function followBuild(
  access: DockerAccess,
  reference: string,
  progress: (message: string) => void,
  signal: AbortSignal | undefined,
  open: () => Promise<NodeJS.ReadableStream>,
): Promise<void> {
  const output: string[] = [];
  const failed = (why: string) =>
    new DevenvError({
      code: 'image-build-failed',
      message: `the image ${reference} could not be built: ${why}`,
      evidence: output.slice(-EVIDENCE_LINES),
      owner: 'user',
    });
  const question: Asking = {
    doing: `build image ${reference}`,
    signal,
    refused: (refusal) => failed(refusal.words),
  };
  const lineOf = pullProgress();
  await converse(access, question, {
    open,
    hear: (message) => {
      if (message.error !== undefined) throw failed(message.error);
      const pulled = lineOf(message);
      for (const line of pulled === undefined ? outputLines(message) : [pulled]) {
        output.push(line);
        if (output.length > EVIDENCE_LINES) output.shift();
        progress(line);
      }
    },
  });
}

/** See `Engine.importImage`. */
export async function importImage(
  access: DockerAccess,
  reference: string,
  rootfs: NodeJS.ReadableStream,
  signal?: AbortSignal,
): Promise<void> {
  const { repository, tag } = splitReference(reference);
  const failed = (why: string) =>
    new DevenvError({
      code: 'image-build-failed',
      message: `the image ${reference} could not be imported: ${why}`,
      owner: 'environment',
    });
  const question: Asking = {
    doing: `import image ${reference}`,
    signal,
    refused: (refusal) => failed(refusal.words),
  };
  await converse(access, question, {
    open: () => access.docker.importImage(rootfs, { repo: repository, tag, ...aborting(signal) }),
    hear: (message) => {
      if (message.error !== undefined) throw failed(message.error);
    },
  });
}

/** Repository and tag (or digest) of a reference; without either the tag is `latest`. */
export function splitReference(reference: string): { readonly repository: string; readonly tag: string } {
  const digest = reference.indexOf('@');
  if (digest >= 0) return { repository: reference.slice(0, digest), tag: reference.slice(digest + 1) };
  const colon = reference.lastIndexOf(':');
  // A colon before the last slash belongs to the registry's port.
  if (colon <= reference.lastIndexOf('/')) return { repository: reference, tag: 'latest' };
  return { repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}

type Asking = Omit<Question<unknown>, 'call' | 'limitMs'>;

interface Conversation {
  readonly open: () => Promise<NodeJS.ReadableStream>;
  /** Takes each message; throws to end the work as failed. */
  readonly hear: (message: StreamMessage) => void;
}

async function converse(access: DockerAccess, question: Asking, conversation: Conversation): Promise<void> {
  const answer = await ask(access.location, { ...question, call: conversation.open, limitMs: undefined });
  try {
    for await (const message of streamMessages(answer as Readable)) conversation.hear(message);
  } catch (error) {
    throw translated(access.location, question, error);
  }
}

function aborting(signal: AbortSignal | undefined): { abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}

/** The error of an image that no registry is asked for. */
export function ownImage(reference: string): DevenvError {
  const why = 'images of such names are made on this machine, and no registry is asked for them';
  return imageNotFound(reference, why, '`devenv image build` makes that of this devenv, and prints its name');
}

/** The error of an image that a registry does not give, in the registry's or the engine's words. */
export function pullRefused(reference: string, why: string): DevenvError {
  const hint = /denied|unauthorized|authentication|docker login/i.test(why)
    ? `check its spelling, or log in: docker login`
    : /no such host|connection refused|timeout|i\/o|network is unreachable|proxyconnect/i.test(why)
      ? 'the registry cannot be reached from the engine; check the network, or load the image with docker load'
      : undefined;
  return imageNotFound(reference, why, hint);
}

function outputLines(message: StreamMessage): string[] {
  const text = message.stream ?? '';
  return stripVTControlCharacters(text)
    .split(/\r?\n|\r/)
    .filter((line) => line.trim() !== '');
}

function words(value: string | readonly string[] | null | undefined): readonly string[] {
  if (value === null || value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
