import type { Workspace } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../read/reading.ts';

/** Something that must hold between the parts of a file. `at` tells where a part of the model came from. */
export type Rule = (workspace: Workspace, at: At) => readonly Problem[];
