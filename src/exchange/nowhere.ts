import { Link, type LinkListener, nothing } from './link.ts';

const NOBODY: LinkListener = {
  onAccepted: () => {},
  onRefused: () => {},
  onAnswer: () => {},
  onDrain: () => {},
  onEnd: () => {},
  methodAt: () => '',
};

/** Where requests are while it is not known where they go: what is sent there is kept by their turns alone. */
export function nowhere(): Link {
  const stream = nothing();
  const endpoint = { stream, abort: () => stream.destroy(), accepted: new Promise<void>(() => {}) };
  return new Link({ key: {}, open: () => endpoint }, NOBODY);
}
