import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { CliContext } from '../context.ts';

/** `devenv schema`: the JSON schema of the file, on stdout, for editors that want it as a file. */
export async function schema(context: CliContext): Promise<number> {
  context.out(await readFile(join(dirname(context.program), '../schemas/gefyra.editor.schema.json'), 'utf8'));
  return 0;
}
