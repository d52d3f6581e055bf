/**
 * The service containers as the file describes them, and their images. Over the `engine` interface.
 * Does not know how a service reaches the cluster: it joins the network namespace it is told.
 */
export { applyContainer, type ContainerContext } from './apply.ts';
export { serviceEnvironment } from './environment.ts';
export { runPostStart, runPreStop } from './hooks.ts';
export { makeUnit } from './make-unit.ts';
export type { ContainerOperation } from './operation.ts';
export { planContainers } from './plan.ts';
export { preflightContainers } from './preflight.ts';
export { preflightPrograms } from './program-mounts.ts';
