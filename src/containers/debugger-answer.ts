import { get } from 'node:http';
import { connect } from 'node:net';
import type { Debug } from '../model/workspace.ts';

/** How long a debugger may take to answer, milliseconds. */
const ANSWER_MS = 2000;

/** No debugger that is asked so says more, characters. */
const LONGEST_ANSWER = 4096;

/**
 * Whether a debugger answers on a port of this machine, which is known to be listened on, without attaching: a program
 * that waits for a debugger waits on. The inspector of Node.js and Delve can be asked beside the sessions of editors. The
 * adapter of debugpy serves one caller at a time, and closes on an editor that comes while somebody else looks; it listens
 * only when it is there. Who greets a Java machine is its debugger: one that waits would go on when that one leaves.
 */
export function debuggerAnswers({
  type,
  port,
  wait,
}: Pick<Debug, 'type' | 'port' | 'wait'>): Promise<boolean> {
  switch (type) {
    case 'node':
      return inspectorAnswers(port);
    case 'go':
      return saysWhenTold(port, DELVE_VERSION, (answer) => answer.includes('"DelveVersion"'));
    case 'java':
      return wait
        ? Promise.resolve(true)
        : saysWhenTold(port, JDWP_HANDSHAKE, (answer) => answer === JDWP_HANDSHAKE);
    case 'debugpy':
    case 'generic':
      return Promise.resolve(true);
  }
}

/** Both sides of a connection to a Java machine begin with it. */
const JDWP_HANDSHAKE = 'JDWP-Handshake';

/** Asks Delve for its version, in its own protocol: that halts nothing. */
const DELVE_VERSION = `${JSON.stringify({ method: 'RPCServer.GetVersion', params: [{}], id: 1 })}\n`;

/** Whether what a port answers to some words is right, as soon as it is; never, when it has not answered in time. */
function saysWhenTold(port: number, words: string, isRight: (answer: string) => boolean): Promise<boolean> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: '127.0.0.1', port, timeout: ANSWER_MS }, () => socket.write(words));
    const end = (isAnswered: boolean) => {
      socket.destroy();
      resolve(isAnswered);
    };
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      if (isRight(answer)) end(true);
      else if (answer.length > LONGEST_ANSWER) end(false);
    });
    socket.on('timeout', () => end(false));
    for (const over of ['error', 'end', 'close']) socket.on(over, () => end(false));
  });
}

/** The inspector of Node.js tells of itself by HTTP, beside the sessions of debuggers. */
function inspectorAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/json/version', agent: false, timeout: ANSWER_MS });
    request.on('error', () => resolve(false));
    request.on('timeout', () => request.destroy(new Error('too late')));
    request.on('response', (response) => {
      response.resume();
      response.on('close', () => resolve(response.statusCode === 200));
    });
  });
}
