import { describe, expect, it } from 'vitest';
import { explainValue, formatWorkspace, loadWorkspace } from '../../../src/config/index.ts';
import { filterText } from '../../../src/match/index.ts';
import type { Bridge } from '../../../src/model/workspace.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

/** The bridge of a file whose bridge has these lines besides target and port. */
async function bridge(yaml: string, options: Parameters<TemporaryShop['load']>[0] = {}): Promise<Bridge> {
  const lines = ['bridges:', '  - target: deployment/x', '    ports: [80]', yaml.replace(/^/gm, '    ')];
  const environment = { HOME: shop.home, USER: 'ann' };
  const [found] = (await shop.loadService(lines.join('\n'), { environment, ...options })).bridges;
  if (found === undefined) throw new Error('no bridge');
  return found;
}

describe('a bridge', () => {
  it('takes whatever arrives at its ports, unless it says otherwise', async () => {
    const { filter, probes, passOn, keepsCache } = await bridge('except: []');
    expect({ filter, probes, passOn, keepsCache }).toEqual({
      filter: undefined,
      probes: 'original',
      passOn: [],
      keepsCache: false,
    });
  });

  it('takes requests for which all of a mapping holds', async () => {
    const { filter } = await bridge(`match:
  headers: {X-User: ann, x-debug: {regex: "^(a|b)$"}, x-a: {prefix: b}, x-b: {exists: true}, x-c: 1.10}
  baggage: {tenant: acme}
  cookies: {team: {exact: blue}}
  query: {debug: 1}
  path: [/items, {exact: /a}, {regex: b$}]
  methods: [get, POST, Get]
  mark: bob`);
    expect(filter).toEqual({
      match: [
        [
          { of: 'header', name: 'x-user', test: { kind: 'exact', text: 'ann' } },
          { of: 'header', name: 'x-debug', test: { kind: 'regex', text: '^(a|b)$' } },
          { of: 'header', name: 'x-a', test: { kind: 'prefix', text: 'b' } },
          { of: 'header', name: 'x-b', test: { kind: 'exists' } },
          { of: 'header', name: 'x-c', test: { kind: 'exact', text: '1.10' } },
          { of: 'baggage', name: 'tenant', test: { kind: 'exact', text: 'acme' } },
          { of: 'cookie', name: 'team', test: { kind: 'exact', text: 'blue' } },
          { of: 'query', name: 'debug', test: { kind: 'exact', text: '1' } },
          {
            of: 'path',
            anyOf: [
              { kind: 'below', text: '/items' },
              { kind: 'exact', text: '/a' },
              { kind: 'regex', text: 'b$' },
            ],
          },
          { of: 'method', anyOf: ['GET', 'POST'] },
          { of: 'mark', name: 'bob' },
        ],
      ],
      except: [],
    });
  });

  it('takes requests for which any of a list holds, and none that it excepts', async () => {
    const { filter } = await bridge('match: [mine, {methods: get}]\nexcept: {path: /healthz}');
    expect(filterText(filter)).toBe("requests marked as ann's, or GET requests, except /healthz");
    const { filter: whole } = await bridge('except: [{path: /healthz}, {methods: [PUT]}]');
    expect(filterText(whole)).toBe('all requests, except /healthz and PUT requests');
  });

  it('may have probes, answers and caches of its own', async () => {
    const { probes, passOn, keepsCache } = await bridge(
      'match: mine\nprobes: mine\non_answer: {pass_on: [404, 501, 404]}\ncache: keep',
    );
    expect({ probes, passOn, keepsCache }).toEqual({ probes: 'mine', passOn: [404, 501], keepsCache: true });
    expect((await bridge('on_answer: {pass_on: 404}')).passOn).toEqual([404]);
  });

  it.each([
    ['', { kind: 'original' }],
    ['fallback: original', { kind: 'original' }],
    ['fallback: wait', { kind: 'wait', ms: 5000 }],
    ['fallback: {wait: 1m}', { kind: 'wait', ms: 60_000 }],
    ['fallback: fail', { kind: 'fail' }],
  ])('says with %j what becomes of requests while the service is away', async (keys, fallback) => {
    expect((await bridge(keys)).fallback).toEqual(fallback);
  });

  it('has no use for a word on caches where it takes everything', async () => {
    const yaml = (more: string) =>
      `services: {app: {image: a, bridges: [{target: deployment/x, ports: [80], cache: keep${more}}]}}`;
    expect(await shop.warnings(yaml(''))).toEqual(['no-effect services.app.bridges[0].cache']);
    expect(await shop.warnings(yaml(', match: {path: /a}'))).toEqual([]);
  });

  it('asks no more than an agent takes', async () => {
    const many = (what: string, count: number) => `[${Array.from({ length: count }, () => what).join(', ')}]`;
    await expect(bridge(`match: ${many('mine', 65)}`)).rejects.toThrow('more than 64 entries');
    await expect(bridge(`except: ${many('{path: /a}', 65)}`)).rejects.toThrow('more than 64 entries');
    await expect(bridge(`match: {path: ${many('{regex: a}', 65)}}`)).rejects.toThrow('more than 64');
    await expect(bridge(`match: {path: /${'a'.repeat(4096)}}`)).rejects.toThrow('longer than 4096');
    expect((await bridge(`match: ${many('mine', 64)}`)).filter?.match).toHaveLength(64);
  });

  it('shares a port with another one that takes other requests', async () => {
    const one = (name: string, more: string) =>
      `  ${name}: {image: a, bridges: [{target: deployment/x, ports: [80]${more}}]}\n`;
    const all = [
      one('whole', ''),
      one('ann', ', match: {headers: {x-user: ann}}'),
      one('bob', ', match: {headers: {x-user: bob}}'),
      one('path', ', match: {path: /items}'),
      one('both', ', match: {path: /items, headers: {x-user: ann}}'),
    ];
    await shop.write('gefyra.yaml', `services:\n${all.join('')}`);
    expect([...(await shop.load()).services.keys()]).toEqual(['whole', 'ann', 'bob', 'path', 'both']);
  });
});

