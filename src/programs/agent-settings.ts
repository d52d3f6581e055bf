import { type Environment, required } from './environment.ts';
import { LINGER } from './timings.ts';

/** What an agent is told when it is placed. */
export interface AgentSettings {
  /** What it and its callers must both know; random. */
  readonly secret: string;
  /** Where it listens: the path of a Unix socket, or a port of 127.0.0.1. */
  readonly listenOn: string | number;
  /** How long it stays without a session, milliseconds. */
  readonly lingerMs: number;
  /** Whether it takes ports over, for which it needs the capability NET_ADMIN. */
  readonly intercepts: boolean;
  /** How long the platform waits for its end, before it ends it by force, milliseconds; undefined = unknown. */
  readonly graceMs?: number | undefined;
}

const variable = {
  secret: 'DEVENV_AGENT_SECRET',
  socket: 'DEVENV_SOCKET',
  port: 'DEVENV_PORT',
  lingerMs: 'DEVENV_AGENT_LINGER_MS',
  intercepts: 'DEVENV_INTERCEPTS',
  graceMs: 'DEVENV_GRACE_MS',
} as const;

/** The settings as variables of the agent's container. */
export function agentEnvironment(settings: AgentSettings): Readonly<Record<string, string>> {
  const { secret, listenOn, lingerMs, intercepts, graceMs } = settings;
  return {
    [variable.secret]: secret,
    [variable.lingerMs]: String(lingerMs),
    ...(typeof listenOn === 'number'
      ? { [variable.port]: String(listenOn) }
      : { [variable.socket]: listenOn }),
    ...(intercepts ? {} : { [variable.intercepts]: 'no' }),
    ...(graceMs === undefined ? {} : { [variable.graceMs]: String(graceMs) }),
  };
}

/** The settings in an agent's own variables. Errors: `usage` for one that lacks. */
export function readAgentSettings(environment: Environment): AgentSettings {
  return {
    secret: required(environment, variable.secret),
    listenOn: environment[variable.socket] || Number(required(environment, variable.port)),
    lingerMs: Number(environment[variable.lingerMs] ?? LINGER.unsaidMs),
    intercepts: environment[variable.intercepts] !== 'no',
    graceMs: numberIn(environment[variable.graceMs]),
  };
}

function numberIn(text: string | undefined): number | undefined {
  const number = Number(text ?? Number.NaN);
  return Number.isFinite(number) ? number : undefined;
}

/** What callers of an agent must know, as its container's variables tell; undefined for one that is none of ours. */
export function agentAccessIn(
  environment: Environment,
): { readonly secret: string; readonly port: number | undefined } | undefined {
  const secret = environment[variable.secret];
  const port = Number(environment[variable.port] ?? Number.NaN);
  if (secret === undefined) return undefined;
  return { secret, port: Number.isInteger(port) ? port : undefined };
}
