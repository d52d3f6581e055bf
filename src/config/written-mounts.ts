import type { Mount, NamedVolume, TmpfsMount } from '../model/workspace.ts';
import { octal } from './octal.ts';

/** A mapping as the file spells it; what is undefined is left out when it is written. */
type Written = Readonly<Record<string, unknown>>;

/** The mounts of a service as its `volumes`, and as its `tmpfs` where they have options of the kernel. */
export function writtenMounts(mounts: readonly Mount[]): Written {
  const inMemory = mounts.filter(hasOptions);
  const texts = inMemory.map(({ target, options }) => (options === '' ? target : `${target}:${options}`));
  return {
    volumes: mounts.filter((mount) => !hasOptions(mount)).map(writtenMount),
    ...(texts.length > 0 ? { tmpfs: texts } : {}),
  };
}

function hasOptions(mount: Mount): mount is TmpfsMount {
  return mount.kind === 'tmpfs' && mount.options !== undefined;
}

function writtenMount(mount: Mount): Written {
  const { kind: type, target } = mount;
  switch (mount.kind) {
    case 'bind': {
      const { source, readOnly, makesSource = false, selinux, propagation } = mount;
      const bind = { create_host_path: makesSource, selinux, propagation };
      return { type, source, target, read_only: readOnly, bind };
    }
    case 'volume': {
      const { name: source, readOnly, noCopy: nocopy, subpath } = mount;
      const volume = nocopy === undefined && subpath === undefined ? undefined : { nocopy, subpath };
      return { type, source, target, read_only: readOnly, volume };
    }
    case 'tmpfs':
      return { type, target, tmpfs: { size: mount.sizeBytes, mode: octal(mount.mode) } };
    case 'workload':
      return { type, source: mount.source, target };
  }
}

/** A declared volume, as the file spells what it says of it. */
export function writtenVolume({ settings }: NamedVolume): Written {
  if (settings === undefined) return {};
  const { engineName, external, driver, driverOptions, labels } = settings;
  const isSaid = (values: Readonly<Record<string, string>>) =>
    Object.keys(values).length > 0 ? values : undefined;
  return { name: engineName, external, driver, driver_opts: isSaid(driverOptions), labels: isSaid(labels) };
}
