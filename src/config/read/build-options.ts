import type { BuildOptions, BuildSecret } from '../../model/build.ts';
import { readAssignments } from './assignments.ts';
import { type Content, usableContent } from './contents.ts';
import { readExtraHosts } from './extra-host.ts';
import { expandPath } from './path.ts';
import { booleanIn, entries, items, type Reading, stringIn, textIn, under, type Value } from './reading.ts';
import { textsIn } from './texts.ts';

/** Reads what few builds need; undefined when the file says nothing of it. */
export function readBuildOptions(
  value: Value,
  isRemote: boolean,
  secrets: ReadonlyMap<string, Content>,
  reading: Reading,
): BuildOptions | undefined {
  const at = (key: string) => under(value, key);
  const options: BuildOptions = {
    isRemote,
    inline: stringIn(at('dockerfile_inline')),
    contexts: readContexts(at('additional_contexts'), reading),
    secrets: readSecrets(at('secrets'), secrets, reading),
    ssh: readSsh(at('ssh')),
    tags: textsIn(at('tags')),
    labels: assigned(at('labels'), 'label', reading),
    network: stringIn(at('network')),
    extraHosts: readExtraHosts(at('extra_hosts'), reading),
    pull: booleanIn(at('pull')) ?? false,
    noCache: booleanIn(at('no_cache')) ?? false,
  };
  return Object.values(options).some(saysSomething) ? options : undefined;
}

function saysSomething(value: BuildOptions[keyof BuildOptions]): boolean {
  return typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined && value !== false;
}

function assigned(
  value: Value | undefined,
  noun: 'label',
  reading: Reading,
): Readonly<Record<string, string>> {
  return Object.fromEntries(readAssignments(value, noun, reading).map(({ name, text = '' }) => [name, text]));
}

/** What has a scheme is for the builder; anything else is a path. */
function readContexts(value: Value | undefined, reading: Reading): Readonly<Record<string, string>> {
  const given = readAssignments(value, 'context', reading);
  return Object.fromEntries(
    given.map(({ name, text = '', value: place }) => [
      name,
      /^[a-z-]+:/.test(text) ? text : expandPath(text, place, reading),
    ]),
  );
}

function readSecrets(
  value: Value | undefined,
  contents: ReadonlyMap<string, Content>,
  reading: Reading,
): readonly BuildSecret[] {
  return items(value).flatMap((item): BuildSecret[] => {
    const source = stringIn(item.node.kind === 'mapping' ? under(item, 'source') : item);
    if (source === undefined) return [];
    const content = usableContent(source, item, 'secret', contents, reading);
    const id = stringIn(under(item, 'target')) ?? source;
    if (content?.kind === 'file') return [{ id, path: content.path, content: undefined }];
    return content?.kind === 'text' ? [{ id, path: undefined, content: content.text }] : [];
  });
}

function readSsh(value: Value | undefined): readonly string[] {
  if (value?.node.kind !== 'mapping') return textsIn(value);
  return entries(value).map((entry) => {
    const path = textIn(entry);
    return path === undefined ? entry.key : `${entry.key}=${path}`;
  });
}
