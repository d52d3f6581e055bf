import type { GlobalFlags } from '../context.ts';

/** The flags, with services that were named: they are read whatever their profiles. None = all that are active. */
export function choosing(services: readonly string[], flags: GlobalFlags): GlobalFlags {
  return services.length === 0 ? flags : { ...flags, services };
}
