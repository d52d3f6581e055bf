import { expect, it } from 'vitest';
import { isProbe } from '../../../src/agent/probe-request.ts';
import { requestHead } from '../../builders/request-head.ts';

const probe = { target: '/health', lines: ['Host: x', 'User-Agent: kube-probe/1.34', 'Connection: close'] };
const request = { lines: ['Host: x', 'User-Agent: curl/8'] };

it.each([
  [probe, ['kube-probe/*'], true],
  [{ ...probe, lines: ['host: x', 'user-agent: kube-probe/1.34'] }, ['kube-probe/*'], true],
  [probe, ['kube-probe/1.34'], true],
  [probe, ['kube-probe/1'], false],
  [probe, ['other', 'kube-probe/*'], true],
  [{ ...probe, method: 'DELETE' }, ['kube-probe/*'], false],
  [request, ['kube-probe/*'], false],
  [{ lines: ['Host: x'] }, [''], true],
  [request, [''], false],
  [request, [], false],
])('%j of %j: %s', (head, userAgents, expected) => {
  expect(isProbe(requestHead(head), userAgents)).toBe(expected);
});
