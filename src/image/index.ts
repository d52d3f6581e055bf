/**
 * The one image that agent, gateway and relay run from: how it is named, found, and made where it is missing.
 * Works on the `engine` interface alone; does not know what the programs do.
 */
export type { AgentImage } from './ensure-image.ts';
export { agentImage, ensureImage, loadArchiver } from './ensure-image.ts';
