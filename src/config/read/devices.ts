import type { Device, DeviceRequest, Ulimit } from '../../model/container-settings.ts';
import { quote } from '../tree.ts';
import { entries, integerIn, items, type Reading, stringIn, textIn, under, type Value } from './reading.ts';
import { textsIn } from './texts.ts';

/** Reads devices of this machine, in either form. */
export function readDevices(value: Value | undefined, reading: Reading): readonly Device[] {
  return items(value).flatMap((item) => {
    if (item.node.kind === 'mapping') {
      const source = stringIn(under(item, 'source'));
      if (source === undefined) return [];
      const permissions = stringIn(under(item, 'permissions')) ?? 'rwm';
      return [{ source, target: stringIn(under(item, 'target')) ?? source, permissions }];
    }
    const text = stringIn(item);
    if (text === undefined) return [];
    const [source = '', second, third, ...surplus] = text.split(':');
    // A device of a driver of the engine, such as `vendor.com/gpu=0`, has no path.
    const bareMode = second !== undefined && third === undefined && /^[rwm]{1,3}$/.test(second);
    const target = second === undefined || bareMode ? source : second;
    const permissions = bareMode ? second : (third ?? 'rwm');
    if (source !== '' && surplus.length === 0 && /^[rwm]{1,3}$/.test(permissions))
      return [{ source, target, permissions }];
    const message = `${quote(text)} is not of the form SOURCE:TARGET:PERMISSIONS`;
    reading.report(item, {
      code: 'bad-device',
      message,
      hint: 'write, for example, /dev/fuse:/dev/fuse:rwm',
    });
    return [];
  });
}

/** Reads devices that drivers of the engine give; `all` are all graphics processors. */
export function readDeviceRequests(value: Value | undefined, reading: Reading): readonly DeviceRequest[] {
  const nothing = { driver: undefined, ids: [], capabilities: ['gpu'], options: {} };
  if (stringIn(value) === 'all') return [{ ...nothing, count: -1 }];
  return items(value).map((item) => {
    const ids = textsIn(under(item, 'device_ids'));
    const capabilities = textsIn(under(item, 'capabilities'));
    const options = entries(under(item, 'options')).map(
      (option) => [option.key, textIn(option) ?? ''] as const,
    );
    return {
      driver: stringIn(under(item, 'driver')),
      count: ids.length > 0 ? undefined : readCount(under(item, 'count'), reading),
      ids,
      capabilities: capabilities.length > 0 ? capabilities : ['gpu'],
      options: Object.fromEntries(options),
    };
  });
}

function readCount(value: Value | undefined, reading: Reading): number {
  const text = textIn(value);
  if (value === undefined || text === undefined || text === 'all') return -1;
  if (/^\d+$/.test(text)) return Number(text);
  const message = `"count" must be a number or all, not ${quote(text)}`;
  reading.report(value, { code: 'bad-count', message });
  return -1;
}

/** Reads limits of processes. */
export function readUlimits(value: Value | undefined, reading: Reading): readonly Ulimit[] {
  return entries(value).flatMap((entry) => {
    if (entry.key.startsWith('x-')) return [];
    const single = integerIn(entry);
    const soft = single ?? integerIn(under(entry, 'soft'));
    const hard = single ?? integerIn(under(entry, 'hard'));
    if (soft === undefined || hard === undefined) return [];
    if (soft > hard && hard !== -1) {
      const message = `the soft limit ${soft} is above the hard one, ${hard}`;
      reading.report(entry, { code: 'bad-ulimit', message, hint: 'lower the soft one' });
      return [];
    }
    return [{ name: entry.key.toLowerCase(), soft, hard }];
  });
}
