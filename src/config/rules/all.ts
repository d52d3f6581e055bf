import type { Workspace } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../read/reading.ts';
import { bridgedOnce } from './bridged-once.ts';
import { distinctMounts } from './distinct-mounts.ts';
import { existingSources, type FileSystem } from './existing-sources.ts';
import { publishedOnce } from './published-once.ts';
import type { Rule } from './rule.ts';
import { someService } from './some-service.ts';

/**
 * The problems that all rules find. The model may lack what could not be read, so that these problems come together
 * with those of reading. Without a file system, the sources of mounts are not looked up.
 */
export function brokenRules(workspace: Workspace, at: At, files: FileSystem | undefined): Problem[] {
  const rules: Rule[] = [someService, publishedOnce, bridgedOnce, distinctMounts];
  if (files !== undefined) rules.push(existingSources(files));
  return rules.flatMap((rule) => rule(workspace, at));
}
