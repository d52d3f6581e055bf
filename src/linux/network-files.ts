import { readFileSync } from 'node:fs';
import type { ExtraHost } from '../model/workspace.ts';

/** Name server of a network: every lookup is sent to the gateway, whatever address it is for. */
const NAME_SERVER = '192.0.2.1';

/**
 * What a network is made with, by name, and files that it has in place of this machine's: all its lookups come to the gateway, which means files and
 * DNS, and nothing that asks a program of this machine.
 */
export function networkFiles({
  guard,
  extraHosts,
  directories,
}: {
  readonly guard: string;
  readonly extraHosts: readonly ExtraHost[];
  readonly directories: readonly string[];
}): Readonly<Record<string, string>> {
  const hosts = extraHosts.map(({ address, name }) => `${address}\t${name}\n`);
  return {
    'guard.nft': `${guard}\n`,
    'resolv.conf': `nameserver ${NAME_SERVER}\n`,
    'nsswitch.conf': lookupsByDns(textOf('/etc/nsswitch.conf')),
    hosts: textOf('/etc/hosts') + hosts.join(''),
    nobody: '',
    directories: directories.map((name) => `${name}\n`).join(''),
  };
}

/** The machine's file with hosts from files and DNS alone. Pure. */
export function lookupsByDns(nsswitch: string): string {
  const others = nsswitch.split('\n').filter((line) => line !== '' && !/^\s*hosts\s*:/.test(line));
  return [...others, 'hosts: files dns', ''].join('\n');
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
