import type { Readable } from 'node:stream';

/** One message in the engine's answer to a pull, a build or an import. */
export interface StreamMessage {
  /** Output of a build step. */
  readonly stream?: string;
  /** What happens to a layer, or to the whole. */
  readonly status?: string;
  /** Layer the status is about. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  /** Set when the work failed; the last message then. */
  readonly error?: string;
}

/** Longest message, characters; a longer line is dropped. */
const MAX_MESSAGE_CHARACTERS = 4 * 1024 * 1024;

/** The JSON objects of a stream of lines. A line that is no JSON object is passed over: the stream goes on after it. */
export async function* streamObjects(stream: Readable): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of stream) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MAX_MESSAGE_CHARACTERS) rest = '';
    for (const line of lines) yield* objectIn(line);
  }
  yield* objectIn(rest);
}

/** The messages of a pull, a build or an import. */
export async function* streamMessages(stream: Readable): AsyncGenerator<StreamMessage> {
  for await (const object of streamObjects(stream)) yield object as StreamMessage;
}

function* objectIn(line: string): Generator<Readonly<Record<string, unknown>>> {
  if (line.trim() === '') return;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return;
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    yield value as Readonly<Record<string, unknown>>;
  }
}
