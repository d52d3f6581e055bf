import { readFileSync } from 'node:fs';
import type { ExtraHost } from '../model/workspace.ts';

/** Name server of a network: every lookup is sent to the gateway, whatever address it is for. */
const NAME_SERVER = '192.0.2.1';

/**
 * Files that a network has in place of this machine's, by name: all its lookups come to the gateway, which means files and
 * DNS, and nothing that asks a program of this machine.
 */
export function networkFiles({
  guard,
  extraHosts,
}: {
  readonly guard: string;
  readonly extraHosts: readonly ExtraHost[];
}): Readonly<Record<string, string>> {
  const hosts = extraHosts.map(({ address, name }) => `${address}\t${name}\n`);
  return {
    'guard.nft': `${guard}\n`,
    'resolv.conf': `nameserver ${NAME_SERVER}\n`,
    'nsswitch.conf': lookupsByDns(textOf('/etc/nsswitch.conf')),
    hosts: textOf('/etc/hosts') + hosts.join(''),
    nobody: '',
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
