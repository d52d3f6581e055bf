import { containerName, type SessionIdentity } from '../model/identity.ts';
import type { Role } from '../model/labels.ts';
import type { Service } from '../model/workspace.ts';

/** Which container or program of a service it is. */
export interface UnitOfService {
  /** As the engine, or this machine, knows it. */
  readonly name: string;
  readonly role: Extract<Role, 'service' | 'one-off'>;
}

/** The one that passes make, and that everybody means by the service. */
export function usualUnit(
  { name }: Pick<Service, 'name'>,
  { project }: Pick<SessionIdentity, 'project'>,
): UnitOfService {
  return { name: containerName(project, name, 'service'), role: 'service' };
}
