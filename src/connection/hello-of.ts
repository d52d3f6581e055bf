import type { SessionIdentity } from '../model/identity.ts';
import { type Hello, PROTOCOL_VERSION, type Role } from '../protocol/index.ts';

/** The hello of a session for one duplex. */
export function helloOf(identity: SessionIdentity, secret: string, role: Role, tunnel: string): Hello {
  return {
    version: PROTOCOL_VERSION,
    role,
    secret,
    session: identity.id,
    tunnel,
    owner: { user: identity.user, project: identity.project, since: identity.since },
  };
}
