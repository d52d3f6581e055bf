import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type { ErrorFacts } from '../common/errors.ts';
import type { Machine, MachineNetworkSpec, ProgramNeeds, ProgramSpec } from '../machine/index.ts';
import { label } from '../model/labels.ts';
import type {
  ExecSpec,
  ExecStreams,
  LogLine,
  LogOptions,
  RunStreams,
  UnitEvent,
  UnitInfo,
  UnitSummary,
} from '../runner/index.ts';
import { refuseLongSocketPath } from '../runtime-directory/index.ts';
import { beginNetwork, beginProgram } from './begin.ts';
import { dial } from './dial.ts';
import { end } from './end.ts';
import { execIn } from './exec.ts';
import { failed } from './failed.ts';
import { followHealth, type Health } from './health.ts';
import { Holdings } from './holdings.ts';
import { programObstacleHere } from './mounts-here.ts';
import { firstProcessOf, type Ways, waysOf } from './namespaces.ts';
import { networkFiles } from './network-files.ts';
import { obstacleHere } from './obstacle.ts';
import { linesOfLog } from './output.ts';
import { isFree } from './port-free.ts';
import { runIn } from './run.ts';
import { commandScript, HOLD_SCRIPT, NETWORK_SCRIPT, programScript } from './scripts.ts';
import { file, forgetRun, type StoredUnit, writeWhole } from './unit-files.ts';
import { Units } from './units.ts';
import { watchUnits } from './watch.ts';

/** What programs of this machine are kept with. */
export interface LinuxMachineOptions {
  /** This user's private directory, in which that of each unit lies. */
  readonly runtimeDirectory: string;
  /** Absolute path of the gateway's program. */
  readonly gateway: string;
  /** Variables that every program has beneath its own: this user's. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Opens this machine as what keeps programs. Nothing is made before something is asked for. */
export function linuxMachine(options: LinuxMachineOptions): Machine {
  return new LinuxMachine(options);
}

const PIPES = [file.stdout, file.stderr];

/** Where Debian and others have what only administrators run. */
const SYSTEM_PROGRAMS = '/usr/sbin:/sbin';

class LinuxMachine implements Machine {
  readonly #gateway: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #ways: Ways = waysOf(process.getuid?.() ?? 0);
  readonly #units: Units;
  readonly #holdings: Holdings;

  constructor({ runtimeDirectory, gateway, environment }: LinuxMachineOptions) {
    this.#gateway = gateway;
    this.#environment = Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    );
    this.#units = new Units(join(runtimeDirectory, 'u'));
    this.#holdings = new Holdings(this.#units);
  }

  obstacle() {
    return obstacleHere(this.#ways, this.#gateway);
  }

  async hold(session: string): Promise<void> {
    for (const unit of this.#units.all()) {
      if (unit.labels[label.session] !== session) continue;
      await this.#holdings.takeOver(unit, this.#units.info(unit).publishedPorts);
      this.#testHealth(unit);
    }
  }

  letGo(): void {
    this.#holdings.letGo();
  }

  programObstacle(program: ProgramNeeds): ErrorFacts | undefined {
    return programObstacleHere(program, this.#units.path(''));
  }

  createNetwork(spec: MachineNetworkSpec) {
    const { name, labels, environment: environmentAt, ports, directories = [] } = spec;
    return this.#units.create(name, (id) => {
      const socketPath = this.#units.path(id, file.socket);
      refuseLongSocketPath(socketPath);
      const environment = environmentAt(socketPath);
      const variables = { ...environment, PATH: `${this.#environment['PATH'] ?? ''}:${SYSTEM_PROGRAMS}` };
      const files = {
        ...networkFiles({ ...spec, directories }),
        [file.first]: NETWORK_SCRIPT,
        [file.program]: commandScript([process.execPath, this.#gateway], variables, '/'),
      };
      const own = { network: undefined, stopSignal: 'SIGTERM', healthcheck: undefined, mounts: [] };
      const unit = { labels, environment, ports, workingDir: this.#units.path(id), ...own };
      return { unit, files, directories, pipes: [...PIPES, file.requests] };
    });
  }

  async createProgram({
    name,
    network: networkName,
    command,
    attached,
    tty = false,
    stdinOpen = false,
    mounts = [],
    ...spec
  }: ProgramSpec): Promise<string> {
    const network = this.#units.find(networkName).id;
    const variables = { ...(tty ? { TERM: 'xterm' } : {}), ...this.#environment, ...spec.environment };
    const files = {
      [file.first]: attached === true ? HOLD_SCRIPT : programScript({ tty, stdinOpen }),
      [file.program]: commandScript(command, variables, spec.workingDir),
    };
    const id = await this.#units.create(name, () => ({
      unit: { ...spec, network, mounts, ports: [] },
      files,
      directories: [file.stage],
      pipes: [...PIPES, ...(tty || stdinOpen ? [file.stdin] : [])],
    }));
    if (attached === true) await this.#startAttached(id);
    return id;
  }

  /** Whoever runs it may be another process, which cannot ask its network. */
  async #startAttached(id: string): Promise<void> {
    try {
      await this.startUnit(id);
    } catch (error) {
      await this.removeUnit(id);
      throw error;
    }
  }

