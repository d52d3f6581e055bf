import { type ChildProcess, spawn } from 'node:child_process';
import { Devenv, type DevenvOptions } from './devenv.ts';
import { cli } from './paths.ts';

/** Devenv in a terminal of 80 columns and 24 lines, whose keys can be pressed. */
export interface DevenvInTerminal extends AsyncDisposable {
  /** What is written there, line by line, and how it ends. */
  readonly screen: Devenv;
  /** Types text: a key, or several. */
  press(keys: string): void;
}

/** Starts devenv in a terminal of its own. Disposing types Ctrl-C; what goes on without the terminal is left alone. */
export function startInTerminal(args: readonly string[], options: DevenvOptions): DevenvInTerminal {
  return inTerminal(`exec ${commandOf(args, options)}`, options, `devenv ${args.join(' ')} in a terminal`);
}

/** Starts devenv in the background of a shell that has a terminal, and waits for it there. */
export function startBehindShell(args: readonly string[], options: DevenvOptions): DevenvInTerminal {
  return inTerminal(`set -m; ${commandOf(args, options)} & wait`, options, `devenv ${args.join(' ')} &`);
}

function commandOf(args: readonly string[], { program = cli }: DevenvOptions): string {
  return [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
}

function inTerminal(command: string, options: DevenvOptions, title: string): DevenvInTerminal {
  // Where `npm test` runs may be called CI: what is tested here is what a person sees.
  const env = {
    ...process.env,
    ...options.machine.env,
    ...options.env,
    CI: '',
    TERM: 'xterm',
    NO_COLOR: '1',
  };
  const script = [
    '--quiet',
    '--return',
    '--flush',
    '--command',
    `stty cols 80 rows 24; ${command}`,
    '/dev/null',
  ];
  const child: ChildProcess = spawn('script', script, {
    cwd: options.cwd,
    env: { ...env, SHELL: '/bin/bash' },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const screen = new Devenv(child, title);
  const press = (keys: string) => void child.stdin?.write(keys);
  return {
    screen,
    press,
    [Symbol.asyncDispose]: async () => {
      press('\u0003');
      const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await screen.exit;
      clearTimeout(force);
    },
  };
}