describe('the name behind mine', () => {
  const nameOf = async (options: Parameters<typeof bridge>[1]) => {
    const { filter } = await bridge('match: mine', options);
    return filter?.match?.[0]?.[0];
  };

  it('is the one that was given, else that of the user', async () => {
    expect(await nameOf({})).toEqual({ of: 'mark', name: 'ann' });
    expect(await nameOf({ as: 'bob' })).toEqual({ of: 'mark', name: 'bob' });
    expect(await nameOf({ environment: { USER: 'ann', GEFYRA_USER: 'cid' } })).toEqual({
      of: 'mark',
      name: 'cid',
    });
  });

  it('must be able to mark requests', async () => {
    const environment = { USER: 'CORP\\jörg' };
    await expect(nameOf({ environment })).rejects.toThrow('jörg" cannot mark requests');
    await expect(nameOf({ environment: { USER: '' } })).rejects.toThrow('you have none on this machine');
    expect(await nameOf({ environment, as: 'joerg' })).toEqual({ of: 'mark', name: 'joerg' });
    await expect(nameOf({ as: 'a b' })).rejects.toMatchObject({
      code: 'usage',
      message: '"a b" cannot mark requests',
    });
  });
});

describe('what devenv config says of a bridge', () => {
  const yaml = `services:
  app:
    image: a
    bridges:
      - target: deployment/x
        ports: [80]
        match: [mine, {headers: {Authorization: {prefix: Bearer s3cret}, x-user: ann}, path: /a}]
        except: {path: {exact: /b}}
        on_answer: {pass_on: 404}
      - target: deployment/y
        ports: [80]
        match: mine
`;
  const load = async () => {
    await shop.write('gefyra.yaml', yaml);
    const { directory } = shop;
    const result = await loadWorkspace({ directory, environment: { USER: 'ann' } });
    if ('problems' in result) throw new Error(result.problems[0]?.message);
    return result;
  };

  it('is a bridge that takes the same, whoever reads it, without secrets', async () => {
    const { workspace } = await load();
    const text = formatWorkspace(workspace, { format: 'yaml', showSecrets: false });
    expect(/^ *bridges:\n(?: {6,}.*\n)*/m.exec(text)?.[0]).toMatchInlineSnapshot(`
      "    bridges:
            - target: deployment/x
              ports:
                - container: 80
                  local: 80
              match:
                - mark: ann
                - headers:
                    authorization:
                      prefix: "***"
                    x-user: ann
                  path: /a
              except:
                - path:
                    exact: /b
              on_answer:
                pass_on:
                  - 404
            - target: deployment/y
              ports:
                - container: 80
                  local: 80
              match:
                mark: ann
      "
    `);
  });

  it('tells where it stands, and whose requests are mine', async () => {
    const explain = async (path: string) =>
      explainValue(path, await load(), { directory: shop.directory, showSecrets: false });
    expect(await explain('services.app.bridges[1].match')).toMatchInlineSnapshot(`
      "services.app.bridges[1].match: mine
        gefyra.yaml:12:16
        that is {mark: ann}: --as, GEFYRA_AS or else your name says so
      "
    `);
    expect(await explain('services.app.bridges[0].match')).toMatchInlineSnapshot(`
      "services.app.bridges[0].match[0]: mine
        gefyra.yaml:7:17
        that is {mark: ann}: --as, GEFYRA_AS or else your name says so
      services.app.bridges[0].match[1].headers.Authorization.prefix: "***"
        gefyra.yaml:7:58
      services.app.bridges[0].match[1].headers.x-user: ann
        gefyra.yaml:7:82
      services.app.bridges[0].match[1].path: /a
        gefyra.yaml:7:94
      "
    `);
  });
});
