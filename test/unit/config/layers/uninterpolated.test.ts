// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { describe, expect, it } from 'vitest';
import { formatUninterpolated, loadWorkspace } from '../../../../src/config/index.ts';
import { TemporaryShop } from '../temporary-shop.ts';

const shop = new TemporaryShop();

/** What `app` of the project is with variables that stay; or the codes of its problems, where there is nothing to show. */
async function app(environment: Record<string, string> = {}): Promise<unknown> {
  const { directory } = shop;
  const result = await loadWorkspace({ directory, environment, checkPaths: false });
  if (result.root === undefined) return 'problems' in result && result.problems.map(({ code }) => code);
  const options = { format: 'json', showSecrets: true, directory: result.directory } as const;
  return JSON.parse(formatUninterpolated(result.root, options)).services.app;
}

const service = (...lines: readonly string[]) =>
  `services:\n  app:\n${lines.map((line) => `    ${line}\n`).join('')}`;

describe('several files whose variables stay', () => {
  it.each([{}, { TAG: 'dev', LEVEL: 'debug', IP: '10.0.0.1', NAME: 'X' }])(
    'are merged (set: %j)',
    async (set) => {
      await shop.write(
        'gefyra.yaml',
        service(
          'image: shop:$TAG',
          'environment: ["LEVEL=a$LEVEL=b", HOME, "$NAME=x${LEVEL}"]',
          'extra_hosts: {db: $IP}',
          'command: [a, $TAG]',
          'ports: ["${PORT:-80}:80"]',
        ),
      );
      await shop.write(
        'gefyra.override.yaml',
        service(
          'environment: {OTHER: "${LEVEL}"}',
          'extra_hosts: ["web=$IP"]',
          'command: [b, "${TAG}"]',
          'ports: ["127.0.0.1:${PORT:-80}:80", 9229]',
        ),
      );
      const name = 'NAME' in set ? 'X' : '$NAME';
      expect(await app(set)).toEqual({
        image: 'shop:$TAG',
        environment: { LEVEL: 'a$LEVEL=b', HOME: null, [name]: 'x${LEVEL}', OTHER: '${LEVEL}' },
        extra_hosts: ['db=$IP', 'web=$IP'],
        command: ['b', '${TAG}'],
        ports: ['127.0.0.1:${PORT:-80}:80', 9229],
      });
    },
  );

  it('have paths that begin in the directory of the first one', async () => {
    const lines = [
      'build: {context: ./src, dockerfile: ./x/Dockerfile}',
      'env_file: [b.env, {path: "../${C:-c}.env"}]',
      'volumes:',
      '  - .:/a',
      '  - ${DIR:-./d}:/d',
      '  - $UNSET:/u',
      '  - data:/v',
      '  - /abs:/abs',
      '  - ~/home:/h',
      '  - {type: bind, source: src, target: /s}',
      '  - {type: volume, source: data, target: /t}',
    ];
    await shop.write('lib/base.yaml', service(...lines));
    await shop.write(
      'gefyra.yaml',
      service('extends: {file: lib/base.yaml, service: app}', 'volumes: ["./own:/own"]') +
        'volumes: {data: {}}\n',
    );
    expect(await app()).toEqual({
      build: { context: './lib/src', dockerfile: './x/Dockerfile' },
      env_file: ['./lib/b.env', { path: './lib/../${C:-c}.env' }],
      volumes: [
        './lib/.:/a',
        './lib/${DIR:-./d}:/d',
        '$UNSET:/u',
        'data:/v',
        '/abs:/abs',
        '~/home:/h',
        { type: 'bind', source: './lib/src', target: '/s' },
        { type: 'volume', source: 'data', target: '/t' },
        './own:/own',
      ],
    });
  });

  it.each([
    ['a file', 'include: ["$WHERE.yaml"]\nservices: {app: {image: a}}\n'],
    ['a service', 'services: {app: {image: a, extends: $WHICH}}\n'],
    ['the file of a service', 'services: {app: {image: a, extends: {service: b, file: $WHERE}}}\n'],
  ])('are not shown without %s that nobody knows', async (_, yaml) => {
    await shop.write('gefyra.yaml', yaml);
    expect(await app()).toEqual(['unset-variable']);
  });

  it('have a variable with the value that another one brings along', async () => {
    await shop.write('gefyra.yaml', service('image: a', 'environment: ["$PAIR", "${N:-a=b}c=$TAG"]'));
    await shop.write('gefyra.override.yaml', service('environment: {C: d}'));
    expect(await app({ PAIR: 'A=x', TAG: 'dev', N: 'n' })).toMatchObject({
      environment: { A: 'x', nc: '$TAG', C: 'd' },
    });
  });

  it('have a service whose profile nobody knows', async () => {
    await shop.write('gefyra.yaml', 'services: {app: {image: a, profiles: ["$WHICH"]}}');
    expect(await app()).toEqual({ image: 'a', profiles: ['$WHICH'] });
  });

  it('need no env file in order', async () => {
    await shop.write('.env', 'TAG="open\n');
    await shop.write('gefyra.yaml', service('image: a', 'command: ["$TAG"]'));
    expect(await app()).toEqual({ image: 'a', command: ['$TAG'] });
  });
});
