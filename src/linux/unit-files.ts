import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramMount } from '../machine/index.ts';
import type { Healthcheck, PublishedPort } from '../model/workspace.ts';
import type { UnitInfo } from '../runner/index.ts';

/** A unit as its file keeps it, from its making to its removal. */
export interface StoredUnit {
  readonly id: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Id of the network it is in; undefined = it is one. */
  readonly network: string | undefined;
  readonly workingDir: string;
  readonly stopSignal: string;
  readonly healthcheck: Healthcheck | undefined;
  readonly ports: readonly PublishedPort[];
  /** What it sees in place of what this machine has; none of a network. */
  readonly mounts: readonly ProgramMount[];
}

/** What is in a unit's directory, by name. */
export const file = {
  /** A `StoredUnit`. */
  unit: 'unit.json',
  /** What the program is begun with, for a shell; of a network, its gateway. */
  program: 'program.sh',
  /** What its first process does, for a shell. */
  first: 'first.sh',
  /** What a program's first process does before it is one, for a shell. */
  begin: 'begin.sh',
  /** Where mounts are prepared; empty but for the program itself. */
  stage: 'stage',
  /** What the mounts said; empty when all went well. */
  mountsSaid: 'mounts.log',
  /** Process group of a program that has a terminal, as its own namespace counts. */
  group: 'group',
  /** What the kernel said of its first process when it began (proc_pid_stat(5)); absent = it was not started yet. */
  began: 'began',
  /** Made by the first process of a program's namespaces: from then on others can go into them. */
  ready: 'ready',
  /** Exit code of the program; absent = it runs, or was killed with all around it. */
  exit: 'exit',
  /** Ports that are published now, as JSON. */
  ports: 'ports.json',
  /** What the health test says, as JSON. */
  health: 'health.json',
  /** Where the gateway listens for its session. */
  socket: 'gateway.sock',
  /** Pipes of what is written. */
  stdout: 'out',
  stderr: 'err',
  /** Pipe of what a program reads whose input stays open. */
  stdin: 'in',
  /** Pipe of what a network is asked for; it ends with the session that can ask. */
  requests: 'requests',
  log: 'log',
} as const;

/** How a unit's program is now, and was. */
export type UnitState = Pick<UnitInfo, 'exitCode' | 'startedAt' | 'endedAt'> & {
  readonly state: 'created' | 'running' | 'exited';
  /** The process that stands for it, as the system knows it; undefined unless it runs. */
  readonly pid: number | undefined;
};

/** What a killed program's exit code is, as everywhere. */
const KILLED = 137;

/** All units there are, by directory; none where nobody ever made one. Those that are just being removed are left out. */
export function storedUnits(base: string): readonly StoredUnit[] {
  return idsIn(base).flatMap((id) => storedUnit(base, id) ?? []);
}

/** One unit; undefined when it is gone. */
export function storedUnit(base: string, id: string): StoredUnit | undefined {
  return jsonIn<StoredUnit>(join(base, id, file.unit));
}

/** Writes a unit's file; from then on it is there. */
export function storeUnit(base: string, unit: StoredUnit): void {
  writeWhole(join(base, unit.id, file.unit), JSON.stringify(unit));
}

/** How a unit is now. */
export function stateOf(base: string, id: string): UnitState {
  const began = join(base, id, file.began);
  const stat = textIn(began);
  if (stat === undefined)
    return {
      state: 'created',
      pid: undefined,
      exitCode: undefined,
      startedAt: undefined,
      endedAt: undefined,
    };
  const startedAt = writtenAt(began);
  const { pid, ticks } = identityIn(stat);
  const exit = textIn(join(base, id, file.exit));
  // A program that has told its end may still be on its way out.
  if (exit === undefined && isThere(pid, ticks))
    return { state: 'running', pid, exitCode: undefined, startedAt, endedAt: undefined };
  const endedAt = exit === undefined ? startedAt : writtenAt(join(base, id, file.exit));
  const exitCode = exit === undefined ? KILLED : Number(exit);
  return { state: 'exited', pid: undefined, exitCode, startedAt, endedAt };
}

/** The value of a JSON file; undefined where there is none. */
export function jsonIn<T>(path: string): T | undefined {
  try {
    // Nobody but this user can write there.
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Writes a file so that whoever reads it finds the old one or the new one, whole; only this user may read it. */
export function writeWhole(path: string, content: string): void {
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

/** Forgets how the unit of a directory last ran. */
export function forgetRun(directory: string): void {
  for (const name of [file.began, file.ready, file.exit, file.health, file.group, file.mountsSaid])
    rmSync(join(directory, name), { force: true });
}

/** The process behind what the kernel said of it: its number, and the tick in which it began, which no later one has. */
function identityIn(stat: string): { readonly pid: number; readonly ticks: string } {
  // The name of the program, in brackets, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(stat.slice(0, stat.indexOf(' '))), ticks: fields[19] ?? '' };
}

function isThere(pid: number, ticks: string): boolean {
  const stat = textIn(`/proc/${pid}/stat`);
  return stat !== undefined && identityIn(stat).ticks === ticks && !/\) [ZX] /.test(stat);
}

function idsIn(base: string): readonly string[] {
  return existsSync(base) ? readdirSync(base) : [];
}

function textIn(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

function writtenAt(path: string): number | undefined {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return undefined;
  }
}
