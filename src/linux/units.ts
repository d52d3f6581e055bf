import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DevenvError } from '../common/errors.ts';
import type { UnitInfo } from '../runner/index.ts';
import { makePrivateDirectory } from '../runtime-directory/index.ts';
import { failed } from './failed.ts';
import {
  file,
  jsonIn,
  type StoredUnit,
  stateOf,
  storedUnit,
  storedUnits,
  storeUnit,
  type UnitState,
  writeWhole,
} from './unit-files.ts';

/** The units of this user, in the directory `base`, whoever made them. */
export class Units {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** Where something of a unit lies. */
  path(id: string, name?: string): string {
    return name === undefined ? join(this.#base, id) : join(this.#base, id, name);
  }

  /** All of them. */
  all(): readonly StoredUnit[] {
    return storedUnits(this.#base);
  }

  /** One by name or id; undefined when there is none. */
  seek(nameOrId: string): StoredUnit | undefined {
    const byId = /^[0-9a-f]{12}$/.test(nameOrId) ? storedUnit(this.#base, nameOrId) : undefined;
    return byId ?? this.all().find(({ name }) => name === nameOrId);
  }

  /** One by name or id. Errors: `container-failed` when there is none. */
  find(nameOrId: string): StoredUnit {
    const unit = this.seek(nameOrId);
    if (unit === undefined) throw failed(`there is no program ${nameOrId}`);
    return unit;
  }

  /** How one is now. */
  state(id: string): UnitState {
    return stateOf(this.#base, id);
  }

  /**
   * Makes one with these files, directories and pipes. `prepare` gets its directory, which is there by then. Resolves to its id.
   * Errors: `session-conflict` when the name is taken.
   */
  async create(
    name: string,
    prepare: (id: string) => {
      readonly unit: Omit<StoredUnit, 'id' | 'name'>;
      readonly files: Readonly<Record<string, string>>;
      /** Directories, by their paths in its own. */
      readonly directories: readonly string[];
      readonly pipes: readonly string[];
    },
  ): Promise<string> {
    if (this.all().some((unit) => unit.name === name)) throw taken(name);
    await makePrivateDirectory(this.#base);
    const id = randomBytes(6).toString('hex');
    await mkdir(this.path(id), { mode: 0o700 });
    const { unit, files, directories, pipes } = prepare(id);
    for (const directory of directories)
      await mkdir(this.path(id, directory), { recursive: true, mode: 0o700 });
    for (const [path, content] of Object.entries(files)) writeWhole(this.path(id, path), content);
    await promisify(execFile)('mkfifo', ['-m', '600', ...pipes.map((pipe) => this.path(id, pipe))]);
    storeUnit(this.#base, { ...unit, id, name });
    return id;
  }

  /** One as whoever asks for units wants it. */
  info({ id, name, labels, environment, network }: StoredUnit): UnitInfo {
    const { pid: _, ...state } = this.state(id);
    const health = jsonIn<Pick<UnitInfo, 'health' | 'healthOutput'>>(this.path(id, file.health));
    return {
      id,
      name,
      labels,
      environment,
      imageId: '',
      networkMode: network === undefined ? 'none' : `container:${network}`,
      outOfMemory: false,
      health: health?.health,
      healthOutput: health?.healthOutput ?? '',
      publishedPorts: jsonIn(this.path(id, file.ports)) ?? [],
      exposedPorts: [],
      ...state,
    };
  }
}

function taken(name: string): DevenvError {
  return new DevenvError({
    code: 'session-conflict',
    message: `there is a program ${name} on this machine already`,
    hint: 'if nothing of yours needs it: `devenv down`',
    owner: 'user',
  });
}
