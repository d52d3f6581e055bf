import { DevenvError } from '../common/errors.ts';
import { safeLine } from '../common/terminal-text.ts';
import type { Workspace } from '../model/workspace.ts';
import { fileLooks, isReading, type Reading, type Reload, withEarlier } from '../session/index.ts';
import type { CliContext, GlobalFlags } from './context.ts';
import { loadAgain } from './load.ts';
import { wrongUse } from './wrong-use.ts';

/** Who reads files: in which process, with which flags. */
export interface Reader {
  readonly context: CliContext;
  readonly flags: GlobalFlags;
}

/** The files of a session, as it reads them when one of them was saved. */
export interface OwnReload extends Reload {
  /** How they are read now, for the process that goes on with the session. */
  readonly reading: () => Promise<Reading>;
}

/**
 * How a session reads its files again when one of them was saved, whether that is a layer, included or extended, holds
 * variables, or is a Dockerfile. Problems go to the stderr of `context`. `files` are those that were read before, by
 * `reader`; absent = as this process was told.
 */
export function reloadOf(
  context: CliContext,
  flags: GlobalFlags,
  { file }: Workspace,
  files: readonly string[],
  reader: Reader = { context, flags },
): OwnReload {
  let now = reader;
  let known = files;
  let looks = fileLooks(known);
  /** Services that were named, and that the files have no more. */
  let gone: readonly string[] = [];
  return {
    files: () => known,
    areOthers: () => fileLooks(known) !== looks,
    reading: async () => {
      const reading = await readingOf(now, known);
      const { services, ...choice } = reading.choice;
      const left = services?.filter((name) => !gone.includes(name));
      return { ...reading, choice: left === undefined ? choice : { ...choice, services: left } };
    },
    follow: (reading) => {
      const choice = withEarlier(reading.choice, now.flags);
      now = readerOf({ context, flags }, { ...reading, choice });
      known = reading.files;
      looks = fileLooks(known);
    },
    load: async () => {
      const by = now;
      const again = await loadAgain(context, flags, by).catch(tellWrongUse);
      if (again === undefined) return undefined;
      // Also with problems: a file that is not there yet may be what is missing. Others may have come meanwhile.
      if (by === now) {
        known = again.files;
        looks = fileLooks(known);
      }
      if (!('workspace' in again)) {
        context.err('the file has problems; everything goes on as before\n');
        return undefined;
      }
      if (again.workspace.file === file) {
        tellGone(again.gone);
        return again.workspace;
      }
      context.err('the project is made from another file now; everything goes on as before\n');
      return undefined;
    },
  };

  function tellGone(names: readonly string[]): void {
    const [first] = names.filter((name) => !gone.includes(name));
    gone = names;
    if (first !== undefined)
      context.err(`the file has no service ${safeLine(first)} any more, which \`devenv up\` has named\n`);
  }

  /** What was said on the command line does not fit to the file any more. */
  function tellWrongUse(error: unknown): undefined {
    if (!(error instanceof DevenvError) || error.code !== 'usage') throw error;
    context.err(`${safeLine(error.message)}; everything goes on as before\n`);
  }
}

/** How somebody has read these files, for whoever is to read them so again. */
export async function readingOf({ context, flags }: Reader, files: readonly string[]): Promise<Reading> {
  const { file, override, profile, services, projectName, context: cluster, namespace, as, envFile } = flags;
  const given = { file, override, profile, services, projectName, context: cluster, namespace, as, envFile };
  return {
    directory: context.directory,
    environment: context.environment,
    choice: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(file?.includes('-') === true ? { input: await context.readInput() } : {}),
    files,
  };
}

/** Whoever reads as `reading` says, and is otherwise as `own`: how things are told is its own matter. */
export function readerOf({ context, flags }: Reader, reading: Reading): Reader {
  const { directory, environment, choice, input = '' } = reading;
  const { progress, verbose, yes, color } = flags;
  const ways = Object.entries({ progress, verbose, yes, color }).filter(([, value]) => value !== undefined);
  return {
    context: { ...context, directory, environment, readInput: async () => input },
    flags: { ...Object.fromEntries(ways), ...choice },
  };
}

/** Whoever reads as this process was told on its standard input. Errors: `usage` when that is no reading. */
export async function givenReader(own: Reader): Promise<Reader> {
  const reading = parsed(await own.context.readInput());
  if (!isReading(reading)) {
    throw wrongUse('a session in the background was not told what it reads', 'start it with `devenv up -d`');
  }
  const reader = readerOf(own, reading);
  // The name that the session has already, whatever the file says meanwhile.
  const { projectName = reader.flags.projectName } = own.flags;
  return projectName === undefined ? reader : { ...reader, flags: { ...reader.flags, projectName } };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
