import { describe, expect, it } from 'vitest';
import { ConversationWatch } from '../../../src/agent/conversation-watch.ts';
import type { ServedConnection } from '../../../src/netfilter/index.ts';

/** A kept connection on which one request was answered ten milliseconds ago. */
function aConnection(fields: Partial<ServedConnection> = {}): ServedConnection {
  return {
    peer: 'a',
    peerPort: 1,
    isOfProxy: false,
    pending: 0,
    received: 70,
    answered: 220,
    sentAgo: 8,
    receivedAgo: 308,
    acknowledgedAgo: 308,
    packetsReceived: 1,
    packetsSent: 1,
    ...fields,
  };
}

/** An answer that was seen, and the request that followed it. */
const WHOLE = [
  { received: 70, answered: 110, sentAgo: 900, receivedAgo: 950 },
  { received: 140, answered: 110, sentAgo: 900, receivedAgo: 10 },
];

/** Whether it is at the last of some looks, the answers of whose server are known to come whole. */
function isIdle(...looks: readonly Partial<ServedConnection>[]): boolean | undefined {
  const watch = new ConversationWatch();
  return [...WHOLE, ...looks.map((look) => ({ received: 140, ...look }))]
    .map((look) => watch.isIdle(aConnection(look), 'choosy'))
    .at(-1);
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
    const watch = new ConversationWatch();
    for (const look of WHOLE) watch.isIdle(aConnection(look), 'quiet');
    const look = { received: 140, sentAgo: 40, receivedAgo: 340 };
    expect(watch.isIdle(aConnection(look), 'quiet')).toBe(true);
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

  it('whose request and answer fall into one step of the clock is idle when the answer was acknowledged by itself', () => {
    const before = { sentAgo: 100, receivedAgo: 400, received: 140, answered: 220 };
    const both = { received: 210, answered: 440 };
    expect(isIdle(before, { ...both, sentAgo: 4, receivedAgo: 4, acknowledgedAgo: 4 })).toBe(false);
    expect(isIdle(before, { ...both, sentAgo: 144, receivedAgo: 144, acknowledgedAgo: 104 })).toBe(true);
  });

  it('of which nobody saw who spoke last stays for long where an answer seems to be missing', () => {
    const look = (ago: number, packetsReceived: number, packetsSent: number) =>
      new ConversationWatch().isIdle(
        aConnection({ sentAgo: ago, receivedAgo: ago, acknowledgedAgo: ago, packetsReceived, packetsSent }),
        'any moment',
      );
    expect([look(300, 3, 3), look(600, 3, 3)]).toEqual([false, true]);
    expect([look(600, 4, 3), look(9000, 4, 3), look(11_000, 4, 3)]).toEqual([false, false, true]);
  });

  it('is idle as soon as it was answered, when any moment will do', () => {
    const watch = new ConversationWatch();
    for (const look of WHOLE) watch.isIdle(aConnection(look), 'any moment');
    const asked = { received: 140 };
    expect(watch.isIdle(aConnection({ ...asked, sentAgo: 1, receivedAgo: 30 }), 'any moment')).toBe(true);
    expect(watch.isIdle(aConnection({ ...asked, sentAgo: 30, receivedAgo: 1 }), 'any moment')).toBe(false);
  });

  it('is idle after one answer, however late that came, once it is quiet for longer than pieces are apart', () => {
    const watch = new ConversationWatch();
    const asked = { received: 70, answered: 220, sentAgo: 9000, receivedAgo: 8000 };
    expect(watch.isIdle(aConnection(asked), 'quiet', 0)).toBe(false);
    const answered = { ...asked, answered: 440 };
    expect(watch.isIdle(aConnection({ ...answered, sentAgo: 5, receivedAgo: 8100 }), 'quiet', 100)).toBe(
      false,
    );
    expect(watch.isIdle(aConnection({ ...answered, sentAgo: 1600, receivedAgo: 9700 }), 'quiet', 1700)).toBe(
      true,
    );
  });

  it('is not idle after the first piece of an answer that comes in pieces, though nobody saw it begin', () => {
    const watch = new ConversationWatch();
    const look = (sentAgo: number) =>
      watch.isIdle(aConnection({ sentAgo, receivedAgo: sentAgo + 20 }), 'choosy');
    expect([look(5), look(200), look(1000)]).toEqual([false, false, false]);
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
    const first = (fields: Partial<ServedConnection>) =>
      new ConversationWatch().isIdle(aConnection(fields), 'choosy');
    expect(first({ sentAgo: 5000, receivedAgo: 60_000 })).toBe(false);
    expect(first({ sentAgo: 61_000, receivedAgo: 90_000 })).toBe(true);
  });

  it('on which nothing was ever asked gets time for its first request', () => {
    expect(isIdle({ received: 0, answered: 0, sentAgo: 50, receivedAgo: 50 })).toBe(false);
    expect(isIdle({ received: 0, answered: 0, sentAgo: 900, receivedAgo: 900 })).toBe(true);
  });
});
