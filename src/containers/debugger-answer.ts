import { get } from 'node:http';
import { connect } from 'node:net';
import type { Debug } from '../model/workspace.ts';

/** How long a debugger may take to answer, milliseconds. */
const ANSWER_MS = 2000;

/** What an adapter says of itself begins with it. */
const DAP_HEAD = 'Content-Length';

/**
 * Whether a debugger answers on a port of this machine as its kind does, without attaching: a program that waits for a
 * debugger waits on, and the port is free for one afterwards. Whatever is `generic` is not spoken to, for with some, such
 * as a Java debugger, whoever speaks is attached.
 */
export function debuggerAnswers({ type, port }: Pick<Debug, 'type' | 'port'>): Promise<boolean> {
  switch (type) {
    case 'node':
      return inspectorAnswers(port);
    case 'debugpy':
      return adapterGreets(port);
    case 'generic':
      return Promise.resolve(true);
  }
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

/** The adapter of debugpy speaks first, with an event about itself; nothing is asked of it. */
function adapterGreets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (answers: boolean) => {
      resolve(answers);
      socket.destroy();
    };
    let said = '';
    socket.setTimeout(ANSWER_MS, () => settle(false));
    socket.setEncoding('latin1');
    socket.on('error', () => settle(false));
    socket.on('close', () => settle(false));
    socket.on('data', (text: string) => {
      said += text;
      if (said.length >= DAP_HEAD.length) settle(said.startsWith(DAP_HEAD));
    });
  });
}
