import { Readable } from 'node:stream';
import { DevenvError } from '../common/errors.ts';
import { ask, type DockerAccess } from './access.ts';

/** See `Engine.readArchive`. */
export async function readArchive(
  access: DockerAccess,
  containerId: string,
  path: string,
): Promise<Readable> {
  const archive = await ask(access.location, {
    doing: `read ${path} of container ${containerId}`,
    call: () => access.docker.getContainer(containerId).getArchive({ path }),
    refused: ({ status }) =>
      status === 404
        ? new DevenvError({
            code: 'engine-failed',
            message: `the container has no ${path}`,
            owner: 'user',
          })
        : undefined,
  });
  return Readable.from(archive);
}
