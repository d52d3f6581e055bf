import { changedAspects, fingerprint } from '../common/fingerprint.ts';
import type { Observed } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { type SharedDirectory, sharedDirectories } from '../model/shared-directory.ts';
import { type Service, targetText } from '../model/workspace.ts';
import type { FilesOperation } from './operation.ts';

/** What planning needs to know of what the file asks for. */
export interface FilesDesired {
  /** Project name. */
  readonly project: string;
  readonly services: readonly Service[];
  /** Services whose gateway will be another one when their turn comes. */
  readonly renewedGateways: ReadonlySet<string>;
}

/** Compares the directories that services should have with those that are kept current. */
export function planFiles(
  { project, services, renewedGateways }: FilesDesired,
  { live }: Observed,
): readonly Step<FilesOperation>[] {
  const wanted = services.flatMap((service) => {
    const directories = sharedDirectories(project, service);
    return directories.length === 0 ? [] : [{ service: service.name, directories }];
  });
  const brought = wanted.flatMap(({ service, directories }): Step<FilesOperation>[] => {
    const found = live.files.find((one) => one.service === service);
    const config = filesConfig(directories);
    const cause =
      found === undefined
        ? 'not there'
        : renewedGateways.has(service)
          ? 'its gateway is replaced'
          : found.config !== config
            ? `${changedAspects(found.config, config).join(', ')} changed`
            : undefined;
    if (cause === undefined) return [];
    return [
      {
        resource: `files/${service}`,
        verb: found === undefined ? 'create' : 'replace',
        cause,
        destructive: false,
        after: [],
        operation: { kind: found === undefined ? 'bring-files' : 'replace-files', service, directories },
        undo: { kind: 'leave-files', service },
      },
    ];
  });
  const left = live.files
    .filter(({ service }) => !wanted.some((one) => one.service === service))
    .map(
      ({ service }): Step<FilesOperation> => ({
        resource: `files/${service}`,
        verb: 'remove',
        cause: 'not wanted',
        destructive: false,
        after: [],
        operation: { kind: 'leave-files', service },
      }),
    );
  return [...brought, ...left];
}

/** Fingerprint of the directories of a service. */
export function filesConfig(directories: readonly SharedDirectory[]): string {
  return fingerprint({
    source: directories.map(({ from, source }) => `${targetText(from)}:${source}`),
    target: directories.map(({ target }) => target),
  });
}
