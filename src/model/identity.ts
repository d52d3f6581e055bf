import type { Role } from './labels.ts';

/** Who a session is; the same in labels, on the control socket and towards agents. */
export interface SessionIdentity {
  /** Random. */
  readonly id: string;
  /** Project name. */
  readonly project: string;
  /** `user@host`. */
  readonly user: string;
  /** When it began, milliseconds since 1970. */
  readonly since: number;
}

/** Name of a project's network. */
export function networkName(project: string): string {
  return `gefyra-${project}`;
}

/**
 * Name of a container that belongs to a service. Project names have no dot, so two projects never meet.
 * Containers of ours that need no name of their own are found by labels.
 */
export function containerName(
  project: string,
  service: string,
  role: Extract<Role, 'gateway' | 'service'>,
): string {
  const base = `gefyra-${project}.${service}`;
  return role === 'service' ? base : `${base}.${role}`;
}

/** Name of the container that owns a service's network namespace, and with it the ports that the service publishes. */
export function namespaceOwner(project: string, service: string): string {
  return containerName(project, service, 'gateway');
}

/** Name in the engine of a volume that the file declares: the one it gives, else the project's and its own. */
export function volumeName(
  project: string,
  volume: string,
  settings?: { readonly engineName: string | undefined },
): string {
  return settings?.engineName ?? `gefyra-${project}_${volume}`;
}
