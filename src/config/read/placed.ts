import { posix } from 'node:path';
import type { PlacedFile } from '../../model/container-settings.ts';
import type { BindMount } from '../../model/workspace.ts';
import { missingPath } from '../missing-path.ts';
import { quote } from '../tree.ts';
import { mountTargetFault } from '../volume-text.ts';
import { type Content, type ContentNoun, usableContent } from './contents.ts';
import { readFileMode } from './file-mode.ts';
import { items, type Reading, stringIn, textIn, under, type Value } from './reading.ts';

/** What a service has of secrets or configs. */
export interface Placed {
  /** Files of this machine that are mounted as they are. */
  readonly mounts: readonly BindMount[];
  /** Files that are put into the container. */
  readonly files: readonly PlacedFile[];
}

/**
 * Reads the secrets or configs of a service. A file of this machine is mounted, read-only, so that it is seen as it
 * changes; with an owner or a mode of its own it is copied, and so is everything that is no file.
 */
export async function readPlaced(
  value: Value | undefined,
  noun: ContentNoun,
  contents: ReadonlyMap<string, Content>,
  reading: Reading,
): Promise<Placed> {
  const mounts: BindMount[] = [];
  const files: PlacedFile[] = [];
  for (const item of items(value)) {
    const sourcePlace = item.node.kind === 'mapping' ? under(item, 'source') : item;
    const source = stringIn(sourcePlace);
    if (sourcePlace === undefined || source === undefined) continue;
    const content = usableContent(source, sourcePlace, noun, contents, reading);
    const target = readTarget(item, source, noun, reading);
    const asked = readOwner(item, reading);
    const owner = { uid: asked.uid ?? 0, gid: asked.gid ?? 0, mode: asked.mode ?? 0o444 };
    if (content === undefined || target === undefined) continue;
    const isSecret = noun === 'secret';
    if (content.kind === 'text') {
      files.push({ target, content: content.text, isSecret, ...owner });
      continue;
    }
    const wanted = Object.values(asked).some((one) => one !== undefined);
    const text = wanted ? await textOf(content, reading) : undefined;
    if (text !== undefined) {
      files.push({ target, content: text, isSecret, ...owner });
      continue;
    }
    if (wanted && reading.files !== undefined)
      reading.note(
        item,
        'mode',
        'only a text file gets an owner and a mode of its own; this one is mounted as it is',
      );
    const mount: BindMount = { kind: 'bind', source: content.path, target, readOnly: true };
    mounts.push(reading.remember(mount, item, { source: content.place }));
  }
  return { mounts, files };
}

function readTarget(item: Value, source: string, noun: ContentNoun, reading: Reading): string | undefined {
  const place = under(item, 'target');
  const given = stringIn(place) ?? source;
  const target = given.startsWith('/') ? given : `${noun === 'secret' ? '/run/secrets/' : '/'}${given}`;
  const fault = mountTargetFault(target);
  if (fault === undefined) return posix.normalize(target);
  reading.report(place ?? item, { code: `bad-${noun}`, ...fault });
  return undefined;
}

function readOwner(
  item: Value,
  reading: Reading,
): Readonly<Record<'uid' | 'gid' | 'mode', number | undefined>> {
  const id = (key: string) => {
    const place = under(item, key);
    const text = textIn(place);
    if (place === undefined || text === undefined || text === '') return undefined;
    if (/^\d{1,10}$/.test(text)) return Number(text);
    reading.report(place, { code: 'bad-owner', message: `${quote(text)} is no id`, hint: 'write a number' });
    return undefined;
  };
  return { uid: id('uid'), gid: id('gid'), mode: readFileMode(under(item, 'mode'), reading) };
}

/** Undefined when it is no text, or not there. */
async function textOf(
  { path, place }: Extract<Content, { kind: 'file' }>,
  reading: Reading,
): Promise<string | undefined> {
  if (reading.files === undefined) return undefined;
  const found = await reading.files.find(path);
  if (found === undefined) {
    reading.report(place, { code: 'missing-source', ...(await missingPath(path, reading.files)) });
    return undefined;
  }
  if (found.kind !== 'a file') return undefined;
  const text = await reading.texts.read(path);
  return text === undefined || text.problems.length > 0 ? undefined : text.source.text;
}
