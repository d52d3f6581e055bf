import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { vi as vitest } from 'vitest';
import { linuxMachine } from '../../../src/linux/index.ts';
import type { Machine, ProgramSpec } from '../../../src/machine/index.ts';
import { label } from '../../../src/model/labels.ts';

/** A busy machine takes its time. */
export const vi = { waitFor: <T>(look: () => T | Promise<T>) => vitest.waitFor(look, 8000) };

const gateway = join(import.meta.dirname, 'stub-gateway.mjs');

/** Those of a session. */
export const labels = { [label.project]: 'shop', [label.session]: 's1' };

/** This machine, with a stub for a gateway. */
export function machineIn(runtimeDirectory: string): Machine {
  return linuxMachine({ runtimeDirectory, gateway, environment: { PATH: process.env.PATH, MINE: 'yes' } });
}

/** What keeps this machine from having programs; undefined = nothing. */
export const obstacle = await machineIn('/nowhere').obstacle();

/** A program in the network `net`, but for its command. */
export const A_PROGRAM: Omit<ProgramSpec, 'command'> = {
  name: 'app',
  labels,
  environment: { OURS: "it's" },
  workingDir: '/tmp',
  network: 'net',
  stopSignal: 'SIGTERM',
  healthcheck: undefined,
};

/** This machine with a network `net` and a program `app` for a test, in a directory of its own. */
export class TestMachine {
  readonly directory = mkdtempSync(join(tmpdir(), 'dm-'));
  readonly machine = machineIn(this.directory);

  async aNetwork(): Promise<string> {
    const id = await this.machine.createNetwork({
      name: 'net',
      labels,
      environment: (socketPath) => ({ DEVENV_SOCKET: socketPath }),
      guard: 'add table inet devenv-guard',
      ports: [],
      extraHosts: [{ name: 'db.test', address: '192.0.2.7' }],
      directories: ['files/0'],
    });
    await this.machine.startUnit(id);
    return id;
  }

  async aProgram(script: string, more: Partial<ProgramSpec> = {}): Promise<string> {
    const id = await this.machine.createProgram({ ...A_PROGRAM, command: ['sh', '-c', script], ...more });
    await this.machine.startUnit(id);
    return id;
  }

  /** Until a program has ended. */
  async ended(id: string): Promise<void> {
    await vi.waitFor(async () => {
      if ((await this.machine.findUnit(id))?.state !== 'exited') throw new Error(`${id} has not ended`);
    });
  }

  /** Its log, each line after its stream. */
  async linesOf(id: string): Promise<readonly string[]> {
    const lines: string[] = [];
    for await (const { stream, line } of this.machine.unitLogs(id, { follow: false }))
      lines.push(`${stream}: ${line}`);
    return lines;
  }

  /** What a command says that runs where a unit is. */
  async said(id: string, command: readonly string[]): Promise<string> {
    const output = new PassThrough();
    const all = text(output);
    const streams = { input: undefined, output, errors: output };
    await this.machine
      .exec(id, { command, environment: {}, tty: false }, streams)
      .finally(() => output.end());
    return (await all).trim();
  }

  /** Removes all of it. */
  async dispose(): Promise<void> {
    for (const { id, networkMode } of await this.machine.listUnits({}))
      if (networkMode !== 'none') await this.machine.removeUnit(id);
    for (const { id } of await this.machine.listUnits({})) await this.machine.removeUnit(id);
    rmSync(this.directory, { recursive: true });
  }
}
