/**
 * What names of images begin with that are made on this machine and nowhere else. `localhost` is the host of no public
 * registry, so that nobody can publish an image under such a name; nor is one asked for it.
 */
export const OWN_IMAGES = 'localhost/gefyra-devenv/';

/** Whether an image can only have been made here, and is never pulled. */
export function isOwnImage(reference: string): boolean {
  return reference.startsWith(OWN_IMAGES);
}
