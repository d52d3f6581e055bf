import { Readable } from 'node:stream';
import { type CarriedFile, filesInTar } from '../../../src/common/tar.ts';
import type { ContainerSpec } from '../../../src/engine/index.ts';
import { label } from '../../../src/model/labels.ts';
import type { ExecSpec, ExecStreams } from '../../../src/runner/index.ts';
import type { FakeProcess } from '../../fakes/index.ts';

const MOST_BYTES = 1024 * 1024;

/** The memory that gateways share with their services: what was put there, and is gone with the gateway's container. */
export class Memory {
  readonly #directories = new Map<string, Map<string, readonly CarriedFile[]>>();
  /** Why nothing can be put there; undefined = it can. */
  trouble: string | undefined;

  /** A gateway's container ends, and with it its memory. */
  clear({ labels }: Pick<FakeProcess, 'labels'>): void {
    this.#directories.delete(keyOf(labels));
  }

  /** Answers the program that puts files there: the last words but one of its command are the directory. */
  readonly exec = async (spec: ExecSpec, { input, errors }: ExecStreams, { labels }: ContainerSpec) => {
    const files = await filesInTar(Readable.from(input ?? []), MOST_BYTES);
    if (this.trouble !== undefined) {
      errors.write(this.trouble);
      return 1;
    }
    const directories = this.#directories.get(keyOf(labels)) ?? new Map();
    this.#directories.set(keyOf(labels), directories.set(spec.command.at(-2) ?? '', files));
    return 0;
  };

  /** The files that a service has now, by their paths. */
  filesOf(project: string, service: string): Readonly<Record<string, string>> {
    const directories = this.#directories.get(`${project}/${service}`) ?? new Map();
    return textsOf([...directories.values()].flat());
  }
}

/** Files as texts, by their paths. */
export function textsOf(files: readonly CarriedFile[]): Readonly<Record<string, string>> {
  return Object.fromEntries(files.map(({ path, content }) => [path, content.toString()]));
}

function keyOf(labels: Readonly<Record<string, string>>): string {
  return `${labels[label.project]}/${labels[label.service]}`;
}
