import { basename } from 'node:path';
import type { Service, Workspace } from '../../model/workspace.ts';
import type { Node } from '../tree.ts';
import { type ConnectionChoice, readConnection } from './connection.ts';
import { tellRepeatedNames } from './container-names.ts';
import { readContents } from './contents.ts';
import { forwardsInto, readForwards } from './forward.ts';
import { namesByLinks } from './links.ts';
import { readNamedVolumes } from './named-volume.ts';
import { entries, type Reading, stringIn, under, type Value } from './reading.ts';
import { readService } from './service.ts';

/** What project names look like: Compose's rule. */
export const PROJECT_NAME = /^[a-z0-9][a-z0-9_-]*$/;

/** What wins over the file. */
export interface Choice extends ConnectionChoice {
  readonly projectName: string | undefined;
}

/**
 * Makes the model of a file: short forms become long, defaults apply, paths are absolute. What the schema refuses is
 * passed over in silence; what it cannot see is reported to `reading`. The result is whole only without problems.
 */
export async function readWorkspace(
  root: Node,
  file: string,
  { projectName, ...choice }: Choice,
  reading: Reading,
): Promise<Workspace> {
  const top: Value = { node: root, path: [] };
  const name = readName(top, projectName, reading);
  const all = entries(under(top, 'services'));
  const named = all.filter(({ key }) => !key.startsWith('x-') && /^[a-zA-Z0-9._-]+$/.test(key));
  const volumes = readNamedVolumes(under(top, 'volumes'), reading);
  const surroundings = {
    project: name,
    services: new Set(named.map(({ key }) => key)),
    linkedAs: namesByLinks(under(top, 'services')),
    volumes: new Map(
      volumes.flatMap((volume) => (volume.settings === undefined ? [] : [[volume.name, volume.settings]])),
    ),
    secrets: readContents(under(top, 'secrets'), 'secret', reading),
    configs: readContents(under(top, 'configs'), 'config', reading),
  };
  tellRepeatedNames(named, reading);
  for (const entry of all) {
    const runnable = under(entry, 'image') ?? under(entry, 'build');
    if (entry.key.startsWith('x-') && runnable !== undefined)
      reading.warn(entry, notAService(entry.key), entry.keySpan);
  }
  const services = new Map<string, Service>();
  for (const entry of named) services.set(entry.key, await readService(entry, surroundings, reading));
  const forwards = readForwards(under(top, 'forwards'), reading);
  const targets = [
    ...[...services.values()].flatMap(({ bridges, envFrom }) =>
      [...bridges, ...envFrom].map(({ target }) => target),
    ),
    ...forwards.flatMap(({ target }) => target ?? []),
  ];
  const connection = readConnection(under(top, 'connection'), targets, choice, reading);
  const workspace: Workspace = {
    name,
    file,
    connection,
    services,
    forwards: forwardsInto(forwards, [...services.values()], connection.platform, reading),
    volumes,
  };
  return reading.remember(workspace, top, {
    services: under(top, 'services'),
    volumes: under(top, 'volumes'),
  });
}

function readName(top: Value, projectName: string | undefined, reading: Reading): string {
  const value = under(top, 'name');
  const name = stringIn(value);
  if (value === undefined && projectName === undefined) {
    const fromDirectory = projectNameFrom(basename(reading.directory));
    if (fromDirectory !== undefined) return fromDirectory;
    reading.report(
      top,
      {
        code: 'missing-name',
        message: `the directory ${JSON.stringify(basename(reading.directory))} gives no project name`,
        hint: 'add a name, for example `name: shop`',
      },
      { ...top.node.mark, end: top.node.mark.start },
    );
  } else if (value !== undefined && name !== undefined && !PROJECT_NAME.test(name)) {
    const proposal = projectNameFrom(name);
    reading.report(value, {
      code: 'bad-name',
      message: `${JSON.stringify(name)} cannot be a project name`,
      hint: `use lower-case letters, digits, - and _, beginning with a letter or digit${proposal === undefined ? '' : `: ${proposal}`}`,
    });
  }
  return projectName ?? name ?? '';
}

/** The nearest project name to a text, or undefined when nothing of it remains. */
export function projectNameFrom(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[-_]+/, '');
  return name === '' ? undefined : name;
}

function notAService(key: string) {
  return {
    code: 'ignored-service',
    message: `${JSON.stringify(key)} is ignored: keys that begin with x- are no services`,
    hint: 'rename it if it should run',
  };
}
