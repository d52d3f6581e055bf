import type { ContainerContext } from './apply.ts';
import { placedFiles } from './engine-mounts.ts';
import { makeContainer } from './make-container.ts';
import { makeProgram } from './make-program.ts';
import type { ServiceRun } from './operation.ts';

/** Makes the container or program `unit` of a one-off, in the network of its service, for `Runner.runUnit`. Errors: as for services. */
export async function makeOneOff(
  { service, environment }: ServiceRun,
  unit: string,
  context: Pick<ContainerContext, 'engine' | 'machine' | 'runner' | 'identity' | 'file' | 'filesAlone'>,
): Promise<void> {
  const as = { name: unit, role: 'one-off' } as const;
  if (service.process !== undefined) {
    await makeProgram(service, service.process, environment, context, as);
    return;
  }
  const id = await makeContainer(service, environment, context, as);
  const placed = placedFiles(service, context.identity.project, context.filesAlone(service.name));
  if (placed.length > 0) await context.engine.placeFiles(id, placed);
}
