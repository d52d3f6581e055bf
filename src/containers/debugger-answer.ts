import { get } from 'node:http';
import type { Debug } from '../model/workspace.ts';

/** How long a debugger may take to answer, milliseconds. */
const ANSWER_MS = 2000;

/**
 * Whether a debugger answers on a port of this machine, which is known to be listened on, without attaching: a program
 * that waits for a debugger waits on. Only the inspector of Node.js can be asked beside the sessions of editors. The
 * adapter of debugpy serves one caller at a time, and closes on an editor that comes while somebody else looks; it listens
 * only when it is there. With others, such as a Java debugger, whoever speaks is attached.
 */
export function debuggerAnswers({ type, port }: Pick<Debug, 'type' | 'port'>): Promise<boolean> {
  switch (type) {
    case 'node':
      return inspectorAnswers(port);
    case 'debugpy':
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
