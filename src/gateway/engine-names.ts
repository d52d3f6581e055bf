import { randomBytes, randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { onAbort } from '../common/deadline.ts';
import {
  type Addresses,
  addressesIn,
  answerWith,
  askedAddresses,
  queryForAddresses,
} from '../common/dns-addresses.ts';
import { isAnswerTo } from '../common/dns-framing.ts';
import { askOn } from './ask-on.ts';

/** A resolver that is asked over TCP. */
export interface ResolverAddress {
  readonly host: string;
  readonly port: number;
}

/** The engine's resolver for names of its own networks; this program's group reaches it, the service does not. */
export const ENGINE_RESOLVER: ResolverAddress = { host: '127.0.0.11', port: 53 };

const NO_SUCH_NAME: Addresses = { rcode: 3, records: [] };
const NOTHING_OF_THAT_TYPE: Addresses = { rcode: 0, records: [] };

/**
 * The engine's names of containers. What it does not know, the engine hands on to the resolvers of this machine, out of
 * this very network namespace, in which all lookups come to the gateway: it would ask itself, again and again. So our
 * questions carry a mark, and whoever gets one answers that there is no such name.
 */
export class EngineNames {
  readonly #resolver: ResolverAddress;
  readonly #mark = randomBytes(16);

  constructor(resolver: ResolverAddress) {
    this.#resolver = resolver;
  }

  /** Whether a query is one of ours that the engine has handed on. */
  isOurs(query: Buffer): boolean {
    return query.includes(this.#mark);
  }

  /** The answer to one of ours: the engine was the one to know. */
  noSuchName(query: Buffer): Buffer {
    return answerWith(query, 0, NO_SUCH_NAME);
  }

  /**
   * Answers a query of one question with what the engine knows of a container, which it calls by its bare name only. It
   * has addresses and nothing else; for all other types it would ask others. Errors: it does not answer.
   */
  async ask(query: Buffer, container: string, inTime: AbortSignal): Promise<Buffer> {
    const type = askedAddresses(query);
    if (type === undefined) return answerWith(query, 0, NOTHING_OF_THAT_TYPE);
    const socket = connect(this.#resolver);
    onAbort(inTime, () => socket.destroy());
    socket.on('error', () => {});
    try {
      const ours = queryForAddresses(randomInt(0x10000), container, type, this.#mark);
      const answer = await askOn(socket, ours);
      const addresses = isAnswerTo(ours, answer) ? addressesIn(answer, type) : undefined;
      if (addresses === undefined) throw new Error('no answer to the question');
      return answerWith(query, type, addresses);
    } finally {
      socket.destroy();
    }
  }
}
