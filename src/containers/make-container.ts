import { DevenvError } from '../common/errors.ts';
import type { ContainerSpec, Engine, ImageInfo } from '../engine/index.ts';
import { namespaceOwner } from '../model/identity.ts';
import { networkServiceOf, type Service } from '../model/workspace.ts';
import type { ContainerContext } from './apply.ts';
import { debuggedProgram } from './debugged-program.ts';
import { engineMounts } from './engine-mounts.ts';
import { engineSettings } from './engine-settings.ts';
import { named } from './named-error.ts';
import { serviceConfig } from './service-config.ts';
import { serviceLabels } from './service-labels.ts';
import type { UnitOfService } from './unit-of-service.ts';

/** What a container is made with. */
export type MakingContext = Pick<ContainerContext, 'engine' | 'identity' | 'file' | 'filesAlone'>;

/**
 * Makes the container of a service, under its debugger if it has one, without starting it. Resolves to its id. Errors:
 * `debug-impossible`, and the engine's.
 */
export async function makeContainer(
  service: Service,
  environment: Readonly<Record<string, string>>,
  context: MakingContext,
  as: UnitOfService,
): Promise<string> {
  const { engine } = context;
  const image = await engine.findImage(service.image);
  const config = serviceConfig(service, image?.id, environment);
  const plain = specOf(service, environment, config, context, as);
  return engine.createContainer(await withDebugger(service, image, plain, engine));
}

async function withDebugger(
  service: Service,
  image: ImageInfo | undefined,
  spec: ContainerSpec,
  engine: Engine,
): Promise<ContainerSpec> {
  // An image that has gone is the engine's to report.
  if (service.debug === undefined || image === undefined) return spec;
  try {
    const program = await debuggedProgram(service, service.debug, image, spec, engine);
    return { ...spec, ...program, environment: { ...spec.environment, ...program.environment } };
  } catch (error) {
    throw error instanceof DevenvError ? named(error, service.name) : error;
  }
}

function specOf(
  service: Service,
  environment: Readonly<Record<string, string>>,
  config: string,
  context: MakingContext,
  as: UnitOfService,
): ContainerSpec {
  const { identity, filesAlone } = context;
  return {
    name: as.name,
    image: service.image,
    platform: service.platform,
    entrypoint: service.entrypoint,
    command: service.command,
    environment,
    labels: serviceLabels(service, config, context, as.role),
    network: { kind: 'container', id: namespaceOwner(identity.project, networkServiceOf(service)) },
    user: service.user,
    workingDir: service.workingDir,
    mounts: engineMounts(service, identity.project, filesAlone(service.name)),
    ports: [],
    extraCapabilities: service.capAdd,
    healthcheck: service.healthcheck,
    stopSignal: service.stopSignal,
    init: service.init,
    tty: service.tty,
    stdinOpen: service.stdinOpen,
    attached: service.attached,
    memoryBytes: service.memoryBytes,
    cpus: service.cpus,
    settings: engineSettings(service.settings, identity.project),
    autoRemove: false,
  };
}
