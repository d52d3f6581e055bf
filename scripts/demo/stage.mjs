// Where the story plays: what must be there, and how it is entered and left. One file for each platform beside this one.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The example that the story is about. */
export const EXAMPLE = join(ROOT, 'examples', 'oauth2-demo');

/**
 * Names and ports, so that several can be played at once.
 * @typedef {object} Names
 * @property {string} name of the containers or the namespace, and of the project
 * @property {number} port of the sidecar on this machine
 * @property {number} keycloakPort
 */

/**
 * @typedef {object} Stage
 * @property {string} target what the service bridges, in the spelling of the file
 * @property {readonly string[]} flags of devenv
 * @property {Readonly<Record<string, string>>} environment of devenv
 * @property {readonly { readonly title: string, readonly work: () => unknown }[]} preparations facts to establish first
 * @property {() => Promise<readonly string[]>} leftovers what of devenv is still there, by name
 * @property {readonly string[]} instructions how somebody enters what `--keep` leaves, and how it is removed
 * @property {(keep: boolean) => Promise<void>} leave removes what was made, or lets it be
 */
