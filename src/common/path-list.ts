import { delimiter, resolve } from 'node:path';

/** Paths as `GEFYRA_FILE` lists them: with `:` between them, on Windows `;`. Undefined when there is none. */
export function pathList(text: string | undefined, directory: string): readonly string[] | undefined {
  const paths = text?.split(delimiter).filter((path) => path !== '') ?? [];
  return paths.length === 0
    ? undefined
    : paths.map((path) => (path === '-' ? path : resolve(directory, path)));
}
