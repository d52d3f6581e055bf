import { posix } from 'node:path';

/** A mapping as one of both prints it. */
type Printed = Readonly<Record<string, unknown>>;

/** What may stand at the top level of what both print. */
export interface PrintedFile {
  readonly services: Readonly<Record<string, Printed>>;
  readonly volumes?: Readonly<Record<string, Printed | null>>;
  readonly secrets?: Readonly<Record<string, Printed>>;
  readonly configs?: Readonly<Record<string, Printed>>;
}

/** Single values by where they stand: `services.web.ports.80/tcp.published`. */
export type Values = ReadonlyMap<string, unknown>;

/**
 * What a file comes to, value by value, in one spelling: a size is a number of bytes, a time one of milliseconds, a list of
 * named things is known by their names, and what is the default is as if nobody had said it. `variables` are what
 * secrets and configs are taken from.
 */
export function canonical(file: PrintedFile, variables: Readonly<Record<string, string>>): Values {
  const found = new Map<string, unknown>();
  for (const [name, service] of Object.entries(file.services))
    gather(found, ['services', name.replaceAll('.', '_')], canonicalService(service, file, variables));
  // Compose does not print a volume that no service mounts.
  for (const [name, volume] of Object.entries(file.volumes ?? {}))
    if (isMounted(name, file))
      gather(found, ['volumes', name], { ...withoutUsual(volume ?? {}), declared: true });
  return found;
}

function isMounted(volume: string, { services }: PrintedFile): boolean {
  const mounts = Object.values(services).flatMap((service) => listOf(service['volumes']));
  return mounts.some(({ type, source }) => type === 'volume' && source === volume);
}

function withoutUsual({ driver, external, ...volume }: Printed): Printed {
  return {
    ...volume,
    ...(driver === 'local' ? {} : { driver }),
    ...(external === true ? { external } : {}),
  };
}

function gather(found: Map<string, unknown>, path: readonly string[], value: unknown): void {
  if (value === undefined || value === null) return;
  if (typeof value !== 'object') {
    found.set(path.join('.'), value);
    return;
  }
  for (const [key, one] of Object.entries(value)) gather(found, [...path, key], one);
}

function canonicalService(service: Printed, file: PrintedFile, variables: Readonly<Record<string, string>>) {
  const { deploy, ...own } = service;
  const placed = (noun: 'secrets' | 'configs', folder: string) =>
    placedFiles(listOf(service[noun]), file[noun] ?? {}, folder, variables);
  const secrets = placed('secrets', '/run/secrets');
  const configs = placed('configs', '/');
  const mounts = [...listOf(service['volumes']), ...secrets.mounts, ...configs.mounts].map(canonicalMount);
  const named: Printed = {
    ...ofDeploy(mappingOf(deploy)),
    ...own,
    ports: byName(listOf(own['ports']), portName),
    volumes: byName(mounts, ({ target }) => String(target)),
    devices: byName(listOf(own['devices']), ({ target }) => String(target)),
    secrets: secrets.files,
    configs: configs.files,
    build: ofBuild(mappingOf(own['build']), file, variables),
    // An empty entrypoint takes the image's away, an empty command does not.
    command: textOfList(own['command'], 'nothing'),
    entrypoint: textOfList(own['entrypoint'], '[]'),
    healthcheck: ofHealthcheck(mappingOf(own['healthcheck'])),
    gpus: canonicalDevices(own['gpus'], mappingOf(deploy)),
    depends_on: mapValues(own['depends_on'] ?? {}, (one) => ({ restart: false, ...mappingOf(one) })),
    extra_hosts: [...textsOf(own['extra_hosts'])].sort(),
    cap_add: textsOf(own['cap_add']).map(capability),
    cap_drop: textsOf(own['cap_drop']).map(capability),
    security_opt: textsOf(own['security_opt']).map((text) => text.replace(/^([a-z-]+):/, '$1=')),
    volumes_from: textsOf(own['volumes_from']).map((text) => text.replace(/:rw$/, '')),
    // What stands in them is among the labels.
    label_file: undefined,
  };
  return Object.fromEntries(
    Object.entries(named).flatMap(([key, value]) => {
      const spelled = spell(key, value);
      return isDefault(key, spelled) ? [] : [[key, spelled]];
    }),
  );
}

