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
  const listed = [...overview.matchAll(/^ {2}([a-z][a-z-]*)(?:\|[a-z-]+)? /gm)].map(([, name = '']) => name);
  const further = /^Further: (.*)$/m.exec(overview)?.[1]?.split(', ') ?? [];
  return [...listed.filter((name) => name !== 'help' && name !== 'devenv'), ...further].map((name) =>
    name === 'image' ? ['image', 'build'] : [name],
  );
}
