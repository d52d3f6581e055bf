import { withDeadline } from '../common/deadline.ts';
import { DevenvError, type ErrorFacts, errorFacts } from '../common/errors.ts';
import type { Engine, ImageInfo } from '../engine/index.ts';
import { type Findings, joinedFindings, NO_FINDINGS } from '../model/findings.ts';
import type { Service } from '../model/workspace.ts';
import { debuggedOwnProgram } from './debugged-own-program.ts';
import { lookIntoDebugging } from './look-into-debugging.ts';
import { named } from './named-error.ts';
import { neverPulled } from './never-pulled.ts';
import { isBuilt } from './plan.ts';

/** How long a registry may take to say whether it has an image. */
const REGISTRY = { name: 'the question for the image', ms: 5000 };

/** What looking ahead works with. */
export interface ContainersPreflight {
  readonly engine: Engine;
  /** Project name. */
  readonly project: string;
}

/**
 * Looks for what would keep the containers of services from being made: images that cannot be had, and debuggers that
 * cannot be put in. Makes nothing that stays, and fetches nothing. Errors: those of the engine that say nothing of these.
 */
export async function preflightContainers(
  services: readonly Service[],
  options: ContainersPreflight,
): Promise<Findings> {
  const looks = services.map(async (service) => {
    if (service.process !== undefined) return lookAtOwnDebugger(service);
    const image = await options.engine.findImage(service.image);
    return joinedFindings([
      await lookForImage(service, image, options.engine),
      await lookAtDebugger(service, image, options),
    ]);
  });
  return joinedFindings([...(await Promise.all(looks)), await lookForVolumes(services, options.engine)]);
}

/** Volumes that are to exist already: the engine would make empty ones in their place. */
async function lookForVolumes(services: readonly Service[], engine: Engine): Promise<Partial<Findings>> {
  const names = services.flatMap(({ volumes }) =>
    volumes.flatMap((mount) =>
      mount.kind === 'volume' && mount.settings?.external ? (mount.settings.engineName ?? []) : [],
    ),
  );
  if (names.length === 0) return NO_FINDINGS;
  const there = await engine.listVolumes({});
  const missing = [...new Set(names)].filter((name) => !there.includes(name));
  return { problems: missing.map((name) => errorFacts(noSuchVolume(name))) };
}

function noSuchVolume(name: string): DevenvError {
  return new DevenvError({
    code: 'volume-not-found',
    message: `the external volume ${name} does not exist`,
    hint: `make it: docker volume create ${name}`,
    owner: 'user',
  });
}

async function lookForImage(
  service: Service,
  image: ImageInfo | undefined,
  engine: Engine,
): Promise<Partial<Findings>> {
  const { image: reference, pullPolicy: policy } = service;
  if (isBuilt(service) || (image !== undefined && policy !== 'always')) return NO_FINDINGS;
  if (policy === 'never') return problem(neverPulled(reference), service);
  try {
    await withDeadline(REGISTRY, undefined, (signal) => engine.findInRegistry(reference, signal));
    return NO_FINDINGS;
  } catch (error) {
    const isSaid = error instanceof DevenvError && error.code === 'image-not-found';
    if (isSaid && image === undefined) return problem(error, service);
    const why = isSaid ? error.message : `it is not known whether the image ${reference} can be had`;
    return { warnings: [`service ${service.name}: ${why}${isSaid ? '; the engine has an older one' : ''}`] };
  }
}

async function lookAtOwnDebugger(service: Service): Promise<Partial<Findings>> {
  if (service.debug === undefined) return NO_FINDINGS;
  try {
    await debuggedOwnProgram(service, service.debug, process.env['PATH'] ?? '');
    return NO_FINDINGS;
  } catch (error) {
    if (!(error instanceof DevenvError)) throw error;
    return problem(error, service);
  }
}

async function lookAtDebugger(
  service: Service,
  image: ImageInfo | undefined,
  options: ContainersPreflight,
): Promise<Partial<Findings>> {
  const { debug, name } = service;
  if (debug === undefined || debug.command !== undefined || debug.type === 'generic') return NO_FINDINGS;
  if (image === undefined) {
    const how = isBuilt(service) ? 'built' : 'pulled';
    return {
      later: [`service ${name}: whether ${debug.type} can be put in is seen when its image is ${how}`],
    };
  }
  try {
    await lookIntoDebugging(service, debug, image, options);
    return NO_FINDINGS;
  } catch (error) {
    const isSaid =
      error instanceof DevenvError && (error.code === 'debug-impossible' || error.code === 'mount-failed');
    // What else goes wrong with looking says nothing of the service.
    return isSaid ? problem(error, service) : NO_FINDINGS;
  }
}

function problem(error: DevenvError, { name }: Service): { readonly problems: readonly ErrorFacts[] } {
  return { problems: [errorFacts(named(error, name))] };
}
