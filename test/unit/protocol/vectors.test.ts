import { describe, expect, it } from 'vitest';
import {
  type Challenge,
  decodeAgentEvent,
  decodeAgentRequest,
  decodeChallenge,
  decodeGatewayEvent,
  decodeGatewayRequest,
  decodeHello,
  decodeProof,
  decodeStreamTarget,
  decodeWelcome,
  encodeChallenge,
  encodeHello,
  encodeProof,
  encodeStreamTarget,
  encodeWelcome,
  proofOf,
  sameProof,
} from '../../../src/protocol/index.ts';

/** Lines as version 4 sends them. A change here breaks agents that already run. */
const hello =
  '{"version":4,"role":"inbound","nonce":"bm9uY2U","session":"a1b2","tunnel":"app","owner":{"user":"john@laptop","project":"shop","since":1700000000000}}';
const welcome =
  '{"ok":true,"version":4,"resolver":{"search":["demo.svc.cluster.local"],"options":["ndots:5"]}}';

describe('protocol version 4', () => {
  it('reads and writes the hello', () => {
    expect(encodeHello(decodeHello(hello))).toBe(hello);
  });

  it('reads and writes the challenge and the proof', () => {
    const challenge = '{"nonce":"c29t","proof":"cHJvb2Y"}';
    expect(encodeChallenge(decodeChallenge(challenge) as Challenge)).toBe(challenge);
    expect(decodeChallenge('{"ok":false,"reason":"no"}')).toEqual({ ok: false, reason: 'no' });
    expect(decodeProof(encodeProof('cHJvb2Y'))).toBe('cHJvb2Y');
  });

  it('proves the secret by all that was said, who says it and the port', () => {
    const subject = { hello, nonce: 'c29t', port: 20_001 };
    expect(proofOf('s3cret', 'program', subject)).toBe('LCtu3LFsAgcg9urk2E8kg8PEF-kURcK7eP_3Ut9f6i8');
    expect(proofOf('s3cret', 'session', subject)).toBe('QbHRAc1i4jjFdOOoKfI8CPOcfisI5_QfeHQgWETr108');
    const others = [
      proofOf('s3cret', 'session', subject),
      proofOf('other', 'program', subject),
      proofOf('s3cret', 'program', { ...subject, hello: hello.replace('inbound', 'control') }),
      proofOf('s3cret', 'program', { ...subject, nonce: 'other' }),
      proofOf('s3cret', 'program', { ...subject, port: 20_002 }),
      proofOf('s3cret', 'program', { ...subject, port: undefined }),
    ];
    expect(others.filter((proof) => sameProof(proof, proofOf('s3cret', 'program', subject)))).toEqual([]);
  });

  it('reads and writes the welcome', () => {
    expect(encodeWelcome(decodeWelcome(welcome))).toBe(welcome);
    expect(decodeWelcome('{"ok":false,"reason":"no proof"}')).toEqual({ ok: false, reason: 'no proof' });
  });

  it('takes of a resolver what can stand in a resolv.conf and say nothing else there', () => {
    const resolver = {
      search: ['demo.svc', 'a b', 'x\nnameserver 6.6.6.6', '.', 'a'.repeat(300)],
      options: ['ndots:5', 'rotate', 'x y', 'a\nb'],
    };
    expect(decodeWelcome(JSON.stringify({ ok: true, version: 4, resolver }))).toMatchObject({
      resolver: { search: ['demo.svc', '.'], options: ['ndots:5', 'rotate'] },
    });
  });

  it('takes words for people in one line, and not too many', () => {
    const reason = `held\u001b[31m by\n${'x'.repeat(5000)}`;
    const event = decodeAgentEvent({ type: 'refused', id: 1, reason });
    expect(event).toMatchObject({ reason: expect.stringMatching(/^held \[31m by x{300,}…$/) });
  });

  it('ignores fields it does not know', () => {
    expect(decodeHello(hello.replace('{"version"', '{"later":[1],"version"')).session).toBe('a1b2');
  });

  it.each([
    ['{"type":"claim","id":1,"port":8155,"tunnel":"app","to":9000,"probes":[]}'],
    ['{"type":"claim","id":1,"port":8155,"tunnel":"app","to":9000,"probes":["kube-probe/*","watchdog"]}'],
    [
      '{"type":"claim","id":1,"port":8155,"tunnel":"app","to":9000,"probes":[],"fallback":{"kind":"wait","ms":5000}}',
    ],
    ['{"type":"claim","id":1,"port":8155,"tunnel":"app","to":9000,"probes":[],"fallback":{"kind":"fail"}}'],
    ['{"type":"resume","id":2,"port":8155,"tunnel":"app"}'],
    ['{"type":"rest","id":3,"port":8155,"tunnel":"app"}'],
    ['{"type":"rest","id":3,"port":8155,"tunnel":"app","drain":10000}'],
    ['{"type":"rest","id":3,"port":8155,"tunnel":"app","drain":10000,"away":true}'],
    ['{"type":"release","id":4,"port":8155,"tunnel":"app"}'],
    ['{"type":"release","id":4,"port":8155,"tunnel":"app","drain":0}'],
    ['{"type":"retire","id":6}'],
    ['{"type":"held","id":7}'],
    ['{"type":"ask","id":8,"port":8155,"now":false}'],
    [
      '{"type":"ask","id":8,"port":8155,"filter":{"match":[[{"of":"header","name":"x-user","test":{"kind":"exact","text":"ann"}}]],"except":[]},"now":true}',
    ],
    ['{"type":"answer","id":9,"question":3,"yields":true,"reason":""}'],
    [
      '{"type":"answer","id":9,"question":3,"yields":false,"reason":"in use: a request 12s ago","waits":true}',
    ],
  ])('reads the agent request %s', (line) => {
    expect(decodeAgentRequest(JSON.parse(line))).toEqual(JSON.parse(line));
  });

  it.each([
    ['{"type":"done","id":1}'],
    ['{"type":"ending","id":2}'],
    [
      '{"type":"held","id":7,"claims":[{"port":8155,"session":"a1","owner":{"user":"ann@desk","project":"shop","since":17}}]}',
    ],
    [
      '{"type":"refused","id":1,"reason":"held","holder":{"port":8155,"session":"a1","owner":{"user":"ann@desk","project":"shop","since":17}}}',
    ],
    [
      '{"type":"refused","id":1,"reason":"held","holder":{"port":8155,"session":"a1","owner":{"user":"ann@desk","project":"shop","since":17}},"tunnel":"app"}',
    ],
    [
      '{"type":"held","id":7,"claims":[{"port":8155,"session":"a1","owner":{"user":"ann@desk","project":"shop","since":17},"quietMs":12000}]}',
    ],
    [
      '{"type":"refused","id":8,"reason":"in use","holder":{"port":8155,"session":"a1","owner":{"user":"ann@desk","project":"shop","since":17}},"waits":true}',
    ],
    [
      '{"type":"asked","question":3,"port":8155,"tunnel":"app","by":{"user":"bob@desk","project":"desk","since":17},"session":"b2","now":true}',
    ],
    ['{"type":"unheard","port":8088,"tunnel":"app"}'],
    ['{"type":"crowded","port":8155,"tunnel":"app","count":3}'],
    ['{"type":"intercept","port":8155,"tunnel":"app","live":true,"reason":""}'],
    ['{"type":"fault","message":"boom (at f (a.js:1:2))"}'],
  ])('reads the agent event %s', (line) => {
    expect(decodeAgentEvent(JSON.parse(line))).toEqual(JSON.parse(line));
  });

  it.each([['{"type":"fell-back","port":8155}'], ['{"type":"claimed-ports","id":5,"claims":[]}']])(
    'skips the agent event %s, which only older agents send',
    (line) => {
      expect(decodeAgentEvent(JSON.parse(line))).toBeUndefined();
    },
  );

  it.each([
    [
      '{"type":"configure","id":1,"resolver":{"search":["a.test"],"options":["ndots:1"]},"names":["db"],"bridged":["app"]}',
    ],
    ['{"type":"neighbours","id":4,"addresses":[{"name":"db","address":"198.51.100.7"}]}'],
    ['{"type":"watch","id":2,"ports":[8155]}'],
    ['{"type":"connected","id":3,"port":5678}'],
  ])('reads the gateway request %s', (line) => {
    expect(decodeGatewayRequest(JSON.parse(line))).toEqual(JSON.parse(line));
  });

  it.each([
    ['{"type":"listening","port":8155,"listening":false}'],
    ['{"type":"connected","id":3,"count":1}'],
    ['{"type":"fault","message":"boom (at f (a.js:1:2))"}'],
  ])('reads the gateway event %s', (line) => {
    expect(decodeGatewayEvent(JSON.parse(line))).toEqual(JSON.parse(line));
  });

  it('skips events of a newer version', () => {
    expect(decodeGatewayEvent({ type: 'weather', id: 1 })).toBeUndefined();
    expect(decodeAgentEvent({ type: 'weather', id: 1 })).toBeUndefined();
  });

  it.each([
    ['not json', () => decodeHello('hello?'), 'the hello is not JSON: "hello?"'],
    ['a list', () => decodeHello('[]'), 'the hello is not an object'],
    ['a missing field', () => decodeHello('{"version":4}'), 'field role is not a string'],
    ['another version', () => decodeHello('{"version":3}'), 'protocol version 3 is not served, only 4'],
    ['an unknown role', () => decodeHello(hello.replace('inbound', 'sideways')), 'unknown role sideways'],
    [
      'a port out of range',
      () => decodeAgentRequest({ type: 'rest', id: 1, port: 70000 }),
      'field port is not a port: 70000',
    ],
    [
      'a question without a word on when',
      () => decodeAgentRequest({ type: 'ask', id: 1, port: 80 }),
      'field now is not true or false',
    ],
    [
      'an answer that is neither yes nor no',
      () => decodeAgentRequest({ type: 'answer', id: 1, question: 1, yields: 'maybe', reason: '' }),
      'field yields is not true or false',
    ],
    [
      'a question of nobody',
      () =>
        decodeAgentEvent({ type: 'asked', question: 1, port: 80, tunnel: 'app', session: 'a', now: true }),
      'the owner is not an object',
    ],
    [
      'a wait that is longer than anybody waits',
      () =>
        decodeAgentRequest({
          ...{ type: 'claim', id: 1, port: 80, tunnel: 'app', to: 80 },
          fallback: { kind: 'wait', ms: 60_001 },
        }),
      'a fallback is none: wait',
    ],
    ['an unknown request', () => decodeAgentRequest({ type: 'dance', id: 1 }), 'unknown request dance'],
  ])('refuses %s', (_, read, message) => {
    expect(read).toThrow(message);
  });

  it.each([
    ['127.0.0.1:8155', { kind: 'tcp', host: '127.0.0.1', port: 8155 }],
    ['[fd00::1]:53', { kind: 'tcp', host: 'fd00::1', port: 53 }],
    ['vault.demo.svc:9000', { kind: 'tcp', host: 'vault.demo.svc', port: 9000 }],
    ['dns', { kind: 'dns' }],
  ] as const)('spells the stream target %s', (authority, target) => {
    expect(decodeStreamTarget(authority)).toEqual(target);
    expect(encodeStreamTarget(target)).toBe(authority);
  });

  it.each(['', 'x', 'a:b:1', ':80', 'host:0', 'host:99999'])('finds no stream target in %j', (authority) => {
    expect(decodeStreamTarget(authority)).toBeUndefined();
  });
});
