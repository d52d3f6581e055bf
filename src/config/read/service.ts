import type { Service, VolumeSettings } from '../../model/workspace.ts';
import type { Span } from '../source.ts';
import { readBridge } from './bridge.ts';
import { readBuild } from './build.ts';
import { readCapabilities } from './capability.ts';
import { readCommand } from './command.ts';
import type { Content } from './contents.ts';
import { readDebug } from './debug.ts';
import { readDependencies } from './dependency.ts';
import { readDuration } from './duration.ts';
import { readLabelFiles } from './env-files.ts';
import { readEnvironment } from './environment.ts';
import { readEnvironmentSources } from './environment-source.ts';
import { readExtraHosts } from './extra-host.ts';
import { readHealthcheck } from './healthcheck.ts';
import { readHooks } from './hooks.ts';
import { builtImageName, readImage } from './image.ts';
import { readImagePlatform } from './image-platform.ts';
import { impliedDependencies } from './implied-dependency.ts';
import { readLabels } from './labels.ts';
import { readAgreed, readCpus, readMemory } from './limits.ts';
import { linksIn } from './links.ts';
import { readNamespaceSettings } from './namespace.ts';
import { readOutbound } from './outbound.ts';
import { readPlaced } from './placed.ts';
import { readAllPorts } from './port.ts';
import { readProcess } from './process.ts';
import { readPullPolicy } from './pull-policy.ts';
import { booleanIn, items, type Reading, under, type Value } from './reading.ts';
import { readRestart } from './restart.ts';
import { readSettings } from './settings.ts';
import { readStopSignal } from './stop-signal.ts';
import { readTmpfs } from './tmpfs.ts';
import { readUser } from './user.ts';
import { readVolume } from './volume.ts';
import { readOwnDirectory, readWorkingDir } from './working-dir.ts';

/** What a service takes from the rest of its file. */
export interface ServiceSurroundings {
  /** Name of the project. */
  readonly project: string;
  /** Names of all services. */
  readonly services: ReadonlySet<string>;
  /** Names that the links of other services give each service. */
  readonly linkedAs: ReadonlyMap<string, readonly string[]>;
  /** Settings of declared volumes that have any, by name. */
  readonly volumes: ReadonlyMap<string, VolumeSettings>;
  readonly secrets: ReadonlyMap<string, Content>;
  readonly configs: ReadonlyMap<string, Content>;
}

/** Reads one service; one line for each key. */
export async function readService(
  entry: Value & { readonly key: string; readonly keySpan: Span },
  { project, services, linkedAs, volumes, secrets, configs }: ServiceSurroundings,
  reading: Reading,
): Promise<Service> {
  const name = entry.key;
  const at = (key: string) => under(entry, key);
  const build = readBuild(at('build'), secrets, reading);
  const builtName = at('build') === undefined ? '' : builtImageName(project, name);
  const bridges = items(at('bridges')).flatMap((item) => readBridge(item, reading) ?? []);
  const envFrom = readEnvironmentSources(at('env_from'), reading);
  const workload = (bridges[0] ?? envFrom[0])?.target;
  const debug = readDebug(at('debug'), reading);
  const limits = under(under(at('deploy'), 'resources'), 'limits');
  const settings = await readSettings(entry, services, reading);
  const namespace = readNamespaceSettings(entry, { services, linkedAs: linkedAs.get(name) ?? [] }, reading);
  const placed = [
    await readPlaced(at('secrets'), 'secret', secrets, reading),
    await readPlaced(at('configs'), 'config', configs, reading),
  ];
  const service: Service = {
    name,
    process: readProcess(at('process'), at('debug') !== undefined, reading),
    image: readImage(at('image'), reading) ?? builtName,
    build,
    pullPolicy: readPullPolicy(at('pull_policy'), reading),
    platform: readImagePlatform(at('platform'), reading),
    command: readCommand(at('command'), 'filled', reading),
    entrypoint: readCommand(at('entrypoint'), 'maybe empty', reading),
    workingDir:
      at('process') === undefined
        ? readWorkingDir(at('working_dir'), 'the image', reading)
        : readOwnDirectory(at('working_dir'), at('process'), reading),
    user: readUser(at('user'), reading),
    environment: await readEnvironment(at('env_file'), at('environment'), reading),
    envFrom,
    labels: { ...(await readLabelFiles(at('label_file'), reading)), ...readLabels(at('labels'), reading) },
    volumes: [
      ...items(at('volumes')).flatMap((item) => readVolume(item, { workload, volumes }, reading) ?? []),
      ...placed.flatMap(({ mounts }) => mounts),
      ...readTmpfs(at('tmpfs'), reading),
    ],
    ports: namespace.networkMode === undefined ? readAllPorts(at('ports'), reading) : [],
    dependsOn: impliedDependencies(
      readDependencies(at('depends_on'), services, reading),
      { links: linksIn(entry), settings, namespace, at },
      reading,
    ),
    healthcheck: readHealthcheck(at('healthcheck'), reading),
    restart: readRestart(at('restart'), under(at('deploy'), 'restart_policy'), reading),
    stopSignal: readStopSignal(at('stop_signal'), reading),
    stopGraceMs: readDuration(at('stop_grace_period'), '0', reading) ?? (debug === undefined ? 10_000 : 1000),
    hooks: {
      postStart: await readHooks(at('post_start'), reading),
      preStop: await readHooks(at('pre_stop'), reading),
    },
    init: booleanIn(at('init')),
    tty: booleanIn(at('tty')) ?? false,
    stdinOpen: booleanIn(at('stdin_open')) ?? false,
    capAdd: readCapabilities(at('cap_add'), reading),
    extraHosts: readExtraHosts(at('extra_hosts'), reading),
    memoryBytes: readAgreed(at('mem_limit'), under(limits, 'memory'), readMemory, reading),
    cpus: readAgreed(at('cpus'), under(limits, 'cpus'), readCpus, reading),
    settings,
    namespace,
    files: placed.flatMap(({ files }) => files),
    debug,
    outbound: readOutbound(at('outbound'), reading),
    bridges,
  };
  return reading.remember(service, entry, {
    name: { ...entry, span: entry.keySpan },
    image: at('image'),
    pullPolicy: at('pull_policy'),
    restart: at('restart'),
  });
}
