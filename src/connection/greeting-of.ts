import type { SessionIdentity } from '../model/identity.ts';
import { PROTOCOL_VERSION } from '../programs/index.ts';
import type { DuplexRole } from '../protocol/index.ts';
import type { Greeting } from '../wire/index.ts';

/** Whom a session greets: what both know, and the TCP port it listens on. */
export type Greeted = Pick<Greeting, 'secret' | 'port'>;

/** The greeting of a session for one duplex. */
export function greetingOf(
  identity: SessionIdentity,
  { secret, port }: Greeted,
  role: DuplexRole,
  tunnel: string,
): Greeting {
  const { id, user, project, since } = identity;
  const owner = { user, project, since };
  return { hello: { version: PROTOCOL_VERSION, role, session: id, tunnel, owner }, secret, port };
}
