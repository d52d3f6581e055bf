import { describe, expect, it } from 'vitest';
import { type Condition, type Filter, filterText, requestsText } from '../../../src/match/index.ts';

const header: Condition = { of: 'header', name: 'x-user', test: { kind: 'exact', text: 'ann' } };
const mark: Condition = { of: 'mark', name: 'ann' };
const path: Condition = { of: 'path', anyOf: [{ kind: 'below', text: '/items' }] };
const health: Condition = { of: 'path', anyOf: [{ kind: 'below', text: '/healthz' }] };

describe('a filter in words', () => {
  it.each<[string, Filter | undefined]>([
    ['all requests', undefined],
    ['all requests, except /healthz', { match: undefined, except: [[health]] }],
    ['requests with x-user: ann', { match: [[header]], except: [] }],
    ["requests marked as ann's", { match: [[mark]], except: [] }],
    [
      "requests marked as ann's, or requests with x-user: ann to /items, except /healthz and requests with x-user: ann",
      { match: [[mark], [path, header]], except: [[health], [header]] },
    ],
    [
      'GET, HEAD or POST requests with x-user, baggage tenant = acme… and cookie team like /^b/ to exactly /a or a path like /\\d/',
      {
        match: [
          [
            { of: 'header', name: 'x-user', test: { kind: 'exists' } },
            { of: 'baggage', name: 'tenant', test: { kind: 'prefix', text: 'acme' } },
            { of: 'cookie', name: 'team', test: { kind: 'regex', text: '^b' } },
            {
              of: 'path',
              anyOf: [
                { kind: 'exact', text: '/a' },
                { kind: 'regex', text: '\\d' },
              ],
            },
            { of: 'method', anyOf: ['GET', 'HEAD', 'POST'] },
          ],
        ],
        except: [],
      },
    ],
    [
      `requests with query q = "a b", query r = "" and x-y: ${'z'.repeat(60)}…`,
      {
        match: [
          [
            { of: 'query', name: 'q', test: { kind: 'exact', text: 'a b' } },
            { of: 'query', name: 'r', test: { kind: 'exact', text: '' } },
            { of: 'header', name: 'x-y', test: { kind: 'exact', text: 'z'.repeat(70) } },
          ],
        ],
        except: [],
      },
    ],
  ])('is %s', (text, filter) => {
    expect(filterText(filter)).toBe(text);
  });
});

describe('an alternative in words', () => {
  it('is the requests it takes', () => {
    expect(requestsText([mark, path])).toBe("requests marked as ann's to /items");
    expect(requestsText([])).toBe('requests');
  });
});
