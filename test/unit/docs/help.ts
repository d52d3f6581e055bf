import { runProgram } from '../../../src/cli/program.ts';

/** What `devenv WORDS --help` prints. */
export function help(...words: readonly string[]): Promise<string> {
  return printed(...words, '--help');
}

/** What `devenv WORDS` prints, where that needs nothing. */
export async function printed(...words: readonly string[]): Promise<string> {
  let text = '';
  const never = new AbortController().signal;
  const write = (more: string) => {
    text += more;
  };
  await runProgram([...words], {
    out: write,
    err: write,
    directory: '/',
    environment: {},
    program: 'devenv',
    ending: never,
    forced: never,
  } as Parameters<typeof runProgram>[1]);
  return text.trim();
}

/** Every command there is, in the order of the help, as the words to type: `['image', 'build']`. */
export async function commands(): Promise<readonly (readonly string[])[]> {
  const overview = await help();
  return [...overview.matchAll(/^ {2}([a-z][a-z-]*)(?:\|[a-z-]+)? /gm)].flatMap(([, name = '']) => {
    if (name === 'help' || name === 'devenv') return [];
    return [name === 'image' ? ['image', 'build'] : [name]];
  });
}
