import { isDeepStrictEqual } from 'node:util';
import type { BuildSecret } from '../model/build.ts';
import type { PlacedFile } from '../model/container-settings.ts';
import { octal } from './octal.ts';

/** A mapping as the file spells it. */
type Written = Readonly<Record<string, unknown>>;

/** The contents that services and builds have, under names that are made up for them: a workspace knows none. */
export class WrittenContents {
  readonly #secrets = new Map<string, Written>();
  readonly #configs = new Map<string, Written>();

  /** What the top level declares for all that was asked for until now; nothing where there is nothing. */
  get declared(): Written {
    return {
      ...(this.#secrets.size > 0 ? { secrets: Object.fromEntries(this.#secrets) } : {}),
      ...(this.#configs.size > 0 ? { configs: Object.fromEntries(this.#configs) } : {}),
    };
  }

  /** Files of a service as its `secrets` and `configs`. */
  ofService(files: readonly PlacedFile[]): Written {
    const of = (some: readonly PlacedFile[], contents: Map<string, Written>) =>
      some.map(({ target, content, uid, gid, mode }) => {
        const source = nameOf(target, { content }, contents);
        return { source, target, uid: String(uid), gid: String(gid), mode: octal(mode) };
      });
    const secrets = files.filter(({ isSecret }) => isSecret);
    const configs = files.filter(({ isSecret }) => !isSecret);
    return {
      ...(secrets.length > 0 ? { secrets: of(secrets, this.#secrets) } : {}),
      ...(configs.length > 0 ? { configs: of(configs, this.#configs) } : {}),
    };
  }

  /** Secrets of a build as its `secrets`. */
  ofBuild(all: readonly BuildSecret[]): readonly Written[] {
    return all.map(({ id, path, content }) => {
      const declaration = path === undefined ? { content } : { file: path };
      return { source: nameOf(id, declaration, this.#secrets), target: id };
    });
  }
}

/** The last part of a path; of several contents that would be called so, later ones have a number. */
function nameOf(path: string, declaration: Written, contents: Map<string, Written>): string {
  const last = path.split('/').at(-1) ?? '';
  const stem = last.replace(/[^a-zA-Z0-9._-]+/g, '-').replace(/^x-/, 'x_');
  for (let number = 1; ; number += 1) {
    const name = number === 1 && stem !== '' ? stem : `${stem || 'content'}-${number}`;
    const known = contents.get(name);
    if (known === undefined) contents.set(name, declaration);
    if (known === undefined || isDeepStrictEqual(known, declaration)) return name;
  }
}