function canonicalMount({ read_only = false, source, bind, ...mount }: Printed): Printed {
  const plain = typeof source === 'string' && source.length > 1 ? source.replace(/\/$/, '') : source;
  // What is not there is made unless the file says otherwise.
  const made = mount['type'] === 'bind' ? { create_host_path: true, ...mappingOf(bind) } : bind;
  return { ...mount, source: plain, read_only, bind: made };
}

/** Devices without capabilities are graphics processors. */
function canonicalDevices(gpus: unknown, deploy: Printed | undefined): readonly Printed[] {
  const reserved = mappingOf(mappingOf(deploy?.['resources'])?.['reservations'])?.['devices'];
  return listOf(gpus ?? reserved).map(({ capabilities = ['gpu'], count, options, ...device }) => ({
    ...device,
    capabilities,
    count: count === 'all' ? -1 : count,
    options: mapValues(options ?? {}, String),
  }));
}

/** With the times that the engine takes where none are given, as there is a test. */
function ofHealthcheck(healthcheck: Printed | undefined): Printed | undefined {
  const [first] = textsOf(healthcheck?.['test']);
  if (healthcheck?.['disable'] === true || first === 'NONE') return { disable: true };
  if (first === undefined) return healthcheck;
  const times = { interval: '30s', timeout: '30s', retries: 3, start_period: '0s', start_interval: '5s' };
  return { ...times, ...healthcheck };
}

function capability(text: string): string {
  return text.toUpperCase().replace(/^CAP_/, '');
}

/** What says the same as keys of the service itself. */
function ofDeploy(deploy: Printed | undefined): Printed {
  if (deploy === undefined) return {};
  const { resources, restart_policy, ...others } = deploy;
  const { limits, reservations, ...restOfResources } = mappingOf(resources) ?? {};
  const { cpus, memory, pids, ...restOfLimits } = mappingOf(limits) ?? {};
  const { memory: kept, devices: _, ...restOfReservations } = mappingOf(reservations) ?? {};
  const policy = mappingOf(restart_policy);
  return {
    cpus,
    mem_limit: memory,
    pids_limit: pids,
    mem_reservation: kept,
    restart: policy === undefined ? undefined : ofPolicy(policy),
    deploy: {
      ...others,
      resources: { ...restOfResources, limits: restOfLimits, reservations: restOfReservations },
      restart_policy: { delay: policy?.['delay'], window: policy?.['window'] },
    },
  };
}

function ofPolicy({ condition = 'any', max_attempts }: Printed): string {
  if (condition === 'none') return 'no';
  if (condition !== 'on-failure') return 'unless-stopped';
  return max_attempts === undefined ? 'on-failure' : `on-failure:${max_attempts}`;
}

function ofBuild(build: Printed | undefined, file: PrintedFile, variables: Readonly<Record<string, string>>) {
  if (build === undefined) return undefined;
  const { context, dockerfile, secrets, ...others } = build;
  const isHere = typeof context === 'string' && context.startsWith('/');
  return {
    ...others,
    context,
    dockerfile: isHere && typeof dockerfile === 'string' ? posix.resolve(context, dockerfile) : dockerfile,
    secrets: byName(
      listOf(secrets).map(({ source, target = source }) => ({
        target,
        ...contentOf(file.secrets?.[String(source)], variables),
      })),
      ({ target }) => String(target),
    ),
  };
}

/** Files behind secrets or configs; those that are only mounted are mounts, as Compose itself has them. */
function placedFiles(
  all: readonly Printed[],
  declared: Readonly<Record<string, Printed>>,
  folder: string,
  variables: Readonly<Record<string, string>>,
) {
  const files: Record<string, Printed> = {};
  const mounts: Printed[] = [];
  for (const { source, target = source, uid, gid, mode } of all) {
    const path = posix.resolve(folder, String(target));
    const content = contentOf(declared[String(source)], variables);
    const rights = { uid: Number(uid ?? 0), gid: Number(gid ?? 0), mode: mode ?? '444' };
    const isMounted = 'file' in content && uid === undefined && gid === undefined && mode === undefined;
    const bind = { create_host_path: false };
    if (isMounted) mounts.push({ type: 'bind', source: content.file, target: path, read_only: true, bind });
    else files[path] = { ...content, ...rights };
  }
  return { files, mounts };
}

