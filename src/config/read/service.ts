import type { Service } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { readBridge } from './bridge.ts';
import { readCommand } from './command.ts';
import { readEnvironment } from './environment.ts';
import { readImage } from './image.ts';
import { readPort } from './port.ts';
import { items, type Reading, stringIn, under, type Value } from './reading.ts';
import { readVolume } from './volume.ts';

/** Reads one service; one line for each key. `platform` is the file's `connection.platform`. */
export function readService(
  name: string,
  value: Value,
  platform: Value | undefined,
  reading: Reading,
): Service {
  const service: Service = {
    name,
    image: readImage(under(value, 'image'), reading) ?? '',
    command: readCommand(under(value, 'command'), 'filled', reading),
    entrypoint: readCommand(under(value, 'entrypoint'), 'maybe empty', reading),
    workingDir: readWorkingDir(under(value, 'working_dir'), reading),
    environment: readEnvironment(under(value, 'environment'), reading),
    volumes: items(under(value, 'volumes')).flatMap((item) => readVolume(item, reading) ?? []),
    ports: items(under(value, 'ports')).flatMap((item) => readPort(item, reading) ?? []),
    bridges: items(under(value, 'bridges')).flatMap((item) => readBridge(item, platform, reading) ?? []),
  };
  return reading.remember(service, value);
}

function readWorkingDir(value: Value | undefined, reading: Reading): string | undefined {
  const path = stringIn(value);
  if (value !== undefined && path !== undefined && !path.startsWith('/')) {
    reading.report(value, {
      code: 'relative-path',
      message:
        path === '' ? '"working_dir" is empty' : `"working_dir" must be an absolute path, not ${quote(path)}`,
      hint:
        path === ''
          ? 'remove it to use the image’s own'
          : `it is a path in the container: /${path.replace(/^(\.?\/)+/, '')}`,
    });
  }
  return path;
}
