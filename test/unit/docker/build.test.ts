import { describe, expect, it } from 'vitest';
import { buildxCall } from '../../../src/docker/build-directory.ts';
import { buildkitSyntax } from '../../../src/docker/buildkit-syntax.ts';

describe('a Dockerfile', () => {
  it.each([
    ['RUN --mount=type=cache,target=/root npm ci', 'RUN --mount'],
    ['RUN <<EOF', 'a here-document'],
    ['COPY --link a b', 'COPY --link'],
    ['  copy --chmod=755 a b', 'COPY --chmod'],
  ])('with `%s` needs BuildKit', (line, construct) => {
    expect(buildkitSyntax(`FROM scratch\n${line}\n`)).toEqual({ line: 2, construct });
  });

  it('of classic words does not', () => {
    expect(
      buildkitSyntax('# syntax\nFROM a AS b\nRUN echo "<<" && true\nCOPY --from=b --chown=1 /x /y\n'),
    ).toBeUndefined();
  });

  it('goes to buildx with everything the file says', () => {
    const build = { context: '/shop', dockerfile: '/shop/dev.Dockerfile', target: 'dev', args: { A: '1' } };
    expect(buildxCall('shop:dev', build, 'linux/arm64').words.join(' ')).toBe(
      'buildx build --load --progress plain --tag shop:dev --file /shop/dev.Dockerfile --target dev --platform linux/arm64 --build-arg A /shop',
    );
  });

  it('goes to buildx with what few builds need, secrets not in its command line', () => {
    const options = {
      isRemote: false,
      inline: 'FROM a',
      contexts: { lib: '/lib' },
      secrets: [
        { id: 'npmrc', path: '/shop/npmrc', content: undefined },
        { id: 'held', path: undefined, content: 'hunter2' },
      ],
      ssh: ['default'],
      tags: ['shop:latest'],
      labels: { a: 'b' },
      network: 'host',
      extraHosts: [{ name: 'h', address: '10.0.0.1' }],
      pull: true,
      noCache: true,
    };
    const build = { context: '/shop', dockerfile: '/shop/Dockerfile', target: undefined, args: {}, options };
    const { words, environment } = buildxCall('shop:dev', build, undefined);
    expect(words.join(' ')).toBe(
      'buildx build --load --progress plain --tag shop:dev --file - --tag shop:latest --build-context lib=/lib ' +
        '--secret id=npmrc,src=/shop/npmrc --secret id=held,env=GEFYRA_BUILD_SECRET_1 --ssh default --label a=b ' +
        '--network host --add-host h=10.0.0.1 --pull --no-cache /shop',
    );
    expect(environment).toEqual({ GEFYRA_BUILD_SECRET_1: 'hunter2' });
  });

  it('has its build arguments in no command line, save for what docker itself would take for its own', () => {
    const args = { NPM_TOKEN: 'hunter2', EMPTY: '', DOCKER_HOST: 'a', https_proxy: 'b', PATH: 'c' };
    const build = { context: '/shop', dockerfile: '/shop/Dockerfile', target: undefined, args };
    const { words, environment } = buildxCall('shop:dev', build, undefined);
    expect(words.join(' ')).toMatch(
      / --build-arg NPM_TOKEN --build-arg EMPTY --build-arg DOCKER_HOST=a --build-arg https_proxy=b --build-arg PATH=c \/shop$/,
    );
    expect(environment).toEqual({ NPM_TOKEN: 'hunter2', EMPTY: '' });
  });
});
