import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { withDeadline } from '../common/deadline.ts';
import { type ControlState, controlMarkPath, controlStateIn, gatewayAccessIn } from '../programs/index.ts';
import type { Runner } from '../runner/index.ts';
import { GATEWAY_SOCKET } from './gateway-container.ts';

const DEADLINE = { name: 'the answer of a gateway', ms: 5000 };

/**
 * Asks a gateway, which may be another session's, how it is with its session. Undefined when that is not to be had: it
 * has had none yet, it is of another version, or its container has no gateway in it, does not run or does not answer.
 */
export async function askControlState(
  runner: Runner,
  containerId: string,
): Promise<ControlState | undefined> {
  const output = new PassThrough();
  const said = text(output);
  try {
    const { socketPath = GATEWAY_SOCKET } =
      gatewayAccessIn((await runner.findUnit(containerId))?.environment ?? {}) ?? {};
    const command = ['cat', controlMarkPath(socketPath)];
    const code = await withDeadline(DEADLINE, undefined, (signal) =>
      runner.exec(
        containerId,
        { command, environment: {}, tty: false },
        { input: undefined, output, errors: new PassThrough().resume() },
        signal,
      ),
    );
    output.end();
    return code === 0 ? controlStateIn(await said) : undefined;
  } catch {
    output.end();
    return undefined;
  }
}
