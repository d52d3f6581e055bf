import { isOwnImage } from '../model/own-image.ts';
import { ask, type DockerAccess } from './access.ts';
import { ownImage, pullRefused } from './images.ts';

/** Words of engines that have no such question, and of registries that answer no more for now. */
const SAYS_NOTHING = /page not found|not implemented|not supported|toomanyrequests|too many requests/i;

/** See `Engine.findInRegistry`. */
export async function findInRegistry(
  access: DockerAccess,
  reference: string,
  signal?: AbortSignal,
): Promise<'there' | 'unknown'> {
  if (isOwnImage(reference)) throw ownImage(reference);
  const credentials = await access.credentials(reference);
  let saysNothing = false;
  const asked = ask(access.location, {
    doing: `ask for image ${reference}`,
    signal,
    refused: ({ words }) => {
      saysNothing = SAYS_NOTHING.test(words);
      return pullRefused(reference, words);
    },
    call: () =>
      access.docker
        .getImage(reference)
        .distribution(credentials === undefined ? {} : { authconfig: credentials }),
  });
  try {
    await asked;
    return 'there';
  } catch (error) {
    if (saysNothing) return 'unknown';
    throw error;
  }
}
