import { fingerprint } from '../common/fingerprint.ts';
import type { Service } from '../model/workspace.ts';

/** Fingerprint of everything a service container is made from. Ports belong to the holder, bridges to nobody here. */
export function serviceConfig(service: Service, imageId: string | undefined): string {
  return fingerprint({
    command: service.command,
    entrypoint: service.entrypoint,
    environment: Object.entries(service.environment).sort(),
    image: imageId,
    volumes: service.volumes.filter((mount) => mount.kind === 'bind'),
    working_dir: service.workingDir,
  });
}
