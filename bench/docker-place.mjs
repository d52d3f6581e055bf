// The measurements on Docker: a container with the two servers.
import { BRIDGED, DIRECT, IMAGE, run, SERVER, usageOfContainer } from './place.mjs';

const POD = 'bench-pod';

/** @returns {Promise<import('./place.mjs').Place>} */
export async function dockerPlace() {
  remove();
  const words = ['--name', POD, '--volume', `${SERVER}:/server.mjs:ro`, IMAGE];
  run('docker', [
    'run',
    '--detach',
    ...words,
    'node',
    '/server.mjs',
    'original',
    String(BRIDGED),
    String(DIRECT),
  ]);
  const host = run('docker', ['inspect', '--format', '{{.NetworkSettings.IPAddress}}', POD]);
  return {
    name: 'Docker',
    host,
    target: `container/${POD}`,
    flags: [],
    environment: {},
    portForward: undefined,
    rawForward: undefined,
    // Every session on Docker places an agent of its own.
    forget: async () => {},
    agentUsage: () =>
      usageOfContainer(
        run('docker', ['ps', '--quiet', '--filter', 'label=gefyra-devenv/role=agent']).split('\n')[0] ?? '',
      ),
    close: async () => remove(),
  };
}

function remove() {
  const present = run('docker', ['ps', '--all', '--quiet', '--filter', `name=^${POD}$`]);
  if (present !== '') run('docker', ['rm', '--force', POD]);
}
