import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { loadWorkspace } from '../../../src/config/index.ts';
import type { LoadOptions } from '../../../src/config/load-options.ts';
import type { Problem } from '../../../src/config/problem.ts';
import type { Service, Workspace } from '../../../src/model/workspace.ts';

/** A project directory of its own for every test, `shop` with an empty `src` in it, within a home directory. */
export class TemporaryShop {
  home = '';
  directory = '';

  constructor() {
    beforeEach(async () => {
      this.home = await realpath(await mkdtemp(join(tmpdir(), 'devenv-config-')));
      this.directory = join(this.home, 'shop');
      await mkdir(join(this.directory, 'src'), { recursive: true });
    });
    afterEach(() => rm(this.home, { recursive: true }));
  }

  /** Writes a file, relative to the project. */
  async write(name: string, content: string): Promise<void> {
    await mkdir(dirname(join(this.directory, name)), { recursive: true });
    await writeFile(join(this.directory, name), content);
  }

  /** A problem as `code file:line:column message`, with paths of the project from its directory. */
  told({ code, file, line, column, message }: Problem): string {
    const place = `${file.slice(this.directory.length + 1)}:${line}:${column}`;
    return `${code} ${place} ${message.replaceAll(this.directory, 'SHOP')}`;
  }

  /** Loads the project's file with HOME as the only variable; throws what is wrong with it. */
  async load(options: Partial<LoadOptions> = {}): Promise<Workspace> {
    const environment = { HOME: this.home };
    const result = await loadWorkspace({ directory: this.directory, environment, ...options });
    if ('problems' in result) throw new Error(result.problems.map((problem) => problem.message).join('\n'));
    return result.workspace;
  }

  /** The service `app`, of the image `app`, with these lines. */
  async loadService(yaml: string, options: Partial<LoadOptions> = {}): Promise<Service> {
    await this.write('gefyra.yaml', `services:\n  app:\n    image: app\n${yaml.replace(/^/gm, '    ')}\n`);
    const service = (await this.load(options)).services.get('app');
    if (service === undefined) throw new Error('no service');
    return service;
  }

  /** Code and path of every warning about a file, which must be valid. */
  async warnings(yaml: string): Promise<readonly string[]> {
    await this.write('gefyra.yaml', yaml);
    const result = await loadWorkspace({ directory: this.directory, environment: {} });
    if ('problems' in result) throw new Error(result.problems.map((problem) => problem.message).join('\n'));
    return result.warnings.map(({ code, path }) => `${code} ${path}`);
  }
}
