import { nearest } from '../../common/nearest.ts';
import { quote } from '../tree.ts';
import { type Reading, stringIn, type Value } from './reading.ts';

/** Architectures that people name without their system. */
const architectures = ['amd64', 'arm64', 'arm', '386', 'ppc64le', 's390x', 'riscv64'];

/** Other names of them. */
const aliases: Readonly<Record<string, string>> = { x86_64: 'amd64', 'x86-64': 'amd64', aarch64: 'arm64' };

/** Reads `OS/ARCHITECTURE[/VARIANT]`; undefined when nothing is said or it is wrong. */
export function readImagePlatform(value: Value | undefined, reading: Reading): string | undefined {
  const text = stringIn(value);
  if (value === undefined || text === undefined) return undefined;
  if (/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9]+)?$/.test(text)) return text;
  const bare = text.toLowerCase().replace(/^linux[^a-z0-9]*/, '');
  const meant = aliases[bare] ?? (architectures.includes(bare) ? bare : nearest(bare, architectures)[0]);
  reading.report(value, {
    code: 'bad-image-platform',
    message: `${quote(text)} is not of the form OS/ARCHITECTURE`,
    hint: `write, for example, linux/${meant ?? 'amd64'}`,
  });
  return undefined;
}
