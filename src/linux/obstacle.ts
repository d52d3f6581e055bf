import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { type ErrorFacts, messageOf } from '../common/errors.ts';
import type { Ways } from './namespaces.ts';

/** Programs by name, each with the package of Debian and most others that has it. */
type Tools = Readonly<Record<string, string>>;

/** What networks are made with. */
const TOOLS: Tools = {
  unshare: 'util-linux',
  nsenter: 'util-linux',
  setpriv: 'util-linux',
  mount: 'mount',
  mkfifo: 'coreutils',
  ip: 'iproute2',
  nft: 'nftables',
};

/** Makes what a network is made of, and nothing that stays. */
const TRIAL =
  'PATH=$PATH:/usr/sbin:/sbin; ip link set lo up && nft add table inet devenv-trial && mount -t tmpfs none /mnt';

const REMEDIES =
  'Ubuntu 23.10 and later refuse them by AppArmor: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0 allows them until the next boot; elsewhere user.max_user_namespaces must not be 0, and a container needs a seccomp profile that allows unshare; or run devenv as root; or give the service an `image` in place of `process`';

/** What keeps programs from having networks of their own here, found out by making one; undefined = nothing. */
export async function obstacleHere({ make }: Ways, gateway: string): Promise<ErrorFacts | undefined> {
  const missing = missingTools(TOOLS, 'a program of this machine gets its network by');
  if (missing !== undefined) return missing;
  if (!existsSync(gateway)) {
    return {
      code: 'internal',
      message: `the gateway ${gateway} is not there`,
      hint: 'install devenv again, or `npm run build`',
      owner: 'devenv',
    };
  }
  const [program = '', ...words] = make;
  try {
    await promisify(execFile)(program, [...words, 'sh', '-c', TRIAL], { cwd: '/', timeout: 10_000 });
    return undefined;
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : '';
    return {
      code: 'permission-missing',
      message: 'this machine does not let this user make a network of its own, which a `process` needs',
      evidence: (said === '' ? messageOf(error) : said).split('\n'),
      hint: REMEDIES,
      owner: 'environment',
    };
  }
}

/** Which of these are not installed, said after `use`, e.g. `a terminal is made by`; undefined = none. */
export function missingTools(tools: Tools, use: string): ErrorFacts | undefined {
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(delimiter);
  const missing = Object.entries(tools).filter(
    ([tool]) => !path.some((place) => existsSync(join(place, tool))),
  );
  if (missing.length === 0) return undefined;
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  return {
    code: 'program-not-found',
    message: `${use} ${missing.map(([tool]) => tool).join(', ')}, which is not installed`,
    hint: `install it: sudo apt-get install ${packages}, or what your system calls them`,
    owner: 'environment',
  };
}
