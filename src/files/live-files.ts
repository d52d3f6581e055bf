import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pause, unlessAborted } from '../common/deadline.ts';
import { DevenvError, messageOf } from '../common/errors.ts';
import { type CarriedFile, tarOf } from '../common/tar.ts';
import type { Reporter } from '../model/event.ts';
import { containerName } from '../model/identity.ts';
import { nameAlone, type SharedDirectory } from '../model/shared-directory.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Runner } from '../runner/index.ts';
import { filesConfig } from './plan.ts';

/** How often a workload's directories are looked at, milliseconds. The kubelet itself takes up to a minute. */
const LOOK_MS = 10_000;

/** What the directories of services are kept current with. */
export interface LiveFilesOptions {
  readonly runner: Runner;
  /** Project name. */
  readonly project: string;
  /** Reads a directory of a workload. Errors: `files-unreadable` with the reason. */
  readonly read: (from: TargetRef, path: string) => Promise<readonly CarriedFile[]>;
  readonly report: Reporter;
}

/** What is kept current of a service. */
interface Kept {
  readonly config: string;
  readonly ended: AbortController;
  /** Targets at which there is a file, no directory. */
  readonly alone: readonly string[];
}

/** The directories of workloads that services of a session have. */
export class LiveFiles {
  readonly #options: LiveFilesOptions;
  readonly #services = new Map<string, Kept>();

  constructor(options: LiveFilesOptions) {
    this.#options = options;
  }

  /** What is kept current now, for planning. */
  list(): readonly { readonly service: string; readonly config: string }[] {
    return [...this.#services].map(([service, { config }]) => ({ service, config }));
  }

  /** Fills the directories of a service, and keeps them current in the background. Errors: `files-unreadable`, `cancelled`. */
  async bring(service: string, directories: readonly SharedDirectory[], signal: AbortSignal): Promise<void> {
    const known = await Promise.all(
      directories.map(async (directory) => {
        const reading = this.#options.read(directory.from, directory.source);
        const files = await unlessAborted(`reading ${directory.source}`, signal, reading);
        await this.#put(service, directory, files, signal);
        return { directory, print: printOf(files), isAlone: isAlone(files) };
      }),
    );
    const ended = new AbortController();
    const alone = known.filter((one) => one.isAlone).map(({ directory }) => directory.target);
    this.#services.set(service, { config: filesConfig(directories), ended, alone });
    for (const { directory, print } of known) void this.#keep(service, directory, print, ended.signal);
  }

  /** Targets of a service's directories at which there is a file instead. */
  filesAlone(service: string): readonly string[] {
    return this.#services.get(service)?.alone ?? [];
  }

  /** Nothing happens when there are none. */
  leave(service: string): void {
    this.#services.get(service)?.ended.abort();
    this.#services.delete(service);
  }

  /** Ends it for all services. */
  close(): void {
    for (const service of [...this.#services.keys()]) this.leave(service);
  }

  async #keep(
    service: string,
    directory: SharedDirectory,
    first: string,
    signal: AbortSignal,
  ): Promise<void> {
    const what = `${directory.source} of ${targetText(directory.from)}`;
    let known = first;
    let complained = false;
    for (;;) {
      await pause(LOOK_MS, signal);
      if (signal.aborted) return;
      try {
        const files = await this.#options.read(directory.from, directory.source);
        const print = printOf(files);
        const isNew = print !== known;
        if (isNew && !signal.aborted) await this.#put(service, directory, files, signal);
        complained = false;
        if (!isNew || signal.aborted) continue;
        known = print;
        this.#options.report({
          type: 'state',
          resource: `files/${service}`,
          state: 'up',
          reason: `${directory.target} follows a change of ${what}`,
        });
      } catch (error) {
        if (signal.aborted || complained) continue;
        complained = true;
        this.#options.report({
          type: 'warning',
          message: `service ${service}: ${directory.target} stays as it is: ${messageOf(error)}`,
        });
      }
    }
  }

  async #put(
    service: string,
    directory: SharedDirectory,
    found: readonly CarriedFile[],
    signal: AbortSignal,
  ): Promise<void> {
    const { runner, project } = this.#options;
    const { inGateway, source } = directory;
    const files = found.map((file) => (file.path === '' ? { ...file, path: nameAlone(directory) } : file));
    let said = '';
    const output = new Writable({
      write: (chunk: Buffer, _, done) => {
        said += chunk.toString();
        done();
      },
    });
    const gateway = containerName(project, service, 'gateway');
    const command = ['sh', '-ec', PUT, 'sh', inGateway, printOf(files).slice(0, 16)];
    const spec = { command, environment: {}, tty: false };
    const input = Readable.from([await tarOf(files)], { objectMode: false });
    const code = await runner.exec(gateway, spec, { input, output, errors: output }, signal);
    if (code === 0) return;
    throw new DevenvError({
      code: 'files-unreadable',
      message: `service ${service}: the files of ${source} cannot be put in place`,
      evidence: said.trim().split('\n'),
      owner: 'environment',
    });
  }
}

/**
 * Unpacks standard input beside what is there, and swaps both in one step, so that a reader sees either the old or the
 * new files. The same arrangement as the kubelet's: every name leads through `..data` to the files of one moment. Whoever is
 * not root can give nothing away, and owns it all, for a program that is this user, too.
 */
const PUT = `cd "$1"; new="..$2.$$"; mkdir "$new"
put() { tar --extract --numeric-owner "$@" --same-permissions --file - --directory "$new"; }
while read -r key uid _; do [ "$key" != Uid: ] || break; done </proc/self/status
if [ "$uid" = 0 ]; then put --same-owner; else put --no-same-owner; chmod -R u+rX "$new"; fi
chmod 755 "$new"; ln -s "$new" ..next; mv -T ..next ..data
for name in * .[!.]*; do if [ -L "$name" ] && [ ! -e "$name" ]; then rm "$name"; fi; done
for path in ..data/* ..data/.[!.]*; do if [ -e "$path" ]; then ln -sfn "$path" "\${path#..data/}"; fi; done
for old in ..[!.]*; do case "$old" in ..data | ..next | "$new") ;; *) rm -rf "$old" ;; esac; done`;

function isAlone(files: readonly CarriedFile[]): boolean {
  return files.length === 1 && files[0]?.path === '';
}

function printOf(files: readonly CarriedFile[]): string {
  const hash = createHash('sha256');
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const { path, content, mode, uid, gid, link } = file;
    hash.update(JSON.stringify([path, content.length, mode, uid, gid, link])).update(content);
  }
  return hash.digest('hex');
}
