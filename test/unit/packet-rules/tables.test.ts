import { describe, expect, it } from 'vitest';
import {
  agentTable,
  gatewayTable,
  guardTable,
  interceptAdd,
  interceptRemove,
  interceptRenew,
  neighboursTable,
} from '../../../src/packet-rules/index.ts';

/** A transaction as nft reads it, a command a line. */
function commands(transaction: string): string {
  return transaction.split('; add ').join('\nadd ').split('; delete ').join('\ndelete ');
}

describe('packet rules', () => {
  it('of the agent send claimed ports to its listener behind a mesh, from outside and from loopback, but not its own traffic', () => {
    const settings = { exemptGroup: 13370, knowsSockets: true };
    expect(commands(agentTable('devenv', settings))).toMatchInlineSnapshot(`
      "add map inet devenv intercept { type inet_service : inet_service; flags timeout; }
      add chain inet devenv pre { type nat hook prerouting priority -95; }
      add rule inet devenv pre socket transparent 1 return
      add rule inet devenv pre tcp flags & (fin|syn|rst|ack) == syn redirect to :tcp dport map @intercept
      add chain inet devenv out { type nat hook output priority -95; }
      add rule inet devenv out meta skgid 13370 return
      add rule inet devenv out oifname "lo" tcp flags & (fin|syn|rst|ack) == syn dnat to :tcp dport map @intercept"
    `);
  });

  it('of the agent do without the sockets of a kernel that does not tell of them', () => {
    const all = commands(agentTable('devenv', { exemptGroup: 13370, knowsSockets: true })).split('\n');
    const lesser = commands(agentTable('devenv', { exemptGroup: 13370, knowsSockets: false })).split('\n');
    expect(all.filter((line) => !lesser.includes(line))).toEqual([
      'add rule inet devenv pre socket transparent 1 return',
    ]);
  });

  it('of the gateway take lookups and TCP, and leave loopback and the own network alone', () => {
    const settings = {
      exemptGroup: 13370,
      tcpPort: 15001,
      dnsPort: 15053,
      loopbackPorts: [],
      ownSubnets: ['172.20.0.0/16', 'fd00::/64'],
    };
    expect(commands(gatewayTable('devenv', settings))).toMatchInlineSnapshot(`
      "add chain inet devenv out { type nat hook output priority -105; }
      add rule inet devenv out meta skgid 13370 return
      add rule inet devenv out udp dport 53 redirect to :15053
      add rule inet devenv out tcp dport 53 redirect to :15053
      add rule inet devenv out fib daddr type local return
      add rule inet devenv out ip daddr 172.20.0.0/16 return
      add rule inet devenv out ip6 daddr fd00::/64 return
      add rule inet devenv out meta l4proto tcp redirect to :15001"
    `);
  });

  it('of a gateway without a workload take connections to neighbours and nothing else', () => {
    const settings = { exemptGroup: 13370, tcpPort: 15001, ranges: ['198.51.100.0/24'] };
    expect(commands(neighboursTable('devenv', settings))).toMatchInlineSnapshot(`
      "add chain inet devenv out { type nat hook output priority -105; }
      add rule inet devenv out meta skgid 13370 return
      add rule inet devenv out ip daddr 198.51.100.0/24 meta l4proto tcp redirect to :15001"
    `);
  });

  it('of the guard let out loopback, the own network and answers, for whichever program and group', () => {
    const settings = { exemptGroup: 13370, ownSubnets: ['172.20.0.0/16', 'fd00::/64'] };
    expect(commands(guardTable('devenv-guard', settings))).toMatchInlineSnapshot(`
      "add table inet devenv-guard
      add chain inet devenv-guard out { type filter hook output priority 0; }
      add rule inet devenv-guard out ct direction reply return
      add rule inet devenv-guard out ip daddr 127.0.0.11 meta skgid != 13370 reject with icmpx type admin-prohibited
      add rule inet devenv-guard out meta skgid != 13370 meta l4proto { tcp, udp } th dport 53 reject with icmpx type admin-prohibited
      add rule inet devenv-guard out oifname "lo" return
      add rule inet devenv-guard out fib daddr type local return
      add rule inet devenv-guard out ip daddr 172.20.0.0/16 return
      add rule inet devenv-guard out ip6 daddr fd00::/64 return
      add rule inet devenv-guard out icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit, mld-listener-report, mld2-listener-report } return
      add rule inet devenv-guard out meta l4proto tcp reject with tcp reset
      add rule inet devenv-guard out reject with icmpx type admin-prohibited"
    `);
  });

  it('of the guard let out of a network whose routes all lead to loopback only what is for itself', () => {
    const table = guardTable('devenv-guard', { exemptGroup: 1, ownSubnets: [], reach: 'own addresses' });
    expect(table).not.toContain('oifname');
    expect(table).toContain('fib daddr type local return');
  });

  it('put a port under a lease, renew it in one transaction, and give it back', () => {
    expect(interceptAdd('devenv', 8155, 41555)).toBe(
      'add element inet devenv intercept { 8155 timeout 5s : 41555 }',
    );
    expect(interceptRenew('devenv', 8155, 41555)).toBe(
      'delete element inet devenv intercept { 8155 }; add element inet devenv intercept { 8155 timeout 5s : 41555 }',
    );
    expect(interceptRemove('devenv', 8155)).toBe('delete element inet devenv intercept { 8155 }');
  });
});
