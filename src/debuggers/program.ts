import { posix } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import type { Debug } from '../model/workspace.ts';
import { DEBUGPY_ENVIRONMENT, underDebugpy } from './debugpy.ts';
import { underInspector } from './node.ts';

/** What a container runs: the words of both parts, one behind the other. */
export interface Program {
  /** Empty = none. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** A program under its debugger. */
export interface DebuggedProgram extends Program {
  /** Variables that the debugger wants; those of the service win. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A script in an image. */
export interface Script {
  /** Absolute path in the container. */
  readonly path: string;
  /** What its first line says that it is run by, with options. */
  readonly interpreter: readonly string[];
}

/**
 * Finds the script behind the first word of a command as the container would. `missing`: there is no program of that
 * name; `other`: it is no script.
 */
export type FindScript = (word: string) => Promise<Script | 'missing' | 'other'>;

/** Changes the words of an interpreter's command line; undefined when these are not such, or there is nothing to debug. */
type Launcher = (words: readonly string[], debug: Debug) => readonly string[] | undefined;

const launchers: Readonly<Record<'debugpy' | 'node', Launcher>> = {
  debugpy: underDebugpy,
  node: underInspector,
};

/**
 * The program as it runs under its debugger. An entrypoint that prepares something and runs the command stays as it
 * is. Errors: `debug-impossible` when nothing in it is a program of the debugger's language.
 */
export async function underDebugger(
  debug: Debug,
  program: Program,
  findScript: FindScript,
): Promise<DebuggedProgram> {
  const environment = debug.type === 'debugpy' ? DEBUGPY_ENVIRONMENT : {};
  if (debug.command !== undefined) return { ...program, command: debug.command, environment };
  if (debug.type === 'generic') return { ...program, environment };
  const { entrypoint, command } = program;
  const launch = launchers[debug.type];
  const missing: string[] = [];
  const find: FindScript = async (word) => {
    const found = await findScript(word);
    if (found === 'missing') missing.push(word);
    return found;
  };
  const change = async (words: readonly string[]) =>
    launch(words, debug) ?? launch(await byInterpreter(words, find), debug);

  const whole = entrypoint.length === 0 ? undefined : await change([...entrypoint, ...command]);
  if (whole !== undefined) return { entrypoint: [], command: whole, environment };
  const changed = command.length === 0 ? undefined : await change(command);
  if (changed !== undefined) return { entrypoint, command: changed, environment };
  throw impossible(debug, [...entrypoint, ...command], missing[0]);
}

/** A command whose first word is a script, spelled out: its interpreter, its path, its arguments. */
async function byInterpreter(words: readonly string[], findScript: FindScript): Promise<readonly string[]> {
  const [first = '', ...rest] = words;
  if (first === '' || packageManagers.has(posix.basename(first))) return words;
  const script = await findScript(first);
  return typeof script === 'string' ? words : [...script.interpreter, script.path, ...rest];
}

/** They run the program as a process of its own: the debugger would see them, and not the program. */
const packageManagers = new Set(['npm', 'npx', 'yarn', 'yarnpkg', 'pnpm', 'pnpx', 'corepack']);

function impossible(
  { type, port }: Debug,
  words: readonly string[],
  missing: string | undefined,
): DevenvError {
  const language = type === 'debugpy' ? 'Python' : 'Node.js';
  const example =
    type === 'debugpy'
      ? `python -m debugpy --listen 0.0.0.0:${port} main.py`
      : `node --inspect=0.0.0.0:${port} server.js`;
  return new DevenvError({
    code: 'debug-impossible',
    message:
      words.length === 0
        ? `there is no command that could be run under ${type}`
        : missing !== undefined
          ? `\`${missing}\` of \`${words.join(' ')}\` is not in the image, so that devenv cannot run it under ${type}`
          : `\`${words.join(' ')}\` is not seen to be a ${language} program, so that devenv cannot run it under ${type}`,
    hint: `${missing === undefined ? 'say' : `correct it, put ${missing} into the image, or say`} what starts the program with its debugger: \`debug: {command: ${example}}\``,
    owner: 'user',
  });
}