function contentOf(declared: Printed | undefined, variables: Readonly<Record<string, string>>) {
  if (declared?.['file'] !== undefined) return { file: declared['file'] };
  if (declared?.['environment'] === undefined) return { content: declared?.['content'] };
  return { content: variables[String(declared['environment'])] };
}

function portName({ host_ip, published, target, protocol }: Printed): string {
  return `${target}/${String(protocol ?? 'tcp').toLowerCase()} ${host_ip === undefined || host_ip === '127.0.0.1' ? '' : host_ip}:${published ?? ''}`;
}

/** A list by the names of its items; of several of one name, later ones are numbered. */
function byName(
  all: readonly Printed[],
  nameOf: (item: Printed) => string,
): Readonly<Record<string, Printed>> {
  const named: Record<string, Printed> = {};
  for (const item of all) {
    const name = nameOf(item).replaceAll('.', '_');
    named[name in named ? `${name} ${Object.keys(named).length}` : name] = item;
  }
  return named;
}

const SIZES = ['mem_limit', 'mem_reservation', 'memswap_limit', 'shm_size', 'size'];
const TIMES = ['stop_grace_period', 'interval', 'timeout', 'start_period', 'start_interval'];
const NUMBERS = ['published', 'target', 'cpus', 'shm_size'];

function spell(key: string, value: unknown): unknown {
  if (value === null || value === undefined) return undefined;
  if (key === 'ulimits')
    return mapValues(value, (one) => (typeof one === 'object' ? one : { soft: one, hard: one }));
  if (key === 'environment' || key === 'labels' || key === 'args' || key === 'sysctls') return value;
  if (Array.isArray(value)) return value.map((item) => spell('', item));
  if (typeof value === 'object') return mapEntries(value as Printed, spell);
  if (SIZES.includes(key)) return Number(value);
  if (TIMES.includes(key)) return milliseconds(String(value));
  if (NUMBERS.includes(key) && /^\d+(\.\d+)?$/.test(String(value))) return Number(value);
  if (key === 'mode' && typeof value === 'string' && /^0?o?[0-7]+$/.test(value))
    return Number.parseInt(value.replace('o', ''), 8);
  if (key === 'protocol') return String(value).toLowerCase();
  if (key === 'restart') return String(value).replace(/:0$/, '');
  return value;
}

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  µs: 1e-3,
  us: 1e-3,
  ns: 1e-6,
};

function milliseconds(text: string): number {
  const parts = [...text.matchAll(/([\d.]+)(h|ms|µs|us|ns|m|s)/g)];
  return parts.reduce((sum, [, number, unit = '']) => sum + Number(number) * (UNITS[unit] ?? Number.NaN), 0);
}

/** What a service has that says nothing. */
const DEFAULTS: Printed = {
  restart: 'no',
  pull_policy: 'missing',
  stop_grace_period: 10_000,
  tty: false,
  stdin_open: false,
  privileged: false,
  read_only: false,
  oom_kill_disable: false,
};

function isDefault(key: string, value: unknown): boolean {
  return value === undefined || DEFAULTS[key] === value;
}

function mapEntries(value: Printed, change: (key: string, value: unknown) => unknown): Printed {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(key, one)]));
}

function mapValues(value: unknown, change: (value: unknown) => unknown): Printed {
  return mapEntries(value as Printed, (_, one) => change(one));
}

function listOf(value: unknown): readonly Printed[] {
  return Array.isArray(value) ? value : [];
}

function mappingOf(value: unknown): Printed | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Printed)
    : undefined;
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value : [];
}

function textOfList(value: unknown, empty: '[]' | 'nothing'): string | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.length === 0 && empty === 'nothing' ? undefined : JSON.stringify(value);
}
