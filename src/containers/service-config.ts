import { fingerprint } from '../common/fingerprint.ts';
import type { Service } from '../model/workspace.ts';

/**
 * Fingerprint of everything a service container is made from, aspect by aspect in the file's words. Ports and hosts
 * belong to the gateway's container, bridges to the agent; restart and dependencies are the session's and make no other container.
 */
export function serviceConfig(
  service: Service,
  imageId: string | undefined,
  environment: Readonly<Record<string, string>>,
): string {
  return fingerprint({
    cap_add: service.capAdd,
    command: service.command,
    cpus: service.cpus,
    debug: service.debug,
    entrypoint: service.entrypoint,
    environment: Object.entries(environment).sort(([left], [right]) => (left < right ? -1 : 1)),
    healthcheck: service.healthcheck,
    image: imageId,
    init: service.init,
    labels: Object.entries(service.labels).sort(([left], [right]) => (left < right ? -1 : 1)),
    mem_limit: service.memoryBytes,
    platform: service.platform,
    stdin_open: service.stdinOpen,
    stop_signal: service.stopSignal,
    tty: service.tty,
    user: service.user,
    volumes: service.volumes,
    working_dir: service.workingDir,
  });
}
