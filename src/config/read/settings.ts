import type { ContainerSettings, SharedNamespace } from '../../model/container-settings.ts';
import { parseDurationText } from '../duration-text.ts';
import { isFault } from '../fault.ts';
import { readByteSize } from './byte-size.ts';
import { readCapabilities } from './capability.ts';
import { readDeviceRequests, readDevices, readUlimits } from './devices.ts';
import { readAgreed } from './limits.ts';
import {
  booleanIn,
  integerIn,
  type Reading,
  reportFault,
  stringIn,
  textIn,
  under,
  type Value,
} from './reading.ts';
import { readSecurityOptions } from './security-options.ts';
import { readSysctls } from './sysctls.ts';
import { textsIn } from './texts.ts';
import { readMountsOf } from './volumes-from.ts';

/** Reads what a container gets of kernel and engine beyond the ordinary; a key of the service wins over `deploy`, and may not say otherwise. */
export async function readSettings(
  service: Value,
  services: ReadonlySet<string>,
  reading: Reading,
): Promise<ContainerSettings> {
  const at = (key: string) => under(service, key);
  const resources = under(at('deploy'), 'resources');
  const reservations = under(resources, 'reservations');
  return {
    capDrop: readCapabilities(at('cap_drop'), reading),
    privileged: booleanIn(at('privileged')) ?? false,
    securityOptions: await readSecurityOptions(at('security_opt'), reading),
    readOnly: booleanIn(at('read_only')) ?? false,
    devices: readDevices(at('devices'), reading),
    deviceRules: textsIn(at('device_cgroup_rules')),
    deviceRequests: [
      ...readDeviceRequests(at('gpus'), reading),
      ...readDeviceRequests(under(reservations, 'devices'), reading),
    ],
    groups: textsIn(at('group_add')),
    ulimits: readUlimits(at('ulimits'), reading),
    sysctls: readSysctls(at('sysctls'), 'other', reading),
    shmBytes: readByteSize(at('shm_size'), reading),
    pid: readNamespace(at('pid'), services, reading),
    ipc: readNamespace(at('ipc'), services, reading),
    userNamespace: stringIn(at('userns_mode')),
    cgroupNamespace: stringIn(at('cgroup')),
    cgroupParent: stringIn(at('cgroup_parent')),
    runtime: stringIn(at('runtime')),
    memoryReservationBytes: readAgreed(
      at('mem_reservation'),
      under(reservations, 'memory'),
      readByteSize,
      reading,
    ),
    memorySwapBytes: readSwap(at('memswap_limit'), reading),
    swappiness: integerIn(at('mem_swappiness')),
    cpuShares: integerIn(at('cpu_shares')),
    cpuPeriodUs: readMicroseconds(at('cpu_period'), reading),
    cpuQuotaUs: readMicroseconds(at('cpu_quota'), reading),
    cpuset: stringIn(at('cpuset')),
    pidsLimit: readAgreed(at('pids_limit'), under(under(resources, 'limits'), 'pids'), integerIn, reading),
    oomKillDisable: booleanIn(at('oom_kill_disable')) ?? false,
    oomScoreAdj: integerIn(at('oom_score_adj')),
    volumesFrom: readMountsOf(at('volumes_from')),
  };
}

/** Reads whose namespace it is; undefined when nothing is said. */
function readNamespace(
  value: Value | undefined,
  services: ReadonlySet<string>,
  reading: Reading,
): SharedNamespace | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined || text === '') return undefined;
  const [kind = '', ...rest] = text.split(':');
  const name = rest.join(':');
  if (kind === 'host' || kind === 'private' || kind === 'shareable' || kind === 'none') return { kind };
  if (kind === 'container') return { kind, name };
  if (kind !== 'service') return undefined;
  if (!services.has(name)) {
    const message = `there is no service ${JSON.stringify(name)}`;
    reading.report(value, {
      code: 'unknown-service',
      message,
      hint: `name one of ${[...services].join(', ')}`,
    });
  }
  return { kind, name };
}

function readSwap(value: Value | undefined, reading: Reading): number | undefined {
  return textIn(value) === '-1' ? -1 : readByteSize(value, reading);
}

/** A whole number is microseconds, a text a duration. */
function readMicroseconds(value: Value | undefined, reading: Reading): number | undefined {
  const text = textIn(value);
  if (value === undefined || text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  const duration = parseDurationText(text);
  if (!isFault(duration)) return Math.round(duration.ms * 1000);
  reportFault(reading, value, duration);
  return undefined;
}
