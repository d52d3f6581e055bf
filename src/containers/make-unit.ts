import { DevenvError } from '../common/errors.ts';
import type { ContainerContext } from './apply.ts';
import { placedFiles } from './engine-mounts.ts';
import { makeContainer } from './make-container.ts';
import { makeProgram } from './make-program.ts';
import { named } from './named-error.ts';
import type { ServiceRun } from './operation.ts';
import { type UnitOfService, usualUnit } from './unit-of-service.ts';

/** What units are made with. */
export type UnitContext = Pick<
  ContainerContext,
  'engine' | 'machine' | 'runner' | 'identity' | 'file' | 'filesAlone'
>;

/**
 * Makes the container or program of a service, with its files, without starting it. Resolves to its id. Errors:
 * `debug-impossible`; the engine's and the machine's, after which nothing is left of it.
 */
export async function makeUnit(
  { service, environment }: ServiceRun,
  context: UnitContext,
  as: UnitOfService = usualUnit(service, context.identity),
): Promise<string> {
  const { engine, runner, identity, filesAlone } = context;
  if (service.process !== undefined) return makeProgram(service, service.process, environment, context, as);
  const id = await makeContainer(service, environment, context, as);
  try {
    const placed = placedFiles(service, identity.project, filesAlone(service.name));
    if (placed.length > 0) await engine.placeFiles(id, placed);
  } catch (error) {
    await runner.removeUnit(id);
    throw error instanceof DevenvError ? named(error, service.name) : error;
  }
  return id;
}
