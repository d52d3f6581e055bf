import type { StreamMessage } from './stream-messages.ts';

const MEGABYTE = 1_000_000;
/** A line at most each so many bytes, so that a log does not fill with them. */
const BYTES_BETWEEN_LINES = 10 * MEGABYTE;

/** Takes each message of a pull and returns a line such as `layer 3 of 8, 45 of 120 MB` when there is news. */
export function pullProgress(): (message: StreamMessage) => string | undefined {
  const layers = new Map<string, Layer>();
  let saidDone = -1;
  let saidTotal = -1;
  let saidBytes = 0;
  return (message) => {
    const layer = layerAfter(message, message.id === undefined ? undefined : layers.get(message.id));
    if (message.id === undefined || layer === undefined) return undefined;
    layers.set(message.id, layer);
    const all = [...layers.values()];
    const done = all.filter((one) => one.done).length;
    const bytes = sum(all.map((one) => one.current));
    const isNews = done !== saidDone || all.length !== saidTotal || bytes - saidBytes >= BYTES_BETWEEN_LINES;
    if (!isNews) return undefined;
    [saidDone, saidTotal, saidBytes] = [done, all.length, bytes];
    const size = sum(all.map((one) => one.total));
    const amount = size === 0 ? '' : `, ${megabytes(bytes)} of ${megabytes(size)} MB`;
    return `layer ${done} of ${all.length}${amount}`;
  };
}

interface Layer {
  readonly done: boolean;
  /** Bytes fetched. */
  readonly current: number;
  /** Bytes to fetch; 0 = not known yet. */
  readonly total: number;
}

function layerAfter(
  message: StreamMessage,
  before: Layer = { done: false, current: 0, total: 0 },
): Layer | undefined {
  switch (message.status) {
    case 'Pulling fs layer':
    case 'Waiting':
    case 'Verifying Checksum':
    case 'Extracting':
      return before;
    case 'Downloading': {
      const { current = before.current, total = before.total } = message.progressDetail ?? {};
      return { ...before, current, total };
    }
    case 'Download complete':
      return { ...before, current: before.total };
    case 'Already exists':
    case 'Pull complete':
      return { ...before, current: before.total, done: true };
    default:
      return undefined;
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function megabytes(bytes: number): string {
  return bytes < 10 * MEGABYTE ? (bytes / MEGABYTE).toFixed(1) : String(Math.round(bytes / MEGABYTE));
}
