// Addresses of the test cluster, and what it changes in this machine's network.
import { run, tryRun } from './run.mjs';

export const POD_RANGE = '10.244.0.0/16';
export const NODE_POD_RANGE = '10.244.0.0/24';
export const SERVICE_RANGE = '10.96.0.0/16';
export const API_SERVICE = '10.96.0.1';
export const DNS_SERVICE = '10.96.0.10';
export const API_PORT = 16443;
export const CLUSTER_DOMAIN = 'cluster.local';

/** Bridge of the pods. */
export const POD_BRIDGE = 'gefyra-pods';
/** A device that swallows packets to services which nobody has translated: they must not leave this machine. */
const SERVICE_SINK = 'gefyra-svc';

/** This machine's address, as the node's; pods reach the API server there. */
export function nodeAddress() {
  const { stdout } = run('ip', ['-4', '-json', 'addr', 'show', 'scope', 'global', 'up']);
  /** @type {{ ifname: string, addr_info: { local: string }[] }[]} */
  const links = JSON.parse(stdout);
  const own = links.filter(({ ifname }) => !/^(docker|br-|veth|gefyra|cni)/.test(ifname));
  const address = own[0]?.addr_info[0]?.local ?? links[0]?.addr_info[0]?.local;
  if (address === undefined) throw new Error('this machine has no IPv4 address beside loopback');
  return address;
}

/** Lets pods talk, and keeps packets to services on this machine. */
export function prepareNetwork() {
  tryRun('ip', ['link', 'add', SERVICE_SINK, 'type', 'bridge']);
  run('ip', ['link', 'set', SERVICE_SINK, 'up']);
  run('ip', ['route', 'replace', SERVICE_RANGE, 'dev', SERVICE_SINK]);
  // Docker lets nothing be forwarded that is not its own.
  for (const rule of forwardRules()) {
    if (!tryRun('iptables', ['-w', '-C', ...rule])) run('iptables', ['-w', '-I', ...rule]);
  }
}

/** Takes everything back that this cluster and its programs have changed. Harmless when there is nothing. */
export function removeNetwork() {
  for (const rule of forwardRules()) while (tryRun('iptables', ['-w', '-D', ...rule])) {}
  tryRun('ip', ['link', 'delete', SERVICE_SINK]);
  tryRun('ip', ['link', 'delete', POD_BRIDGE]);
  for (const family of ['ip', 'ip6']) tryRun('nft', ['delete', 'table', family, 'kube-proxy']);
  for (const program of ['iptables', 'ip6tables']) removeChains(program);
}

function forwardRules() {
  return ['-s', '-d'].map((side) => ['FORWARD', side, POD_RANGE, '-j', 'ACCEPT']);
}

/** The kubelet's and the network plugins' own chains, with the rules that lead to them. */
function removeChains(/** @type {string} */ program) {
  for (const table of ['nat', 'filter', 'mangle']) {
    let saved;
    try {
      saved = run(`${program}-save`, ['-t', table]).stdout;
    } catch {
      continue;
    }
    const isOurs = (/** @type {string} */ line) => /\b(KUBE-|CNI-)/.test(line);
    const lines = saved.split('\n').filter(isOurs);
    if (lines.length === 0) continue;
    const chains = lines.flatMap((line) => /^:(\S+)/.exec(line)?.[1] ?? []);
    const deletions = lines
      .filter((line) => line.startsWith('-A ') && !chains.includes(line.split(' ')[1] ?? ''))
      .map((line) => line.replace(/^-A /, '-D '));
    const script = [
      `*${table}`,
      ...deletions,
      ...chains.map((chain) => `-F ${chain}`),
      ...chains.map((chain) => `-X ${chain}`),
      'COMMIT',
      '',
    ].join('\n');
    tryRun(`${program}-restore`, ['-w', '-n'], script);
  }
}
