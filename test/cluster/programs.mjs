// Long-running programs of the cluster: started detached with a log each, remembered by pid and time of start, so that
// exactly they are ended later, whoever asks.
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { LOGS, PROGRAMS, STATE } from './paths.mjs';

const REGISTER = join(STATE, 'programs.json');
const END_MS = 15_000;

/** @typedef {{ name: string, pid: number, startTime: string }} Started */

/** @param {string} name @param {readonly string[]} words */
export function start(name, words) {
  const log = openSync(join(LOGS, `${name}.log`), 'a');
  const path = `${PROGRAMS}:${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  const child = spawn(name, words, {
    cwd: STATE,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, PATH: path },
  });
  if (child.pid === undefined) throw new Error(`${name} cannot be started; is it in PATH?`);
  child.unref();
  const startTime = startTimeOf(child.pid) ?? '';
  writeFileSync(REGISTER, JSON.stringify([...registered(), { name, pid: child.pid, startTime }]));
}

/** Programs of this cluster that run now, in the order they were started. */
export function running() {
  return registered().filter(isRunning);
}

/** Programs that were started and have ended since, with the end of what they said. */
export function ended() {
  return registered()
    .filter((program) => !isRunning(program))
    .map(({ name }) => ({ name, evidence: lastLines(join(LOGS, `${name}.log`)) }));
}

/** Ends a program by its name. Nothing happens when it does not run. @param {string} name */
export async function stop(name) {
  const program = running().find((one) => one.name === name);
  if (program === undefined) return;
  process.kill(program.pid, 'SIGTERM');
  const deadline = performance.now() + END_MS;
  while (isRunning(program) && performance.now() < deadline) await pause(20);
  if (isRunning(program)) process.kill(program.pid, 'SIGKILL');
  while (isRunning(program)) await pause(20);
}

/**
 * Lets one of them run no further, so that it neither answers nor refuses, until what is returned is disposed.
 * @param {string} name
 * @returns {Disposable}
 */
export function freeze(name) {
  const program = running().find((one) => one.name === name);
  if (program === undefined) throw new Error(`${name} does not run`);
  process.kill(program.pid, 'SIGSTOP');
  return { [Symbol.dispose]: () => void process.kill(program.pid, 'SIGCONT') };
}

/** Ends all of them, the last one first. */
export async function stopAll() {
  for (const { name } of running().reverse()) await stop(name);
}

/** @returns {Started[]} */
function registered() {
  return existsSync(REGISTER) ? JSON.parse(readFileSync(REGISTER, 'utf8')) : [];
}

/** Not somebody else who got the number since. @param {Started} program */
function isRunning({ pid, startTime }) {
  return startTimeOf(pid) === startTime;
}

/** In ticks since the boot; undefined when there is no such process, or only its remains. @param {number} pid */
function startTimeOf(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** @param {string} file */
function lastLines(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n') : '';
}
