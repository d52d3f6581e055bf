import type { ErrorFacts } from '../common/errors.ts';
import type { PlannedStep } from '../model/event.ts';
import type { Workspace } from '../model/workspace.ts';
import { AddedServices, withServicesOf } from './added-services.ts';
import { refuseOtherFile, type SessionFace } from './answer-request.ts';
import type { FollowedFiles } from './followed-files.ts';
import type { LiveResources } from './live-resources.ts';
import { isOtherPlace } from './other-place.ts';
import type { Passes } from './passes.ts';
import { planned } from './planned.ts';
import { namesServices, type Reading } from './reading.ts';

/** What passes that others ask for work with. */
export interface AskedPassesOptions {
  readonly resources: LiveResources;
  readonly passes: Passes;
  readonly files: FollowedFiles;
  /** Settles as the first pass does: before it, nothing is to be made. */
  readonly ready: Promise<unknown>;
  /** What may turn out badly is refused, whoever asks. */
  readonly strict: boolean;
}

/** The passes that another `up` asks for, and what they would be. */
export class AskedPasses implements Pick<SessionFace, 'plan' | 'converge'> {
  readonly #options: AskedPassesOptions;
  readonly #added = new AddedServices();

  constructor(options: AskedPassesOptions) {
    this.#options = options;
  }

  /** See `SessionFace.plan`. Errors: those of looking. */
  async plan(workspace: Workspace, adds: boolean): Promise<readonly PlannedStep[]> {
    const { resources } = this.#options;
    const wanted = adds ? withServicesOf(resources.workspace, workspace) : workspace;
    const terms = { endedStay: false, reclaims: true };
    const { steps } = await resources.plan(wanted, terms, workspace.services.keys());
    return steps.map(planned);
  }

  /** See `SessionFace.converge`. Errors: those of the first pass, too. */
  async converge(
    workspace: Workspace,
    reading: Reading | undefined,
    asking: { readonly takesOver: boolean; readonly strict: boolean },
  ): Promise<readonly ErrorFacts[]> {
    const { resources, passes, files, ready } = this.#options;
    const own = resources.workspace;
    refuseOtherFile(workspace, own.file);
    await ready;
    // What is refused is not followed either: the next save would be refused with it.
    if (reading !== undefined && !isOtherPlace(workspace.connection, own.connection)) files.follow(reading);
    resources.stopped.startStopped(workspace.services.keys());
    const strict = asking.strict || this.#options.strict;
    const want = (load: () => Promise<Workspace>) => passes.want(load, { reclaims: true, ...asking, strict });
    const adds = reading !== undefined && namesServices(reading.choice);
    if (adds) await this.#added.add(workspace, () => resources.workspace, want);
    else await want(async () => workspace);
    return passes.missing;
  }
}
