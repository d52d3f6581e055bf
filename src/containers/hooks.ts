import { unlessAborted, withDeadline } from '../common/deadline.ts';
import { cancelled, DevenvError, errorFacts, messageOf } from '../common/errors.ts';
import { maskedError, valueMask } from '../common/secrets/known-values.ts';
import type { Reporter } from '../model/event.ts';
import type { Hook } from '../model/hook.ts';
import { label } from '../model/labels.ts';
import type { Service } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';
import { lastLines, type UnitSummary } from '../runner/index.ts';
import { HookOutput } from './hook-output.ts';
import { named } from './named-error.ts';

/** What hooks run with. */
export interface HookContext {
  readonly runner: Runner;
  readonly report: Reporter;
}

/**
 * Runs what a service wants done in its container when that has started, one after the other; what they write are lines
 * of the service. Errors: `container-failed` with the last lines of the hook that failed; `program-not-found` and
 * `program-not-executable`; `cancelled` when `signal` aborts.
 */
export async function runPostStart(
  { name, hooks }: Pick<Service, 'name' | 'hooks'>,
  containerId: string,
  context: HookContext,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, hook] of hooks.postStart.entries()) {
    const title = titleOf('post_start', hook, index, hooks.postStart.length);
    try {
      await run(hook, title, { id: containerId, service: name }, context, signal);
    } catch (error) {
      if (signal.aborted) throw cancelled(title);
      const ended = await whyItEnded(context.runner, containerId, title);
      throw maskedError(named(ended ?? asError(error, title), name), maskOf(hook));
    }
  }
}

/** How long the hooks before a stop may take together at least, milliseconds: a service may want no grace for itself. */
const LEAST_PRE_STOP_MS = 10_000;

/**
 * Runs what a service wants done in its container before that is stopped, as its label says; nothing where it does not
 * run. A failure is told, and what takes longer than the grace of the container, or 10 s, is left. Never rejects.
 */
export async function runPreStop(
  { id, labels, state }: Pick<UnitSummary, 'id' | 'labels' | 'state'>,
  context: HookContext,
): Promise<void> {
  const hooks = hooksIn(labels[label.preStop]);
  if (state !== 'running' || hooks.length === 0) return;
  const service = labels[label.service] ?? '';
  const ms = Math.max(Number(labels[label.stopGrace] ?? 0), LEAST_PRE_STOP_MS);
  const begun = performance.now();
  for (const [index, hook] of hooks.entries()) {
    const title = titleOf('pre_stop', hook, index, hooks.length);
    const left = Math.max(0, ms - (performance.now() - begun));
    try {
      await withDeadline({ name: title, ms: left }, undefined, (signal) =>
        run(hook, title, { id, service }, context, signal),
      );
    } catch (error) {
      const isLate = error instanceof DevenvError && error.code === 'deadline-passed';
      const why = isLate
        ? `${title} is not over after ${ms / 1000} s`
        : errorFacts(asError(error, title)).message;
      const message = `service ${service}: ${maskOf(hook)(why)}; it is stopped all the same`;
      context.report({ type: 'warning', message });
      if (isLate) return;
    }
  }
}

/** The label with which a container tells what runs in it before it is stopped. */
export function preStopLabel({ hooks }: Pick<Service, 'hooks'>): Readonly<Record<string, string>> {
  return hooks.preStop.length === 0 ? {} : { [label.preStop]: JSON.stringify(hooks.preStop) };
}

async function run(
  { command, environment, user, privileged, workingDir }: Hook,
  title: string,
  { id, service }: { readonly id: string; readonly service: string },
  { runner, report }: HookContext,
  signal: AbortSignal,
): Promise<void> {
  const output = new HookOutput(service, report);
  const spec = { command, environment, user, privileged, workingDir, tty: false };
  const running = runner.exec(id, spec, { input: undefined, ...output.streams }, signal);
  const code = await unlessAborted(title, signal, running);
  output.end();
  if (code === 0) return;
  throw new DevenvError({
    code: 'container-failed',
    message: `${title} ended with exit code ${code}`,
    evidence: output.last,
    evidenceIs: 'output',
    hint: 'mend it and save the file, or run `devenv up` again',
    owner: 'user',
  });
}

/** The container has ended meanwhile: that is what went wrong first. */
async function whyItEnded(runner: Runner, id: string, title: string): Promise<DevenvError | undefined> {
  const found = await runner.findUnit(id).catch(() => undefined);
  if (found?.state !== 'exited' && found?.state !== 'dead') return undefined;
  return new DevenvError({
    code: 'container-failed',
    message: `it ended with exit code ${found.exitCode ?? 'unknown'} before ${title} was over`,
    evidence: await lastLines(runner, id),
    evidenceIs: 'output',
    hint: 'a service whose program ends by itself has no use for hooks',
    owner: 'user',
  });
}

function asError(error: unknown, title: string): DevenvError {
  if (!(error instanceof DevenvError)) {
    return new DevenvError({
      code: 'engine-failed',
      message: `${title}: ${messageOf(error)}`,
      owner: 'environment',
      cause: error,
    });
  }
  return error.code === 'container-failed' ? error : maskedError(error, (text) => `${title}: ${text}`);
}

/** `post_start ./seed.sh (2 of 3)`: its arguments may be what nobody should see. */
function titleOf(key: string, { command: [program = ''] }: Hook, index: number, count: number): string {
  return `${key} ${program}${count > 1 ? ` (${index + 1} of ${count})` : ''}`;
}

function maskOf({ environment, command: [program = ''] }: Hook): (text: string) => string {
  return valueMask(environment, [program]);
}

/** A label that does not say it is none. */
function hooksIn(text: string | undefined): readonly Hook[] {
  try {
    const hooks: unknown = JSON.parse(text ?? '[]');
    return Array.isArray(hooks) ? hooks : [];
  } catch {
    return [];
  }
}
