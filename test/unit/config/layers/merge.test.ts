import { describe, expect, it } from 'vitest';
import { Room } from '../../../../src/config/interpolate.ts';
import { LayerReading, type Origin } from '../../../../src/config/layers/layer-reading.ts';
import { readLayers } from '../../../../src/config/layers/layers.ts';
import { TextFiles } from '../../../../src/config/text-files.ts';
import { plainValue } from '../../../../src/config/tree.ts';
import { variablesFrom } from '../../../../src/config/variables.ts';
import { withoutNothing } from '../../../../src/config/without-nothing.ts';

/** What service `app` is after these layers of it, each given without its indentation. */
async function merged(...layers: readonly string[]): Promise<unknown> {
  const texts = new TextFiles();
  const files = layers.map((yaml, index) => {
    const path = `/shop/${index}.yaml`;
    texts.give(path, `services:\n  app:\n${yaml.replace(/^/gm, '    ')}\n`, '/shop');
    return { path, emptiness: 'refused' as const };
  });
  const origin: Origin = { variables: variablesFrom({ TAG: 'dev' }), manners: 'gefyra', includedBy: [] };
  const reading = new LayerReading({ texts, room: new Room(), home: '/home/dev' });
  const { root } = await readLayers(files, origin, reading);
  expect(reading.problems).toEqual([]);
  const plain = root === undefined ? undefined : plainValue(withoutNothing(root));
  return (plain as { services: { app: unknown } }).services.app;
}

