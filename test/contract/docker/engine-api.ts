import { request } from 'node:http';
import type { Endpoint } from './forwarder.ts';

/** What others do to an engine behind the back of the code under test. */
export interface EngineApi {
  removeImage(reference: string): Promise<void>;
  restartContainer(id: string): Promise<void>;
  /** The engine's own description of a container. */
  inspectContainer(id: string): Promise<Readonly<Record<string, unknown>>>;
}

export function engineApi(endpoint: Endpoint): EngineApi {
  const ask = (method: string, path: string) => exchange(endpoint, method, path);
  return {
    removeImage: async (reference) => {
      await ask('DELETE', `/images/${reference}?force=true`);
    },
    restartContainer: async (id) => {
      await ask('POST', `/containers/${id}/restart?t=0`);
    },
    inspectContainer: async (id) => JSON.parse(await ask('GET', `/containers/${id}/json`)),
  };
}

function exchange(endpoint: Endpoint, method: string, path: string): Promise<string> {
  const where = 'path' in endpoint ? { socketPath: endpoint.path } : endpoint;
  return new Promise((resolve, reject) => {
    const asking = request({ ...where, method, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
      });
      answer.on('error', reject).on('end', () => {
        const { statusCode = 0 } = answer;
        // What is gone already need not be removed.
        const isGone = method === 'DELETE' && statusCode === 404;
        if (statusCode < 400 || isGone) resolve(text);
        else reject(new Error(`${method} ${path}: ${statusCode} ${text.trim()}`));
      });
    });
    asking.on('error', reject).end();
  });
}
