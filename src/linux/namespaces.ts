import { readFileSync } from 'node:fs';

/** Rights that a program of this machine's root does not have in a network that is not this machine's. */
const ROOT_WITHOUT = '-net_admin';

/**
 * How namespaces are made and entered, for the user that this process has. Root needs no user namespace, and would lose its
 * rights over the files of others in one; everybody else is alone in one, with the same number.
 */
export interface Ways {
  /** Words that run a command as the first process of a new network, mount and process namespace. */
  readonly make: readonly string[];
  /** Takes rights from a program that is started there; words for a shell. */
  readonly lower: string;
  /** Takes from the gateway all rights but the one that packet rules need. */
  readonly lowerGateway: string;
  /** Words that run a command within the namespaces of a process. */
  readonly enter: (pid: number) => readonly string[];
}

/** See `Ways`. */
export function waysOf(uid: number): Ways {
  const made = ['--net', '--mount', '--pid', '--fork', '--kill-child'];
  const entered = ['--net', '--mount', '--pid'];
  if (uid === 0) {
    return {
      make: ['unshare', ...made],
      lower: `setpriv --bounding-set=${ROOT_WITHOUT} --inh-caps=${ROOT_WITHOUT}`,
      lowerGateway: '',
      enter: (pid) => [
        ...['nsenter', '--target', String(pid), ...entered],
        ...['setpriv', `--bounding-set=${ROOT_WITHOUT}`, `--inh-caps=${ROOT_WITHOUT}`],
      ],
    };
  }
  return {
    make: ['unshare', '--user', '--map-current-user', '--keep-caps', ...made],
    lower: 'setpriv --ambient-caps=-all --inh-caps=-all --bounding-set=-all',
    lowerGateway:
      'setpriv --inh-caps=-all,+net_admin --ambient-caps=-all,+net_admin --bounding-set=-all,+net_admin',
    // Whoever begins another program there as an ordinary user has no rights left.
    enter: (pid) => ['nsenter', '--target', String(pid), '--user', '--preserve-credentials', ...entered],
  };
}

/** The first process of the namespaces that a process has made for its only child; undefined when it is gone. */
export function firstProcessOf(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : undefined;
  } catch {
    return undefined;
  }
}
