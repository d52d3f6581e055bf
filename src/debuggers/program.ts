import { posix } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import type { Debug, DebuggerType } from '../model/workspace.ts';
import { DEBUGPY_ENVIRONMENT, underDebugpy } from './debugpy.ts';
import { underDelve } from './delve.ts';
import { isByBuildTool, JAVA_OPTIONS, withJdwp } from './jdwp.ts';
import { underInspector } from './node.ts';

/** What a container runs: the words of both parts, one behind the other. */
export interface Program {
  /** Empty = none. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

/** A program under its debugger. */
export interface DebuggedProgram extends Program {
  /** Variables that the debugger wants, in place of what the program would get. */
  readonly environment: Environment;
}

/** Variables by their names. */
type Environment = Readonly<Record<string, string>>;

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

const launchers: Readonly<Record<'debugpy' | 'node' | 'go', Launcher>> = {
  debugpy: underDebugpy,
  node: underInspector,
  go: underDelve,
};

/**
 * The program as it runs under its debugger; `variables`: what it gets from its image and its service. An entrypoint that
 * prepares something and runs the command stays as it is. Errors: `debug-impossible` when nothing in it is a program of the
 * debugger's language, or the debugger is not there.
 */
export async function underDebugger(
  debug: Debug,
  program: Program,
  findScript: FindScript,
  variables: Environment = {},
): Promise<DebuggedProgram> {
  const environment =
    debug.type === 'debugpy' ? { ...DEBUGPY_ENVIRONMENT, ...chosen(variables, DEBUGPY_ENVIRONMENT) } : {};
  if (debug.command !== undefined) return { ...program, command: debug.command, environment };
  if (debug.type === 'generic') return { ...program, environment };
  const { entrypoint, command } = program;
  const words = [...entrypoint, ...command];
  if (debug.type === 'java') {
    if (words.length === 0 || isByBuildTool(words)) throw impossible(debug, words, undefined);
    return { ...program, environment: { [JAVA_OPTIONS]: withJdwp(variables[JAVA_OPTIONS], debug) } };
  }
  const launch = launchers[debug.type];
  const missing: string[] = [];
  const find: FindScript = async (word) => {
    const found = await findScript(word);
    if (found === 'missing') missing.push(word);
    return found;
  };
  const isGo = debug.type === 'go';
  const change = async (words: readonly string[]) => {
    // A Go program is none of those that a script starts.
    if (!isGo) return launch(words, debug) ?? launch(await byInterpreter(words, find), debug);
    return words[0] !== 'dlv' && typeof (await find(words[0] ?? '')) !== 'string'
      ? undefined
      : launch(words, debug);
  };

  const whole = entrypoint.length === 0 ? undefined : await change(words);
  const changed = whole ?? (command.length === 0 ? undefined : await change(command));
  if (changed === undefined) throw impossible(debug, words, missing[0]);
  if (isGo && (await find('dlv')) === 'missing') throw impossible(debug, words, 'dlv');
  return { entrypoint: whole === undefined ? entrypoint : [], command: changed, environment };
}

/** The values of those of the names that `wanted` has. */
function chosen(variables: Environment, wanted: Environment): Environment {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => name in wanted));
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

const languages: Readonly<Record<DebuggerType, string>> = {
  debugpy: 'Python',
  node: 'Node.js',
  go: 'Go',
  java: 'Java',
  generic: '',
};

/** What starts a program with its debugger, for a port. */
const examples: Readonly<Record<DebuggerType, (port: number) => string>> = {
  debugpy: (port) => `python -m debugpy --listen 0.0.0.0:${port} main.py`,
  node: (port) => `node --inspect=0.0.0.0:${port} server.js`,
  go: (port) => `dlv exec --headless --listen=0.0.0.0:${port} --accept-multiclient --continue /app/server`,
  java: (port) =>
    `java -agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=0.0.0.0:${port} -jar app.jar`,
  generic: () => '',
};

function impossible(
  { type, port }: Debug,
  words: readonly string[],
  missing: string | undefined,
): DevenvError {
  return new DevenvError({
    code: 'debug-impossible',
    message:
      words.length === 0
        ? `there is no command that could be run under ${type}`
        : missing === 'dlv'
          ? `Delve, the debugger \`dlv\`, is not in the image, so that devenv cannot run \`${words.join(' ')}\` under it`
          : missing !== undefined
            ? `\`${missing}\` of \`${words.join(' ')}\` is not in the image, so that devenv cannot run it under ${type}`
            : `\`${words.join(' ')}\` is not seen to be a ${languages[type]} program, so that devenv cannot run it under ${type}`,
    hint: `${missing === undefined ? 'say' : `correct it, put ${missing} into the image, or say`} what starts the program with its debugger: \`debug: {command: ${examples[type](port)}}\``,
    owner: 'user',
  });
}
