import { describe, expect, it } from 'vitest';
import { ConversationWatch } from '../../../src/agent/conversation-watch.ts';
import type { ServedConnection } from '../../../src/netfilter/index.ts';

/** A kept connection on which one request was answered ten milliseconds ago. */
function aConnection(fields: Partial<ServedConnection> = {}): ServedConnection {
  return {
    peer: 'a',
    peerPort: 1,
    pending: 0,
    received: 70,
    answered: 220,
    sentAgo: 8,
    receivedAgo: 308,
    ...fields,
  };
}

function isIdle(...looks: readonly Partial<ServedConnection>[]): boolean | undefined {
  const watch = new ConversationWatch();
  return looks.map((look) => watch.isIdle(aConnection(look), 'choosy')).at(-1);
}

describe('a connection', () => {
  it('is idle right after its answer', () => {
    expect(isIdle({ sentAgo: 4, receivedAgo: 304 })).toBe(true);
  });

  it('is not idle while an answer may still come in pieces', () => {
    expect(isIdle({ sentAgo: 0, receivedAgo: 300 })).toBe(false);
  });

  it('is left alone at a time when its caller may be about to ask again, unless nobody is choosy', () => {
    expect(isIdle({ sentAgo: 40, receivedAgo: 340 })).toBe(false);
    expect(new ConversationWatch().isIdle(aConnection({ sentAgo: 40, receivedAgo: 340 }), 'quiet')).toBe(
      true,
    );
  });

  it('is idle after long quiet', () => {
    expect(isIdle({ sentAgo: 5000, receivedAgo: 5300 })).toBe(true);
  });

  it('is not idle while its first request is not answered', () => {
    expect(isIdle({ answered: 0, sentAgo: 4, receivedAgo: 4 })).toBe(false);
  });

  it('is not idle while a later request is not answered', () => {
    expect(isIdle({ sentAgo: 400, receivedAgo: 200 })).toBe(false);
  });

  it('is not idle while bytes are on their way', () => {
    expect(isIdle({ pending: 12, sentAgo: 4, receivedAgo: 304 })).toBe(false);
  });

  it('is left alone when an answer and the next request fall into one step of the clock', () => {
    const before = { sentAgo: 400, receivedAgo: 300, received: 140, answered: 220 };
    expect(isIdle(before, { sentAgo: 4, receivedAgo: 4, received: 210, answered: 440 })).toBe(false);
  });

  it('is idle when request and answer fall into one step of the clock', () => {
    const before = { sentAgo: 100, receivedAgo: 400, received: 70, answered: 220 };
    expect(isIdle(before, { sentAgo: 4, receivedAgo: 4, received: 140, answered: 440 })).toBe(true);
  });

  it('is idle as soon as it was answered, when any moment will do', () => {
    const watch = new ConversationWatch();
    expect(watch.isIdle(aConnection({ sentAgo: 1, receivedAgo: 30 }), 'any moment')).toBe(true);
    expect(watch.isIdle(aConnection({ sentAgo: 30, receivedAgo: 1 }), 'any moment')).toBe(false);
  });

  it('is idle after one answer, however late that came', () => {
    const watch = new ConversationWatch();
    const asked = { received: 70, answered: 220, sentAgo: 9000, receivedAgo: 8000 };
    expect(watch.isIdle(aConnection(asked), 'quiet', 0)).toBe(false);
    expect(
      watch.isIdle(aConnection({ ...asked, answered: 440, sentAgo: 5, receivedAgo: 8100 }), 'quiet', 100),
    ).toBe(true);
  });

  it('is not idle between two pieces of what it is told, such as events', () => {
    const watch = new ConversationWatch();
    const look = (answered: number, sentAgo: number, now: number) =>
      watch.isIdle(aConnection({ answered, sentAgo, receivedAgo: 400 + now }), 'quiet', now);
    look(220, 100, 0);
    expect(look(240, 1, 200)).toBe(false);
    expect(look(260, 1, 1200)).toBe(false);
    expect(look(260, 900, 2100)).toBe(false);
    expect(look(260, 3500, 4700)).toBe(true);
  });

  it('is not idle when its last words came long after it was asked, and nobody saw what came before', () => {
    expect(isIdle({ sentAgo: 500, receivedAgo: 60_000 })).toBe(false);
    expect(isIdle({ sentAgo: 61_000, receivedAgo: 90_000 })).toBe(true);
  });

  it('on which nothing was ever asked gets time for its first request', () => {
    expect(isIdle({ received: 0, answered: 0, sentAgo: 50, receivedAgo: 50 })).toBe(false);
    expect(isIdle({ received: 0, answered: 0, sentAgo: 900, receivedAgo: 900 })).toBe(true);
  });
});
