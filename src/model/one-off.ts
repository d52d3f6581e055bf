import { NO_HOOKS } from './hook.ts';
import type { Service } from './workspace.ts';

/** What somebody runs once, as a service would. What is absent is as the service has it. */
export interface OneOff {
  /** Program and arguments. */
  readonly command?: readonly string[] | undefined;
  /** Variables over the service's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly user?: string | undefined;
  readonly workingDir?: string | undefined;
  /** A terminal. */
  readonly tty: boolean;
}

/**
 * The service that a one-off is: that of the file, but for what somebody runs in its place, with their streams. It takes no
 * ports, neither of this machine nor for a debugger, nobody tests its health, and its end is its end. Pure.
 */
export function oneOffOf(service: Service, { command, environment, user, workingDir, tty }: OneOff): Service {
  const isProgram = service.process !== undefined;
  return {
    ...service,
    attached: true,
    process: isProgram ? (command ?? service.process) : undefined,
    command: isProgram ? undefined : (command ?? service.command),
    environment: { ...service.environment, ...environment },
    user: user ?? service.user,
    workingDir: workingDir ?? service.workingDir,
    tty,
    stdinOpen: true,
    ports: [],
    debug: undefined,
    healthcheck: { kind: 'none' },
    restart: { kind: 'no' },
    hooks: NO_HOOKS,
  };
}