describe('of two layers', () => {
  it.each([
    ['the later value counts', 'image: a\nuser: b', 'image: c', { image: 'c', user: 'b' }],
    [
      'mappings are merged',
      'debug: {type: node, port: 1}',
      'debug: {port: 2}',
      { debug: { type: 'node', port: 2 } },
    ],
    [
      'what a bridge takes is replaced, and what it excepts gathered',
      'bridges: [{target: deployment/x, match: {path: /a, headers: {x: a}}, except: {path: /b}}]',
      'bridges: [{target: deployment/x, match: {headers: {x: b}}, except: [{path: /c}], on_answer: {pass_on: 404}}]',
      {
        bridges: [
          {
            target: 'deployment/x',
            match: { headers: { x: 'b' } },
            except: [{ path: '/b' }, { path: '/c' }],
            on_answer: { pass_on: 404 },
          },
        ],
      },
    ],
    ['a command is replaced', 'command: [a, b]', 'command: [c]', { command: ['c'] }],
    [
      'hooks follow one another',
      'post_start: [{command: a}]\npre_stop: [{command: a}]',
      'post_start: [{command: a, user: b}]',
      { post_start: [{ command: 'a' }, { command: 'a', user: 'b' }], pre_stop: [{ command: 'a' }] },
    ],
    ['an entrypoint is replaced', 'entrypoint: [a]', 'entrypoint: c', { entrypoint: 'c' }],
    [
      'a health check is merged, its test replaced',
      'healthcheck: {test: [CMD, a], interval: 1s}',
      'healthcheck: {test: [CMD, b]}',
      { healthcheck: { test: ['CMD', 'b'], interval: '1s' } },
    ],
    [
      'a health check that is disabled has no test any more',
      'healthcheck: {test: a}',
      'healthcheck: {disable: true}',
      { healthcheck: { disable: true } },
    ],
    [
      'variables are merged by name, whatever the form',
      'environment: {A: 1, B: x}',
      'environment: [A=2, C]',
      { environment: { A: '2', B: 'x', C: null } },
    ],
    ['in two lists, too', 'environment: [A=1, B=2]', 'environment: [A=3]', { environment: ['A=3', 'B=2'] }],
    [
      'a key that says nothing takes the earlier one away',
      'user: a\ncommand: [a]\nimage: a',
      'user: ""\ncommand:',
      { image: 'a' },
    ],
    [
      'a directory in memory is known by its path',
      'tmpfs: /run',
      'tmpfs: ["/run:size=1m", /tmp]',
      { tmpfs: ['/run:size=1m', '/tmp'] },
    ],
    [
      'mounts of others are known by whose they are',
      'volumes_from: [a, b]',
      'volumes_from: ["a:ro"]',
      { volumes_from: ['a:ro', 'b'] },
    ],
    [
      'files of labels are known by their paths',
      'label_file: a',
      'label_file: [a, b]',
      { label_file: ['a', 'b'] },
    ],
    [
      'secrets are known by where they are',
      'secrets: [a, b]',
      'secrets: [{source: c, target: a}]',
      { secrets: [{ source: 'c', target: 'a' }, 'b'] },
    ],
    [
      'a Dockerfile within the file takes the place of one beside it',
      'build: {context: ., dockerfile: a}',
      'build: {dockerfile_inline: FROM a}',
      { build: { context: '.', dockerfile_inline: 'FROM a' } },
    ],
    [
      'names on a network are kept once',
      'networks: {a: {aliases: [x, y]}}',
      'networks: {a: {aliases: [y, z]}}',
      { networks: { a: { aliases: ['x', 'y', 'z'] } } },
    ],
    [
      'limits are merged',
      'ulimits: {a: 1, b: 2}',
      'ulimits: {b: {soft: 1, hard: 2}}',
      { ulimits: { a: 1, b: { soft: 1, hard: 2 } } },
    ],
    ['labels are merged by name', 'labels: [a=1]', 'labels: {a: 2}', { labels: { a: 2 } }],
    [
      'an empty variable is taken from outside',
      'environment: {A: 1}',
      'environment: {A: }',
      { environment: { A: null } },
    ],
    [
      'a volume takes the place of the one at its path',
      'volumes: [./a:/x, b:/y]',
      'volumes: [{type: tmpfs, target: /x/}]',
      { volumes: [{ type: 'tmpfs', target: '/x/' }, 'b:/y'] },
    ],
    [
      'the same port is one',
      'ports: ["8080:80"]',
      'ports: [{target: 80, published: 8080}]',
      { ports: [{ target: 80, published: 8080 }] },
    ],
    [
      'another published port is one more',
      'ports: ["8080:80"]',
      'ports: ["9090:80"]',
      { ports: ['8080:80', '9090:80'] },
    ],
    [
      'the address may be said',
      'ports: ["8080:80"]',
      'ports: ["127.0.0.1:8080:80/tcp"]',
      { ports: ['127.0.0.1:8080:80/tcp'] },
    ],
    [
      'dependencies are merged, whatever the form',
      'depends_on: {a: {condition: service_healthy, restart: true}}',
      'depends_on: [a, b]',
      {
        depends_on: {
          a: { condition: 'service_started', restart: true, required: true },
          b: { condition: 'service_started', required: true },
        },
      },
    ],
    ['in two lists, too', 'depends_on: [a]', 'depends_on: [a, b]', { depends_on: ['a', 'b'] }],
    [
      'a build is merged, whatever the form',
      'build: ./a',
      'build: {target: t}',
      { build: { context: './a', target: 't' } },
    ],
    [
      'env files follow one another, each once',
      'env_file: a',
      'env_file: [b, {path: a}]',
      { env_file: [{ path: 'a' }, 'b'] },
    ],
    [
      'sources of variables follow one another, each once',
      'env_from: pod/a',
      'env_from: [pod/b, {target: pod/a, include: [X]}]',
      { env_from: [{ target: 'pod/a', include: ['X'] }, 'pod/b'] },
    ],
    ['capabilities come once', 'cap_add: [A]', 'cap_add: [B, A]', { cap_add: ['A', 'B'] }],
    [
      'hosts come once',
      'extra_hosts: {a: 10.0.0.1}',
      'extra_hosts: ["a:10.0.0.1", "a=10.0.0.2"]',
      { extra_hosts: ['a:10.0.0.1', 'a=10.0.0.2'] },
    ],
    [
      'a bridge is known by its target, its ports by the workload’s',
      'bridges: [{target: pod/a, ports: [80, {container: 81, local: 1}]}]',
      'bridges: [{target: pod/a, ports: [{container: 81, local: 2}, http]}, {target: pod/b, ports: [80]}]',
      {
        bridges: [
          { target: 'pod/a', ports: [80, { container: 81, local: 2 }, 'http'] },
          { target: 'pod/b', ports: [80] },
        ],
      },
    ],
    ['nothing takes an earlier value away', 'image: a\ndebug: {type: node}', 'debug:', { image: 'a' }],
    ['so does !reset', 'image: a\nports: [80]', 'ports: !reset []', { image: 'a' }],
    [
      '!reset reaches into mappings',
      'environment: {A: 1, B: 2}',
      'environment: {A: !reset null}',
      { environment: { B: 2 } },
    ],
    [
      '!override replaces whole',
      'ports: [80]\nenvironment: {A: 1}',
      'ports: !override [81]\nenvironment: !override {B: 2}',
      { ports: [81], environment: { B: 2 } },
    ],
    ['!override of a single value is that value', 'cpus: 1', 'cpus: !override 2', { cpus: 2 }],
    ['variables are replaced before', 'image: a:$TAG', 'user: $TAG', { image: 'a:dev', user: 'dev' }],
    [
      'anchors belong to their file',
      'x-a: &a {A: 1}\nenvironment: *a',
      'x-a: &a {B: 1}\nenvironment: {<<: *a, C: 1}',
      { 'x-a': { A: 1, B: 1 }, environment: { A: 1, B: 1, C: 1 } },
    ],
  ])('%s', async (_, base, over, expected) => {
    expect(await merged(base, over)).toEqual(expected);
  });
});

it('tags say nothing where there is no earlier layer', async () => {
  expect(await merged('image: !override a\nports: !reset [80]\ncpus: !override 2')).toEqual({
    image: 'a',
    cpus: 2,
  });
});

it('a later layer is over a merged one', async () => {
  expect(await merged('ports: [1]', 'ports: !override [2]', 'ports: [3]')).toEqual({ ports: [2, 3] });
  expect(await merged('image: a', 'image:', 'user: b')).toEqual({ user: 'b' });
});
