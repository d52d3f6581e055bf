// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the editor's variables
import { describe, expect, it } from 'vitest';
import { attachConfiguration } from '../../../src/debuggers/index.ts';
import type { BindMount, Debug } from '../../../src/model/workspace.ts';
import { aService } from '../../builders/workspace.ts';

const debug: Debug = { type: 'debugpy', port: 5678, wait: false, command: undefined };
const bind = (source: string, target: string): BindMount => ({
  kind: 'bind',
  source,
  target,
  readOnly: false,
});

describe('how an editor attaches', () => {
  it('to debugpy: with every mounted directory, below the opened folder where it lies there', () => {
    const service = aService({
      debug,
      workingDir: '/app/src',
      volumes: [bind('/elsewhere/lib', '/usr/share/lib'), bind('/shop/api', '/app')],
    });
    expect(attachConfiguration(service, '/shop')).toEqual({
      name: 'devenv: app',
      type: 'debugpy',
      request: 'attach',
      connect: { host: '127.0.0.1', port: 5678 },
      pathMappings: [
        { localRoot: '${workspaceFolder}/api', remoteRoot: '/app' },
        { localRoot: '/elsewhere/lib', remoteRoot: '/usr/share/lib' },
      ],
      justMyCode: true,
    });
  });

  it('to Delve: with every mounted directory', () => {
    const service = aService({
      debug: { ...debug, type: 'go', port: 2345 },
      volumes: [bind('/shop/api', '/app')],
    });
    expect(attachConfiguration(service, '/shop')).toEqual({
      name: 'devenv: app',
      type: 'go',
      request: 'attach',
      mode: 'remote',
      debugAdapter: 'dlv-dap',
      host: '127.0.0.1',
      port: 2345,
      substitutePath: [{ from: '${workspaceFolder}/api', to: '/app' }],
    });
  });

  it('to a Java machine: with the directories that have sources', () => {
    const service = aService({
      debug: { ...debug, type: 'java', port: 5005 },
      volumes: [bind('/shop/api', '/app')],
    });
    expect(attachConfiguration(service, '/shop')).toEqual({
      name: 'devenv: app',
      type: 'java',
      request: 'attach',
      hostName: '127.0.0.1',
      port: 5005,
      sourcePaths: ['${workspaceFolder}/api'],
    });
  });

  it('to Node.js: with the directory of the program, again after each start', () => {
    const service = aService({
      debug: { ...debug, type: 'node', port: 9229, wait: true },
      workingDir: '/app',
      volumes: [bind('/shop/config', '/etc/very/deep/config'), bind('/shop', '/app')],
    });
    expect(attachConfiguration(service, '/shop')).toEqual({
      name: 'devenv: app',
      type: 'node',
      request: 'attach',
      address: '127.0.0.1',
      port: 9229,
      localRoot: '${workspaceFolder}',
      remoteRoot: '/app',
      skipFiles: ['<node_internals>/**'],
      restart: true,
      continueOnAttach: true,
    });
  });

  it('is unknown for any other debugger', () => {
    expect(attachConfiguration(aService({ debug: { ...debug, type: 'generic' } }), '/shop')).toBeUndefined();
  });
});
