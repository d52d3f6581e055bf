import { label, type Role } from '../model/labels.ts';
import { sharedDirectories } from '../model/shared-directory.ts';
import type { Service } from '../model/workspace.ts';
import type { ContainerContext } from './apply.ts';

/** The memory of directories that the service had of its workload and has no more: nobody uses it from here on. */
export async function forgetDirectories(
  service: Service,
  { engine, identity: { project, id } }: Pick<ContainerContext, 'engine' | 'identity'>,
): Promise<void> {
  const wanted = new Set(sharedDirectories(project, service).map(({ volume }) => volume));
  const role: Role = 'files';
  const ours = {
    [label.project]: project,
    [label.session]: id,
    [label.service]: service.name,
    [label.role]: role,
  };
  for (const volume of await engine.listVolumes(ours)) {
    if (!wanted.has(volume)) await engine.removeVolume(volume);
  }
}
