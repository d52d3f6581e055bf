import { DevenvError } from '../common/errors.ts';
import type { Machine } from '../machine/index.ts';
import { namespaceOwner, type SessionIdentity } from '../model/identity.ts';
import type { Service } from '../model/workspace.ts';
import { type DebuggedWords, debuggedOwnProgram } from './debugged-own-program.ts';
import { named } from './named-error.ts';
import { programMounts } from './program-mounts.ts';
import { serviceConfig } from './service-config.ts';
import { serviceLabels } from './service-labels.ts';
import type { UnitOfService } from './unit-of-service.ts';

/** What a program is made with. */
export interface ProgramContext {
  /** Absent where nothing is made, but only removed. */
  readonly machine?: Machine;
  readonly identity: SessionIdentity;
  /** Absolute path of the file, for the label. */
  readonly file: string;
  /** Targets of a service's directories at which there is a file instead. */
  readonly filesAlone: (service: string) => readonly string[];
}

/** Makes the program of a service, under its debugger if it has one. Resolves to its id. Errors: `debug-impossible`, and the machine's. */
export async function makeProgram(
  service: Service,
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  context: ProgramContext,
  as: UnitOfService,
): Promise<string> {
  const { machine, identity } = context;
  if (machine === undefined)
    throw new DevenvError({ code: 'internal', message: 'nothing is made here', owner: 'devenv' });
  const debugged = await ownWordsUnderDebugger(service, command);
  return machine.createProgram({
    name: as.name,
    labels: serviceLabels(service, serviceConfig(service, undefined, environment), context, as.role),
    command: debugged.command,
    environment: { ...debugged.environment, ...environment },
    workingDir: service.workingDir ?? '/',
    network: namespaceOwner(identity.project, service.name),
    stopSignal: service.stopSignal ?? 'SIGTERM',
    healthcheck: service.healthcheck,
    attached: service.attached,
    mounts: programMounts(service, identity.project, context.filesAlone(service.name)),
    tty: service.tty,
    stdinOpen: service.stdinOpen,
  });
}

async function ownWordsUnderDebugger(service: Service, command: readonly string[]): Promise<DebuggedWords> {
  if (service.debug === undefined) return { command, environment: {} };
  try {
    return await debuggedOwnProgram(service, service.debug, process.env['PATH'] ?? '');
  } catch (error) {
    throw error instanceof DevenvError ? named(error, service.name) : error;
  }
}
