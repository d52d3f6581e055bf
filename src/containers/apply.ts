import { DevenvError } from '../common/errors.ts';
import { maskedError } from '../common/secrets/known-values.ts';
import type { Engine } from '../engine/index.ts';
import type { Machine } from '../machine/index.ts';
import type { Reporter } from '../model/event.ts';
import { containerName, namespaceOwner, type SessionIdentity, volumeName } from '../model/identity.ts';
import { label } from '../model/labels.ts';
import { publishedPortText } from '../model/published-port-text.ts';
import type { Service } from '../model/workspace.ts';
import type { Runner, UnitSummary } from '../runner/index.ts';
import { awaitCondition } from './await-condition.ts';
import { forgetDirectories } from './forget-directories.ts';
import { runPostStart } from './hooks.ts';
import { makeUnit } from './make-unit.ts';
import { maskOf } from './mask-of-operation.ts';
import { named } from './named-error.ts';
import { neverPulled } from './never-pulled.ts';
import type { ContainerOperation, ServiceRun } from './operation.ts';
import { resumeContainer, stopContainer, stopUnit } from './stop-and-resume.ts';
import { tellDebugger } from './tell-debugger.ts';

/** What the operations work with. */
export interface ContainerContext {
  readonly engine: Engine;
  /** What keeps all units, of whatever kind. */
  readonly runner: Runner;
  /** What makes programs of this machine; absent where nothing is made, but only removed. */
  readonly machine?: Machine;
  readonly identity: SessionIdentity;
  /** Absolute path of the file, for the label. */
  readonly file: string;
  readonly progress: (resource: string, message: string) => void;
  readonly warn: (message: string) => void;
  readonly report: Reporter;
  /** Targets of a service's mounts of its workload at which there is a file, no directory. */
  readonly filesAlone: (service: string) => readonly string[];
}

/**
 * Does one operation. Errors: those of the engine's methods, without the values that they may quote; `container-failed`
 * with the last output.
 */
export async function applyContainer(
  operation: ContainerOperation,
  context: ContainerContext,
  signal: AbortSignal,
): Promise<void> {
  const mask = maskOf(operation, context.identity);
  const progress = (resource: string, message: string) => context.progress(resource, mask(message));
  try {
    await doOperation(operation, { ...context, progress }, signal);
  } catch (error) {
    throw error instanceof DevenvError ? maskedError(error, mask) : error;
  }
}

async function doOperation(
  operation: ContainerOperation,
  context: ContainerContext,
  signal: AbortSignal,
): Promise<void> {
  const { engine, runner, identity } = context;
  switch (operation.kind) {
    case 'pull-image':
      return pullImage(operation, context, signal);
    case 'build-image': {
      const { reference, build, platform } = operation;
      const progress = (message: string) => context.progress(`image/${reference}`, message);
      return engine.buildDirectory(reference, build, platform, progress, signal);
    }
    case 'create-volume':
      return createVolume(operation, context);
    case 'lack-environment':
      throw new DevenvError(operation.error);
    case 'await-condition':
      return awaitCondition(
        operation.dependency,
        { runner, project: identity.project, warn: context.warn },
        signal,
      );
    case 'start-container':
      return start(operation, context, signal);
    case 'replace-container': {
      const before = await runner.findUnit(operation.replaces);
      if (before?.labels[label.session] === identity.id) await stopAndRemove(before, context);
      await forgetDirectories(operation.service, context);
      return start(operation, context, signal);
    }
    case 'resume-container':
      return resumeContainer(operation.service, operation.container, context, signal);
    case 'stop-container':
      return stopContainer(operation.service, context, signal);
    case 'remove-container':
      return remove(operation.service, context);
  }
}

async function createVolume(
  { volume, settings }: Extract<ContainerOperation, { kind: 'create-volume' }>,
  { engine, identity: { project } }: ContainerContext,
): Promise<void> {
  const labels = { ...settings?.labels, [label.project]: project };
  await engine.createVolume(volumeName(project, volume, settings), labels, settings);
}

async function pullImage(
  { reference, policy }: Extract<ContainerOperation, { kind: 'pull-image' }>,
  context: ContainerContext,
  signal: AbortSignal,
): Promise<void> {
  if (policy === 'never') throw neverPulled(reference);
  const progress = (message: string) => context.progress(`image/${reference}`, message);
  await context.engine.pullImage(reference, progress, signal);
}

async function start(run: ServiceRun, context: ContainerContext, signal: AbortSignal): Promise<void> {
  const { service } = run;
  const id = await createAndStart(run, context);
  if (service.attached === true) return;
  await tellPorts(service, context);
  const { debug, name } = service;
  // Nobody waits for it: a program may take its time until it listens.
  if (debug !== undefined)
    void tellDebugger({ name, debug }, id, { ...context, project: context.identity.project }, signal);
  try {
    await runPostStart(service, id, context, signal);
  } catch (error) {
    // What stands is taken for started.
    await context.runner.stopUnit(id, service.stopGraceMs);
    await context.runner.removeUnit(id);
    throw error;
  }
}

/** Resolves to the container's id. */
async function createAndStart(run: ServiceRun, context: ContainerContext): Promise<string> {
  const { service } = run;
  const id = await makeUnit(run, context);
  try {
    if (service.attached !== true) await context.runner.startUnit(id);
  } catch (error) {
    await context.runner.removeUnit(id);
    throw error instanceof DevenvError ? named(error, service.name) : error;
  }
  return id;
}

/** Of a port without a number on this machine nobody else tells which one the engine chose. */
async function tellPorts(
  { name, ports }: Service,
  { runner, identity, report }: ContainerContext,
): Promise<void> {
  if (ports.length === 0) return;
  const owner = await runner.findUnit(namespaceOwner(identity.project, name));
  const published = (owner?.publishedPorts ?? []).filter(({ target, protocol }) =>
    ports.some((port) => port.target === target && port.protocol === protocol),
  );
  if (published.length === 0) return;
  const reason = published.map(publishedPortText).join(', ');
  report({ type: 'state', resource: `ports/${name}`, state: 'up', reason });
}

async function remove(service: string, context: ContainerContext): Promise<void> {
  const { runner, identity } = context;
  const found = await runner.findUnit(containerName(identity.project, service, 'service'));
  // Another session of the project may have one of this name by now.
  if (found?.labels[label.session] === identity.id) await stopAndRemove(found, context);
}

async function stopAndRemove(found: UnitSummary, context: ContainerContext): Promise<void> {
  await stopUnit(found, context);
  await context.runner.removeUnit(found.id);
}
