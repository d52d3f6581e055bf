import { unlessAborted } from '../common/deadline.ts';
import { DevenvError } from '../common/errors.ts';
import { maskedError, valueMask } from '../common/secrets/known-values.ts';
import type { Engine } from '../engine/index.ts';
import type { Reporter } from '../model/event.ts';
import { containerName, type SessionIdentity } from '../model/identity.ts';
import { label } from '../model/labels.ts';
import type { Service } from '../model/workspace.ts';
import type { Runner, UnitSummary } from '../runner/index.ts';
import { runPostStart, runPreStop } from './hooks.ts';
import { named } from './named-error.ts';
import { tellDebugger } from './tell-debugger.ts';

/** What it works with. */
export interface ResumeContext {
  readonly engine: Engine;
  readonly runner: Runner;
  readonly identity: SessionIdentity;
  readonly report: Reporter;
}

/** How long a container without a label of ours may take to end, milliseconds. */
const DEFAULT_GRACE_MS = 10_000;

/** Stops a container as it says itself: the file may say something else by now, or be gone. Errors: the runner's. */
export async function stopUnit(
  found: UnitSummary,
  context: Pick<ResumeContext, 'runner' | 'report'>,
): Promise<void> {
  await runPreStop(found, context);
  await context.runner.stopUnit(found.id, Number(found.labels[label.stopGrace] ?? DEFAULT_GRACE_MS));
}

/** Stops the container of a service, which stays. Whoever waits for it no longer leaves that to the runner. Errors: the runner's; `cancelled`. */
export async function stopContainer(
  { name }: Service,
  context: ResumeContext,
  signal: AbortSignal,
): Promise<void> {
  const { runner, identity } = context;
  const found = await runner.findUnit(containerName(identity.project, name, 'service'));
  if (found === undefined) return;
  await unlessAborted(`the end of service ${name}`, signal, stopUnit(found, context));
}

/**
 * Starts a container again that has ended. Errors: the runner's, without values of its variables; those of hooks, and then
 * it is stopped again.
 */
export async function resumeContainer(
  service: Service,
  id: string,
  context: ResumeContext,
  signal: AbortSignal,
): Promise<void> {
  const { runner, identity } = context;
  const { name, debug, image } = service;
  const found = await runner.findUnit(id);
  try {
    await runner.startUnit(id);
    if (debug !== undefined)
      void tellDebugger({ name, debug }, id, { ...context, project: identity.project }, signal);
    await runPostStart(service, id, context, signal).catch(async (error) => {
      // What runs is taken for started.
      await runner.stopUnit(id, service.stopGraceMs);
      throw error;
    });
  } catch (error) {
    if (!(error instanceof DevenvError)) throw error;
    const mask = valueMask(found?.environment ?? {}, [identity.project, name, image]);
    throw maskedError(named(error, name), mask);
  }
}
