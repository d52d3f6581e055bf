import type { Build, BuildOptions } from '../model/build.ts';
import type { WrittenContents } from './written-contents.ts';

/** A mapping as the file spells it; what is undefined is left out when it is written. */
type Written = Readonly<Record<string, unknown>>;

/** How an image is made, as the file spells it; `contents` declare its secrets. */
export function writtenBuild(build: Build, contents: WrittenContents): Written {
  const { options, dockerfile, ...rest } = build;
  if (options === undefined) return { ...rest, dockerfile };
  // A Dockerfile within the file and one beside it exclude each other.
  const own = options.inline === undefined ? { dockerfile } : {};
  return { ...rest, ...own, ...writtenOptions(options, contents) };
}

function writtenOptions(options: BuildOptions, contents: WrittenContents): Written {
  const { inline, contexts, secrets, ssh, tags, labels, network, extraHosts, pull, noCache } = options;
  const written = {
    dockerfile_inline: inline,
    additional_contexts: contexts,
    secrets: contents.ofBuild(secrets),
    ssh,
    tags,
    labels,
    network,
    extra_hosts: extraHosts.map(({ name, address }) => `${name}=${address}`),
    pull,
    no_cache: noCache,
  };
  return Object.fromEntries(Object.entries(written).filter(([, value]) => saysSomething(value)));
}

function saysSomething(value: unknown): boolean {
  if (value === undefined || value === false) return false;
  return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
}
