import type { SessionIdentity } from '../model/identity.ts';
import { type DuplexRole, type Hello, PROTOCOL_VERSION } from '../protocol/index.ts';

/** The hello of a session for one duplex. */
export function helloOf(identity: SessionIdentity, secret: string, role: DuplexRole, tunnel: string): Hello {
  return {
    version: PROTOCOL_VERSION,
    role,
    secret,
    session: identity.id,
    tunnel,
    owner: { user: identity.user, project: identity.project, since: identity.since },
  };
}
