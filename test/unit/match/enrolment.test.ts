import fc from 'fast-check';
import { CookieJar } from 'tough-cookie';
import { describe, expect, it } from 'vitest';
import { enrolment } from '../../../src/match/index.ts';
import { requestHead } from '../../builders/request-head.ts';

const isLive = (name: string) => name === 'ann' || name === 'bob';
const PAGE = 'http://shop.example/';

function answer(target: string, ...lines: string[]): string | undefined {
  const bytes = enrolment(requestHead({ target, lines }), isLive);
  return bytes === undefined ? undefined : Buffer.from(bytes).toString('latin1');
}

function fieldOf(text: string | undefined, name: string): string | undefined {
  return text
    ?.split('\r\n')
    .find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);
}

describe('a link with a name that is live', () => {
  it('is answered with the page without it, and a cookie of the session', () => {
    expect(answer('/items?gefyra-devenv=ann')).toBe(
      [
        'HTTP/1.1 303 See Other',
        'Location: /items',
        'Set-Cookie: gefyra-devenv=ann; Path=/; HttpOnly; SameSite=Lax',
        'Cache-Control: no-store',
        'Clear-Site-Data: "cache"',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
  });

  it('leaves the rest of the query as it is', () => {
    const location = (target: string) => fieldOf(answer(target), 'Location');
    expect(location('/?a=%20+b&gefyra-devenv=ann&c')).toBe('/?a=%20+b&c');
    expect(location('/?gefyra-devenv=ann&x=1&gefyra%2Ddevenv=bob')).toBe('/?x=1');
    expect(location('/?gefyra-devenv=ann&')).toBe('/');
    expect(location('/?x=?y&gefyra-devenv=ann')).toBe('/?x=?y');
  });

  it('marks what a browser asks for from then on', async () => {
    const jar = new CookieJar();
    await jar.setCookie(fieldOf(answer('/a/b?gefyra-devenv=ann'), 'Set-Cookie') ?? '', PAGE);
    expect(await jar.getCookieString(`${PAGE}other`)).toBe('gefyra-devenv=ann');
    await jar.setCookie(fieldOf(answer('/?gefyra-devenv='), 'Set-Cookie') ?? '', PAGE);
    expect(await jar.getCookieString(PAGE)).toBe('');
  });

  it('is one where a person opens a page', () => {
    const link = '/?gefyra-devenv=ann';
    expect(answer(link, 'Sec-Fetch-Mode: navigate')).toBeDefined();
    for (const mode of ['no-cors', 'cors', 'same-origin', 'websocket', 'NAVIGATE', ''])
      expect(answer(link, `Sec-Fetch-Mode: ${mode}`)).toBeUndefined();
    expect(answer(link, 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Mode: cors')).toBeUndefined();
    expect(answer(link, 'Connection: Upgrade', 'Upgrade: websocket')).toBeUndefined();
    expect(answer(link, 'Content-Length: 0')).toBeDefined();
    expect(answer(link, 'Content-Length: 3')).toBeUndefined();
    expect(answer(link, 'Transfer-Encoding: chunked')).toBeUndefined();
    for (const method of ['POST', 'HEAD', 'get'])
      expect(enrolment(requestHead({ method, target: link }), isLive)).toBeUndefined();
  });

  it('is of origin form', () => {
    for (const target of [
      'http://shop/?gefyra-devenv=ann',
      '*?gefyra-devenv=ann',
      '?gefyra-devenv=ann',
      'x?gefyra-devenv=ann',
    ])
      expect(answer(target)).toBeUndefined();
  });
});

describe('a link without a name that is live', () => {
  it('takes the cookie away', () => {
    const cleared = 'gefyra-devenv=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax';
    expect(fieldOf(answer('/x?gefyra-devenv='), 'Set-Cookie')).toBe(cleared);
    const gone = answer('/x?gefyra-devenv=cid&y', 'cookie: gefyra-devenv=ann');
    expect(fieldOf(gone, 'Set-Cookie')).toBe(cleared);
    expect(fieldOf(gone, 'Location')).toBe('/x?y');
    expect(fieldOf(gone, 'Clear-Site-Data')).toBe('"cache"');
    expect(answer('/x?gefyra-devenv=a%0d%0ab', 'cookie: gefyra-devenv=ann')).toContain(cleared);
  });

  it('goes its way where there is no cookie', () => {
    expect(answer('/x?gefyra-devenv=cid')).toBeUndefined();
    expect(answer('/x?gefyra-devenv=a%20b')).toBeUndefined();
    expect(answer('/x?other=ann')).toBeUndefined();
    expect(answer('/gefyra-devenv=ann')).toBeUndefined();
  });
});

describe('where a link leads', () => {
  const parts = fc.constantFrom(
    '/',
    '\\',
    '//',
    'evil.example',
    '%2f',
    '%5C',
    '..',
    '.',
    '@',
    ':80',
    ';',
    '#',
    'http:',
    'javascript:',
    '%0d%0a',
    '\t',
    '\r\nSet-Cookie: a=b',
    ' ',
    '\x00',
    '\x7f',
    'é',
    '?',
    '&',
    'a=b',
    'items',
  );
  const text = fc.array(parts, { maxLength: 6 }).map((found) => found.join(''));

  it('is always a page of the same host, by exactly one slash', () => {
    fc.assert(
      fc.property(text, text, text, (path, before, after) => {
        const found = answer(`/${path}?${before}&gefyra-devenv=ann&${after}`);
        if (found === undefined) return;
        const location = fieldOf(found, 'Location') ?? '';
        expect(location).toMatch(/^\/(?![/\\])[!-~]*$/);
        expect(new URL(location, PAGE).origin).toBe(new URL(PAGE).origin);
        expect(found.split('\r\n')).toHaveLength(8);
        expect(location.split(/[?&]/)).not.toContain('gefyra-devenv=ann');
      }),
      { numRuns: 2000 },
    );
  });

  it('is a page although it was written as another host', () => {
    expect(fieldOf(answer('//evil.example/x?gefyra-devenv=ann'), 'Location')).toBe('/evil.example/x');
    expect(fieldOf(answer('/\\/evil.example?gefyra-devenv=ann'), 'Location')).toBe('/evil.example');
  });
});
