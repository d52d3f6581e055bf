import { randomUUID } from 'node:crypto';
import { DevenvError } from '../common/errors.ts';
import type { ContainerSpec, Engine, ImageInfo } from '../engine/index.ts';
import { containerName } from '../model/identity.ts';
import { label, type Role } from '../model/labels.ts';
import type { Debug, Service } from '../model/workspace.ts';
import { debuggedProgram } from './debugged-program.ts';

const ROLE: Role = 'look';

/** What is older, milliseconds, belongs to a look that was killed: one takes moments. */
const LEFT_AFTER_MS = 60_000;

/**
 * Finds out whether the program of a service can be run under its debugger, before anything of the service is made. A
 * script is looked up in a container that is never started and gone afterwards. Errors: `debug-impossible`,
 * `mount-failed`, and those of the engine.
 */
export async function lookIntoDebugging(
  service: Service,
  debug: Debug,
  image: ImageInfo,
  { engine, project }: { readonly engine: Engine; readonly project: string },
): Promise<void> {
  await removeLeft(engine, project);
  // Volumes would be made by mounting them.
  const mounts = service.volumes.filter((mount) => mount.kind === 'bind');
  const spec: ContainerSpec = {
    name: `${containerName(project, service.name, 'service')}.look-${randomUUID().slice(0, 8)}`,
    image: service.image,
    platform: service.platform,
    // An engine wants one; nothing runs it.
    entrypoint: ['look'],
    environment: service.environment,
    labels: { [label.project]: project, [label.role]: ROLE, [label.since]: String(Date.now()) },
    network: { kind: 'network', name: 'none', aliases: [] },
    workingDir: service.workingDir,
    mounts,
    ports: [],
    autoRemove: false,
  };
  try {
    await debuggedProgram(service, debug, image, spec, engine);
  } catch (error) {
    const isSaid = error instanceof DevenvError && error.code === 'debug-impossible';
    // The program may lie in what is not mounted here.
    if (!isSaid || mounts.length === service.volumes.length) throw error;
  }
}

async function removeLeft(engine: Engine, project: string): Promise<void> {
  const looks = await engine.listUnits({ [label.project]: project, [label.role]: ROLE });
  const left = looks.filter(({ labels }) => Date.now() - Number(labels[label.since]) > LEFT_AFTER_MS);
  await Promise.all(left.map(({ id }) => engine.removeUnit(id)));
}
