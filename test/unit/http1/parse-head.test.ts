import { describe, expect, it } from 'vitest';
import {
  isLast,
  membersOf,
  parseRequestHead,
  parseResponseHead,
  type ResponseHead,
  requestBody,
  responseBody,
  Unreadable,
  valuesOf,
} from '../../../src/http1/index.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');

function request(...lines: string[]): ReturnType<typeof parseRequestHead> {
  return parseRequestHead(latin1(`${lines.join('\r\n')}\r\n\r\n`));
}

function answer(...lines: string[]): ResponseHead {
  const head = parseResponseHead(latin1(`${lines.join('\r\n')}\r\n\r\n`));
  if (head instanceof Unreadable) throw new Error(head.why);
  return head;
}

describe('the head of a request', () => {
  it('is read with its fields as they were sent, without the space around values', () => {
    expect(request('GET /a/%20?b=[{}]|^`\\ HTTP/1.1', 'hOST: a', 'X-A:\t b\t c \t', 'X-a:')).toEqual({
      method: 'GET',
      target: '/a/%20?b=[{}]|^`\\',
      minor: 1,
      fields: [
        { name: 'hOST', value: 'a' },
        { name: 'X-A', value: 'b\t c' },
        { name: 'X-a', value: '' },
      ],
    });
    expect(request('OPTIONS * HTTP/1.1', 'Host:')).toMatchObject({ target: '*' });
    expect(request('GET / HTTP/1.0')).toMatchObject({ minor: 0 });
    expect(request('GET / HTTP/1.1', 'Host: [::1]:80')).toMatchObject({ minor: 1 });
  });

  it.each([
    ['a line of an older protocol', 'GET /'],
    ['another version', 'GET / HTTP/2.0', 'Host: a'],
    ['a version in small letters', 'GET / http/1.1', 'Host: a'],
    ['two spaces', 'GET  / HTTP/1.1', 'Host: a'],
    ['a tab', 'GET\t/ HTTP/1.1', 'Host: a'],
    ['a space after the version', 'GET / HTTP/1.1 ', 'Host: a'],
    ['a method of nobody', 'FETCH / HTTP/1.1', 'Host: a'],
    ['a method in small letters', 'get / HTTP/1.1', 'Host: a'],
    ['a tunnel', 'CONNECT a:80 HTTP/1.1', 'Host: a'],
    ['a target with a scheme', 'GET http://a/ HTTP/1.1', 'Host: a'],
    ['a target that is a name', 'GET a HTTP/1.1', 'Host: a'],
    ['a star', 'GET * HTTP/1.1', 'Host: a'],
    ['a fragment', 'GET /a#b HTTP/1.1', 'Host: a'],
    ['a target with bytes beyond ASCII', 'GET /\xe4 HTTP/1.1', 'Host: a'],
    ['a target with NUL', 'GET /\0 HTTP/1.1', 'Host: a'],
    ['an empty line before it', '', 'GET / HTTP/1.1', 'Host: a'],
    ['no Host', 'GET / HTTP/1.1'],
    ['several Host', 'GET / HTTP/1.1', 'Host: a', 'host: a'],
    ['several Host in HTTP/1.0', 'GET / HTTP/1.0', 'Host: a', 'host: a'],
    ['a Host that is none', 'GET / HTTP/1.1', 'Host: a b'],
    ['a Host that is a list', 'GET / HTTP/1.1', 'Host: a/b'],
    ['a name beyond ASCII', 'GET / HTTP/1.1', 'Host: a', 'x-\xe4: y'],
    ['a name without colon', 'GET / HTTP/1.1', 'Host: a', 'x'],
    ['an empty name', 'GET / HTTP/1.1', 'Host: a', ': x'],
    ['space before the colon', 'GET / HTTP/1.1', 'Host: a', 'x : y'],
    ['space before the name', 'GET / HTTP/1.1', ' Host: a'],
    ['a folded line', 'GET / HTTP/1.1', 'Host: a', 'x: y', ' z'],
    ['a line folded by a tab', 'GET / HTTP/1.1', 'Host: a', 'x: y', '\tz'],
    ['a bare LF', 'GET / HTTP/1.1', 'Host: a\nx: y'],
    ['a bare CR', 'GET / HTTP/1.1', 'Host: a', 'x: y\rz: 1'],
    ['NUL in a value', 'GET / HTTP/1.1', 'Host: a', 'x: \0'],
    ['DEL in a value', 'GET / HTTP/1.1', 'Host: a', 'x: \x7f'],
    ['a vertical tab', 'GET / HTTP/1.1', 'Host: a', 'x:\x0by'],
    ['both framings', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Transfer-Encoding: chunked'],
    ['two lengths that differ', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'Content-Length: 2'],
    ['two lengths that do not', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: 1', 'content-length: 1'],
    ['a list of lengths', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: 1, 1'],
    ['a length with a sign', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: +1'],
    ['a negative length', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: -1'],
    ['a length in hexadecimal', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: 0x1'],
    ['an empty length', 'POST / HTTP/1.1', 'Host: a', 'Content-Length:'],
    ['a length beyond all numbers', 'POST / HTTP/1.1', 'Host: a', `Content-Length: ${'9'.repeat(16)}`],
    ['a length and a tab', 'POST / HTTP/1.1', 'Host: a', 'Content-Length: 1\t'],
    ['an unknown coding', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: xchunked'],
    ['a coding before chunked', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: gzip, chunked'],
    ['a coding after chunked', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked, identity'],
    ['chunked twice', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked, chunked'],
    ['chunked in two headers', 'POST / HTTP/1.1', 'Host: a', ...Array(2).fill('Transfer-Encoding: chunked')],
    ['a coding in quotes', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: "chunked"'],
    ['an empty coding', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding:'],
    ['chunked in HTTP/1.0', 'POST / HTTP/1.0', 'Transfer-Encoding: chunked'],
    ['chunked and a tab', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked\t'],
    ['a vertical tab before chunked', 'POST / HTTP/1.1', 'Host: a', 'Transfer-Encoding:\x0bchunked'],
  ])('is not read with %s', (_, ...lines) => {
    expect(request(...lines)).toBeInstanceOf(Unreadable);
  });

  it('is not read without its end, or with more than it', () => {
    for (const text of ['GET / HTTP/1.1\r\nHost: a\r\n', 'GET / HTTP/1.1\r\nHost: a\r\n\r\nx', ''])
      expect(parseRequestHead(latin1(text))).toBeInstanceOf(Unreadable);
  });

  it('tells how long the body is', () => {
    const bodyOf = (...fields: string[]) => {
      const head = request('POST / HTTP/1.1', 'Host: a', ...fields);
      return head instanceof Unreadable ? head : requestBody(head);
    };
    expect(bodyOf()).toEqual({ kind: 'none' });
    expect(bodyOf('content-length:\t007 ')).toEqual({ kind: 'length', bytes: 7 });
    expect(bodyOf('Content-Length: 0')).toEqual({ kind: 'none' });
    expect(bodyOf('transfer-encoding: Chunked')).toEqual({ kind: 'chunked' });
  });

  it('tells whether another one follows', () => {
    const last = (version: string, ...fields: string[]) => {
      const head = request(`GET / HTTP/1.${version}`, 'Host: a', ...fields);
      return head instanceof Unreadable ? head : isLast(head);
    };
    expect(last('1')).toBe(false);
    expect(last('1', 'Connection: x, CLOSE ,')).toBe(true);
    expect(last('1', 'Connection: x', 'Connection: close')).toBe(true);
    expect(last('1', 'Connection: closed')).toBe(false);
    expect(last('1', 'Proxy-Connection: close')).toBe(true);
    expect(last('0')).toBe(true);
    expect(last('0', 'Connection: Keep-Alive')).toBe(false);
    expect(last('0', 'Connection: keep-alive, close')).toBe(true);
  });
});

describe('the head of an answer', () => {
  it('is read with or without a reason', () => {
    expect(answer('HTTP/1.1 200 OK', 'A: b')).toEqual({
      status: 200,
      minor: 1,
      fields: [{ name: 'A', value: 'b' }],
    });
    expect(answer('HTTP/1.0 999 ')).toMatchObject({ status: 999, minor: 0 });
    expect(answer('HTTP/1.1 204')).toMatchObject({ status: 204 });
    expect(answer('HTTP/1.1 200 Gr\xfc\xdfe\tan alle')).toMatchObject({ status: 200 });
  });

  it.each([
    ['HTTP/1.1  200 OK'],
    ['HTTP/1.1 20 OK'],
    ['HTTP/1.1 2000 OK'],
    ['HTTP/1.1 099 OK'],
    ['HTTP/2 200 OK'],
    ['http/1.1 200 OK'],
    ['ICY 200 OK'],
    ['HTTP/1.1 200 O\0K'],
    ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Content-Length: 2'],
    ['HTTP/1.1 200 OK', 'Content-Length: 1', 'Transfer-Encoding: chunked'],
    ['HTTP/1.1 200 OK', 'Transfer-Encoding: gzip'],
    ['HTTP/1.0 200 OK', 'Transfer-Encoding: chunked'],
    ['HTTP/1.1 200 OK', 'A: b', ' c'],
    ['HTTP/1.1 200 OK', 'A : b'],
  ])('is not read as %s', (...lines) => {
    expect(parseResponseHead(latin1(`${lines.join('\r\n')}\r\n\r\n`))).toBeInstanceOf(Unreadable);
  });

  it('tells how long the body is, which depends on the request', () => {
    const bodyOf = (status: number, method = 'GET', ...fields: string[]) =>
      responseBody(answer(`HTTP/1.1 ${status} x`, ...fields), method);
    const length = 'Content-Length: 5';
    expect(bodyOf(200, 'GET', length)).toEqual({ kind: 'length', bytes: 5 });
    expect(bodyOf(200, 'GET', 'Transfer-Encoding: chunked')).toEqual({ kind: 'chunked' });
    expect(bodyOf(200)).toEqual({ kind: 'until-close' });
    expect(bodyOf(205)).toEqual({ kind: 'until-close' });
    for (const status of [100, 103, 204, 304])
      expect(bodyOf(status, 'GET', length)).toEqual({ kind: 'none' });
    expect(bodyOf(200, 'HEAD', length)).toEqual({ kind: 'none' });
    expect(bodyOf(404, 'HEAD', 'Transfer-Encoding: chunked')).toEqual({ kind: 'none' });
    expect(bodyOf(101, 'GET', length)).toEqual({ kind: 'switch' });
    expect(bodyOf(200, 'CONNECT', length)).toEqual({ kind: 'switch' });
    expect(bodyOf(407, 'CONNECT', length)).toEqual({ kind: 'length', bytes: 5 });
  });
});

describe('the fields of a head', () => {
  it('are found whatever the case of their names, each one of a name', () => {
    const { fields } = answer('HTTP/1.1 200 OK', 'Vary: a, ,B', 'vary:c\t,"d"', 'X-Vary: e');
    expect(valuesOf(fields, 'vary')).toEqual(['a, ,B', 'c\t,"d"']);
    expect(membersOf(fields, 'vary')).toEqual(['a', 'b', 'c', '"d"']);
    expect(valuesOf(fields, 'x')).toEqual([]);
  });
});
