import type { Workspace } from '../../model/workspace.ts';
import type { FileSystem } from '../file-system.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../read/reading.ts';
import { acyclicDependencies } from './acyclic-dependencies.ts';
import { bridgedOnce } from './bridged-once.ts';
import { builtOnce } from './built-once.ts';
import { declaredVolumes } from './declared-volumes.ts';
import { distinctEnvironmentSources } from './distinct-environment-sources.ts';
import { distinctMounts } from './distinct-mounts.ts';
import { knownDependencies } from './known-dependencies.ts';
import { networkOfItsOwn } from './network-of-its-own.ts';
import { obtainableImage } from './obtainable-image.ts';
import { onePlatform } from './one-platform.ts';
import { likelyConditions, possibleConditions } from './possible-conditions.ts';
import { possibleDebugPort } from './possible-debug-port.ts';
import { possibleLoopback } from './possible-loopback.ts';
import { programOfThisMachine } from './program-of-this-machine.ts';
import { publishedOnce } from './published-once.ts';
import type { Rule } from './rule.ts';
import { someService } from './some-service.ts';
import { unfitSources } from './unfit-sources.ts';
import { usedVolumes } from './used-volumes.ts';

const rules: readonly Rule[] = [
  someService,
  obtainableImage,
  programOfThisMachine,
  builtOnce,
  publishedOnce,
  onePlatform,
  bridgedOnce,
  possibleLoopback,
  networkOfItsOwn,
  possibleDebugPort,
  distinctMounts,
  declaredVolumes,
  knownDependencies,
  acyclicDependencies,
  possibleConditions,
  distinctEnvironmentSources,
];

/**
 * The problems that all rules find. The model may lack what could not be read, so that these problems come together
 * with those of reading. Without a file system, the paths of mounts and builds are not looked up.
 */
export async function brokenRules(
  workspace: Workspace,
  at: At,
  files: FileSystem | undefined,
): Promise<Problem[]> {
  const broken = rules.flatMap((rule) => rule(workspace, at));
  return files === undefined ? broken : [...broken, ...(await unfitSources(workspace, at, files))];
}

/** What is allowed and may still not be meant. */
export function doubtfulParts(workspace: Workspace, at: At): Problem[] {
  return [likelyConditions, usedVolumes].flatMap((rule) => rule(workspace, at));
}