  async startUnit(nameOrId: string): Promise<void> {
    const unit = this.#units.find(nameOrId);
    const { id, network, ports } = unit;
    if (this.#units.state(id).state === 'running') return;
    forgetRun(this.#units.path(id));
    this.#holdings.take(unit);
    if (network !== undefined) {
      await beginProgram(unit, this.#units, this.#holdings.requestsOf(network), this);
      return this.#testHealth(unit);
    }
    await this.#holdings.publish(id, ports);
    await beginNetwork(unit, this.#units, this.#ways, this);
  }

  /** For as long as this run of it lasts and this process holds it. */
  #testHealth({ id, healthcheck }: StoredUnit): void {
    if (healthcheck?.kind !== 'test') return;
    const { startedAt } = this.#units.state(id);
    const over = this.#holdings.runOf(id);
    const isOver = () => {
      const now = this.#units.state(id);
      return now.state !== 'running' || now.startedAt !== startedAt;
    };
    const tell = (health: Health) => {
      if (over.signal.aborted) return;
      if (isOver()) over.abort();
      else writeWhole(this.#units.path(id, file.health), JSON.stringify(health));
    };
    void followHealth(healthcheck, (...exec) => this.exec(id, ...exec), tell, over.signal);
  }

  async stopUnit(nameOrId: string, graceMs: number): Promise<void> {
    const unit = this.#units.seek(nameOrId);
    if (unit !== undefined) await end(unit, this.#units, graceMs);
  }

  async restartUnit(nameOrId: string, graceMs: number): Promise<void> {
    const { id } = this.#units.find(nameOrId);
    await this.stopUnit(id, graceMs);
    await this.startUnit(id);
  }

  async removeUnit(nameOrId: string): Promise<void> {
    const unit = this.#units.seek(nameOrId);
    if (unit === undefined) return;
    await end(unit, this.#units, 0);
    this.#holdings.forget(unit.id);
    rmSync(this.#units.path(unit.id), { recursive: true, force: true });
  }

  async listUnits(labels: Readonly<Record<string, string>>): Promise<readonly UnitSummary[]> {
    return this.#units
      .all()
      .filter((unit) => Object.entries(labels).every(([name, value]) => unit.labels[name] === value))
      .map((unit) => this.#units.info(unit))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async findUnit(nameOrId: string): Promise<UnitInfo | undefined> {
    const unit = this.#units.seek(nameOrId);
    return unit === undefined ? undefined : this.#units.info(unit);
  }

  watchUnits(signal: AbortSignal): AsyncIterable<UnitEvent> {
    return watchUnits(() => this.#units.all().map((unit) => this.#units.info(unit)), signal);
  }

  async *unitLogs(nameOrId: string, options: LogOptions, signal?: AbortSignal): AsyncGenerator<LogLine> {
    const { id } = this.#units.find(nameOrId);
    const hasEnded = () => this.#units.state(id).state !== 'running';
    yield* linesOfLog(this.#units.path(id), options, hasEnded, signal);
  }

  async exec(nameOrId: string, spec: ExecSpec, streams: ExecStreams, signal?: AbortSignal): Promise<number> {
    const unit = this.#units.find(nameOrId);
    const { pid } = this.#units.state(unit.id);
    const first = pid === undefined || unit.network === undefined ? pid : firstProcessOf(pid);
    if (first === undefined) throw failed(`${unit.name} does not run`);
    const environment = { ...this.#environment, ...unit.environment, ...spec.environment };
    const workingDir = spec.workingDir ?? unit.workingDir;
    return execIn(this.#ways.enter(first), { ...spec, environment, workingDir }, streams, signal);
  }

  async runUnit(nameOrId: string, streams: RunStreams): Promise<number> {
    const unit = this.#units.find(nameOrId);
    const { pid } = this.#units.state(unit.id);
    const first = pid === undefined ? undefined : firstProcessOf(pid);
    if (first === undefined) throw failed(`${unit.name} does not run`);
    return runIn([...this.#ways.enter(first), 'sh', this.#units.path(unit.id, file.program)], streams);
  }

  dialSocket(_unit: string, socketPath: string, signal?: AbortSignal): Promise<Duplex> {
    return dial(socketPath, signal);
  }

  isPortFree = isFree;

  async publishing() {
    return { isHere: true, seesLoopback: true };
  }
}
