// The story on Docker: a pod of containers that share one network namespace.
import { join } from 'node:path';
import { agentLeftovers, projectLeftovers } from './leftovers.mjs';
import { run } from './run.mjs';
import { EXAMPLE } from './stage.mjs';
import { detail, quote } from './story.mjs';

const POD = join(EXAMPLE, 'pod.sh');
const IMAGES = join(EXAMPLE, 'images.sh');

/**
 * @param {import('./stage.mjs').Names} names
 * @param {AbortSignal} signal
 * @returns {import('./stage.mjs').Stage}
 */
export function dockerStage({ name, port, keycloakPort }, signal) {
  const env = { DEMO_NAME: name, DEMO_PORT: String(port), DEMO_KEYCLOAK_PORT: String(keycloakPort) };
  let isOurs = false;

  const startPod = async () => {
    detail('examples/oauth2-demo/pod.sh up');
    isOurs = true;
    const output = await run(POD, ['up'], { signal, env });
    if (!output.includes('is already up')) return;
    isOurs = false;
    detail('it was up before, so it stays');
  };

  return {
    target: `container/${name}-app`,
    flags: [],
    environment: {},
    preparations: [
      { title: 'the images of the demo are there', work: () => run(IMAGES, [], { signal, onLine: quote }) },
      { title: 'Keycloak, the app and its sidecar are up', work: startPod },
    ],
    leftovers: async () => [
      ...(await projectLeftovers(name, signal)),
      ...(await agentLeftovers(`${name}-pod`, signal)),
    ],
    instructions: [
      `http://localhost:${port}/items/123 is still up: log in as john@gefyra.dev with the password john`,
      'cd examples/oauth2-demo && node ../../dist/devenv.js up',
      'examples/oauth2-demo/pod.sh down removes it',
    ],
    leave: async (keep) => {
      if (isOurs && !keep) await run(POD, ['down'], { env });
    },
  };
}
