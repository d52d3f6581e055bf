/**
 * Labels are the database of everything that must survive a session: whoever finds a container or network of ours
 * knows from them alone whose it is and whether it may be removed.
 */
export const label = {
  /** Project name. On everything but agents, which are shared. */
  project: 'gefyra-devenv/project',
  /** What it is: one of `Role`. */
  role: 'gefyra-devenv/role',
  /** Service name; on gateway and service containers. */
  service: 'gefyra-devenv/service',
  /** Id of the session that made it. */
  session: 'gefyra-devenv/session',
  /** Who made it, `user@host`. */
  owner: 'gefyra-devenv/owner',
  /** When that session began, milliseconds since 1970; on containers that are only looked into, when they were made. */
  since: 'gefyra-devenv/since',
  /** Absolute path of the file it came from. */
  file: 'gefyra-devenv/file',
  /** Fingerprint of each aspect of what was asked for, `image=1a2b3c4d,…`; a difference is the cause of a step. */
  config: 'gefyra-devenv/config',
  /** On service containers: milliseconds that the program may take to end when asked to. */
  stopGrace: 'gefyra-devenv/stop-grace-ms',
  /** On service containers: what runs in them before they are stopped, as JSON of `Hook`s; absent = nothing. */
  preStop: 'gefyra-devenv/pre-stop',
  /** On agents: id of the network namespace's owner. */
  place: 'gefyra-devenv/place',
} as const;

/** What a container or network of ours is. */
export type Role = 'agent' | 'gateway' | 'service' | 'one-off' | 'network' | 'files' | 'look';
