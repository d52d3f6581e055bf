import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { homedir, hostname, tmpdir, userInfo } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import type { Engine } from '../engine/index.ts';
import { type AgentImage, agentImage } from '../image/index.ts';
import { linuxMachine } from '../linux/index.ts';
import { joined, type Machine, noEngine } from '../machine/index.ts';
import type { SessionIdentity } from '../model/identity.ts';
import { type ConnectionSettings, usesEngine, type Workspace } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import { loadNative } from '../runtime-directory/index.ts';
import type { CliContext } from './context.ts';

/**
 * Where sockets and locks lie: short, private to the user, and gone after a reboot. Below `XDG_RUNTIME_DIR` if that is a
 * directory of this user; it is not in every shell, e.g. after `su` or in WSL, and there those of all users lie side by side.
 */
export function runtimeDirectory({ environment }: Pick<CliContext, 'environment'>): string {
  const base = environment['XDG_RUNTIME_DIR'] ?? '';
  if (isAbsolute(base) && isOwnDirectory(base)) return join(base, 'gefyra-devenv');
  return join(tmpdir(), `gefyra-devenv-${process.getuid?.() ?? userName()}`);
}

function isOwnDirectory(path: string): boolean {
  const uid = process.getuid?.();
  try {
    const facts = statSync(path);
    return facts.isDirectory() && (uid === undefined || facts.uid === uid);
  } catch {
    return false;
  }
}

/**
 * Whatever keeps units here: the container engine, whose client is loaded here and not before, and this machine. Where no
 * engine has anything to do for a workspace, none is asked for. Where nobody says what there is, an engine that does not
 * answer is passed over if this machine has units. Errors: `engine-unreachable`.
 */
export async function openEngine(
  context: CliContext,
  workspace?: Workspace,
  machine: Machine = openMachine(context),
): Promise<Engine> {
  const isNeeded =
    workspace === undefined || usesEngine(workspace.services.values(), workspace.connection.platform);
  if (!isNeeded) return joined(noEngine(machine), machine);
  try {
    const { openDockerEngine } = await import('../docker/index.ts');
    const engine = await openDockerEngine({
      environment: context.environment,
      homeDirectory: homedir(),
      runtimeDirectory: runtimeDirectory(context),
      relayCommand: ['node', '/opt/devenv/relay.js'],
    });
    return joined(engine, machine);
  } catch (error) {
    const hasUnits = workspace === undefined && (await machine.listUnits({})).length > 0;
    if (!hasUnits) throw error;
    return joined(noEngine(machine), machine);
  }
}

/** This machine, as what makes programs of its own and keeps them. */
export function openMachine(context: CliContext): Machine {
  const { program, environment } = context;
  const gateway = join(dirname(program), 'image', 'gateway.js');
  return linuxMachine({ runtimeDirectory: runtimeDirectory(context), gateway, environment });
}

/** Loads all that cleaning up after a session needs, so that it can be done when the program's files are gone. */
export async function loadForCleanUp(): Promise<void> {
  const { loadDockerClient } = await import('../docker/index.ts');
  await Promise.all([loadDockerClient(), loadNative()]);
}

/**
 * Opens the platform the targets live on: the only place that knows which ones there are. Only targets on Docker wait
 * for the engine. Errors: `engine-unreachable`, `kubeconfig-invalid`.
 */
export async function openPlatform(
  context: CliContext,
  { platform, context: name, namespace }: Pick<ConnectionSettings, 'platform' | 'context' | 'namespace'>,
  engine: Engine | Promise<Engine>,
): Promise<Platform> {
  switch (platform) {
    case 'docker': {
      const { openDockerPlatform } = await import('../docker/index.ts');
      return openDockerPlatform(await engine);
    }
    case 'kubernetes': {
      const { openKubernetesPlatform } = await import('../kubernetes/index.ts');
      const { environment } = context;
      return openKubernetesPlatform({ environment, homeDirectory: homedir(), context: name, namespace });
    }
  }
}

/** The same for what asks the platform alone: an engine is opened only where it is the platform. */
export function openPlatformAlone(
  context: CliContext,
  connection: Pick<ConnectionSettings, 'platform' | 'context' | 'namespace'>,
): Promise<Platform> {
  const engine = connection.platform === 'docker' ? openEngine(context) : new Promise<Engine>(() => {});
  return openPlatform(context, connection, engine);
}

/** The platform for cleaning up after a session: agents in a cluster end by themselves, those on the engine are asked to. */
export function openPlatformForCleanUp(context: CliContext, engine: Engine): Promise<Platform> {
  return openPlatform(context, { platform: 'docker', context: undefined, namespace: undefined }, engine);
}

/** The image of agent and gateway: flag-like variable, then the file, then the one made from our own files. */
export function imageFor(
  { environment, program }: CliContext,
  workspace: Workspace | undefined,
): Promise<AgentImage> {
  const given = environment['GEFYRA_AGENT_IMAGE'] || workspace?.connection.agentImage;
  return agentImage(given, join(dirname(program), 'image'));
}

/** A new session's identity. */
export function newIdentity(project: string): SessionIdentity {
  return { id: randomUUID(), project, user: currentUser(), since: Date.now() };
}

/** A session as its next process is told of it: `--succeeds`. */
export function sessionText({ id, since }: SessionIdentity): string {
  return `${id}@${since}`;
}

/** The identity that another process of the session had. Errors: `usage`. */
export function succeededIdentity(project: string, text: string): SessionIdentity {
  const [id = '', since = ''] = text.split('@');
  if (id !== '' && /^\d+$/.test(since)) return { id, project, user: currentUser(), since: Number(since) };
  throw new DevenvError({ code: 'usage', message: `${text} is no session`, owner: 'devenv' });
}

/** `user@host`. */
export function currentUser(): string {
  return `${userName()}@${hostname()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // In containers a uid often has no entry among the users.
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

/** Starts this same program detached, in a process group of its own, with pipes for stdin and stdout. */
export function spawnSelf(context: CliContext): (args: readonly string[]) => ChildProcess {
  return (args) =>
    spawn(process.execPath, [context.program, ...args], {
      detached: true,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: context.environment,
      // The session's directory may be gone when the guardian is needed.
      cwd: '/',
    });
}
