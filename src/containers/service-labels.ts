import type { SessionIdentity } from '../model/identity.ts';
import { label } from '../model/labels.ts';
import { ownerLabels } from '../model/owner.ts';
import type { Service } from '../model/workspace.ts';
import { preStopLabel } from './hooks.ts';
import type { UnitOfService } from './unit-of-service.ts';

/** What is known of a service's container or program by whoever has no file: `config` is the fingerprint of what it is made from. */
export function serviceLabels(
  service: Service,
  config: string,
  { identity, file }: { readonly identity: SessionIdentity; readonly file: string },
  role: UnitOfService['role'],
): Readonly<Record<string, string>> {
  return {
    ...service.labels,
    [label.project]: identity.project,
    [label.role]: role,
    [label.service]: service.name,
    ...ownerLabels(identity, file),
    [label.config]: config,
    [label.stopGrace]: String(service.stopGraceMs),
    ...preStopLabel(service),
  };
}
