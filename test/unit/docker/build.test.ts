import { describe, expect, it } from 'vitest';
import { buildxArguments } from '../../../src/docker/build-directory.ts';
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
    expect(buildxArguments('shop:dev', build, 'linux/arm64').join(' ')).toBe(
      'buildx build --load --progress plain --tag shop:dev --file /shop/dev.Dockerfile --target dev --platform linux/arm64 --build-arg A=1 /shop',
    );
  });
});
