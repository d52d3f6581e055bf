import { expect, it } from 'vitest';
import { publishedPortText } from '../../../src/model/published-port-text.ts';

it.each([
  ['127.0.0.1:49153->8080/tcp', { hostIp: '127.0.0.1', published: 49_153, target: 8080, protocol: 'tcp' }],
  ['[::1]:5300->53/udp', { hostIp: '::1', published: 5300, target: 53, protocol: 'udp' }],
  ['8080/tcp', { hostIp: '127.0.0.1', published: undefined, target: 8080, protocol: 'tcp' }],
] as const)('a published port is written %s', (text, port) => {
  expect(publishedPortText(port)).toBe(text);
});
