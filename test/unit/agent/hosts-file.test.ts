import packet, { type RecordType } from 'dns-packet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerFromHosts } from '../../../src/agent/hosts-file.ts';
import { ipBytes } from '../../../src/common/ip-bytes.ts';

const file = `# Kubernetes-managed hosts file.
127.0.0.1	localhost
::1	localhost ip6-localhost ip6-loopback
fe00::0	ip6-localnet
10.244.0.7	aliased.pods.shop.svc.cluster.local	aliased
127.0.0.1	legacy.corp.example # what was before
10.99.99.99	Far.corp.example far
fd00::99	far.corp.example
not-an-address	odd
`;
const search = ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

function ask(name: string, type: RecordType = 'A') {
  const query = packet.encode({
    type: 'query',
    id: 7,
    flags: packet.RECURSION_DESIRED,
    questions: [{ type, name }],
  });
  const answer = answerFromHosts(query, file, search);
  if (answer === undefined) return undefined;
  const { id, type: kind, answers = [] } = packet.decode(answer);
  expect([id, kind]).toEqual([7, 'response']);
  return answers.map((one) => ('data' in one ? one.data : ''));
}

describe('a hosts file', () => {
  it.each([
    ['aliased', ['10.244.0.7']],
    ['aliased.pods.shop.svc.cluster.local', ['10.244.0.7']],
    ['legacy.corp.example', ['127.0.0.1']],
    ['FAR.corp.example', ['10.99.99.99']],
    ['far.corp.example.shop.svc.cluster.local', ['10.99.99.99']],
    ['far.corp.example.cluster.local', ['10.99.99.99']],
  ])('tells the address of %s', (name, addresses) => {
    expect(ask(name)).toEqual(addresses);
  });

  it('tells addresses of both families, and where there are none', () => {
    expect(ask('far.corp.example', 'AAAA')).toEqual(['fd00::99']);
    expect(ask('legacy.corp.example', 'AAAA')).toEqual([]);
  });

  it.each(['nobody', 'odd', 'localhost', 'corp.example', 'x.far.corp.example', ''])(
    'says nothing of %j',
    (name) => {
      expect(ask(name)).toBeUndefined();
    },
  );

  it('leaves a single word in a domain of the search list to the name servers: it may be a Service', () => {
    expect(ask('far.shop.svc.cluster.local')).toBeUndefined();
  });

  it('tells the name of an address', () => {
    expect(ask('7.0.244.10.in-addr.arpa', 'PTR')).toEqual(['aliased.pods.shop.svc.cluster.local']);
    const sixteen = [...(ipBytes('fd00::99')?.toString('hex') ?? '')].reverse().join('.');
    expect(ask(`${sixteen}.ip6.arpa`, 'PTR')).toEqual(['far.corp.example']);
    expect(ask('1.0.0.127.in-addr.arpa', 'PTR')).toEqual(['legacy.corp.example']);
  });

  it('leaves other questions to the name servers', () => {
    expect(ask('far.corp.example', 'MX')).toBeUndefined();
  });

  it('reads any bytes, in either place', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.string({ maxLength: 80 }), (bytes, text) => {
        answerFromHosts(Buffer.from(bytes), file, search);
        answerFromHosts(packet.encode({ questions: [{ type: 'A', name: 'far' }] }), text, [text]);
      }),
    );
  });
});

it.each([
  ['10.0.0.1', '0a000001'],
  ['::', '00000000000000000000000000000000'],
  ['::1', '00000000000000000000000000000001'],
  ['fe80::1%eth0', 'fe800000000000000000000000000001'],
  ['::ffff:10.0.0.1', '00000000000000000000ffff0a000001'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['1:2::', '00010002000000000000000000000000'],
])('the bytes of %s', (text, hex) => {
  expect(ipBytes(text)?.toString('hex')).toBe(hex);
});

it.each(['', 'x', '1.2.3', ':::'])('%j is no address', (text) => {
  expect(ipBytes(text)).toBeUndefined();
});
