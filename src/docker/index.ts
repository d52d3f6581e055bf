/**
 * The one place that speaks to Docker (or to Podman's Docker API): implements `Engine` and the Docker `Platform`.
 * No type of the client library leaves this folder. Decides nothing about services, bridges or sessions.
 */
export { loadDockerClient, openDockerEngine } from './open-engine.ts';
export { openDockerPlatform } from './platform.ts';
