import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { root } from './paths.ts';

/** How the demo ended, and all it said. */
export interface Told {
  readonly code: number;
  readonly text: string;
}

/** Plays the demo from beginning to end, with names and ports of its own. */
export async function playStory(...flags: readonly string[]): Promise<Told> {
  const [port, keycloakPort, debugPort] = [await freePort(), await freePort(), await freePort()];
  const env = {
    ...process.env,
    NO_COLOR: '1',
    DEMO_NAME: `story-${randomBytes(4).toString('hex')}`,
    DEMO_PORT: String(port),
    DEMO_KEYCLOAK_PORT: String(keycloakPort),
    DEMO_DEBUG_PORT: String(debugPort),
  };
  const options = { env, maxBuffer: 16 * 1024 * 1024 };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(root, 'scripts', 'demo.mjs'), ...flags],
      options,
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code ?? 1), text: `${stdout}${stderr}` });
      },
    );
  });
}
