import type { Duplex } from 'node:stream';
import { withDeadline } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import { readFirstLine } from '../common/json-lines.ts';
import { decodeWelcome, encodeHello, type Hello, type Welcome } from '../protocol/index.ts';

/** Long enough for a busy node, short enough to try again within a person's patience. */
const WELCOME_DEADLINE = { name: 'the welcome of agent or gateway', ms: 5000 };

/**
 * Says hello on a fresh duplex and waits for the welcome; what follows on the duplex belongs to the hello's role.
 * Errors: `protocol-mismatch` when the program refuses, `agent-failed` when the duplex breaks, `deadline-passed`.
 * On any of them the duplex is destroyed.
 */
export async function greet(
  duplex: Duplex,
  hello: Hello,
  signal?: AbortSignal,
): Promise<Extract<Welcome, { ok: true }>> {
  try {
    duplex.write(`${encodeHello(hello)}\n`);
    const line = await withDeadline(WELCOME_DEADLINE, signal, (inTime) => readFirstLine(duplex, inTime));
    const welcome = decodeWelcome(line);
    if (welcome.ok) return welcome;
    throw new DevenvError({
      code: 'protocol-mismatch',
      message: `refused: ${welcome.reason}`,
      owner: 'environment',
    });
  } catch (error) {
    duplex.destroy();
    if (error instanceof DevenvError) throw error;
    throw new DevenvError({
      code: 'agent-failed',
      message: 'the connection broke before it was welcomed',
      owner: 'environment',
      cause: error,
    });
  }
}
