import fc from 'fast-check';

const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,8}$/);
const text = fc.stringMatching(/^[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]{0,12}[\x21-\x7e\x80-\xff])?$/);
const space = fc.stringMatching(/^[\t ]{0,2}$/);

const method = fc.constantFrom(
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'PROPFIND',
  'QUERY',
);
const target = fc.stringMatching(/^[A-Za-z0-9\-._~!$&'()*+,;=:@%/?[\]{}|]{0,20}$/).map((rest) => `/${rest}`);

const FRAMING = /^(?:host|content-length|transfer-encoding|connection|proxy-connection|upgrade)$/i;

/** A field that says nothing of framing or of the connection. */
const field = fc
  .tuple(token, space, fc.option(text, { nil: '' }), space)
  .filter(([name]) => !FRAMING.test(name))
  .map(([name, before, value, after]) => `${name}:${before}${value}${after}`);

const connection = fc.constantFrom('Connection: keep-alive', 'Connection: x-a, Keep-Alive', 'connection:');

const extension = fc
  .tuple(token, fc.option(fc.oneof(token, fc.constantFrom('""', '"a b"', '"\\""', '"\xe4;\t="'))))
  .map(([name, value]) => (value === null ? `;${name}` : `;${name}=${value}`));

const chunk = fc
  .tuple(
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }),
    fc.array(extension, { maxLength: 2 }),
  )
  .chain(([data, extensions]) =>
    fc
      .constantFrom(
        data.length.toString(16),
        data.length.toString(16).toUpperCase(),
        `00${data.length.toString(16)}`,
      )
      .map((size) => `${size}${extensions.join('')}\r\n${data}\r\n`),
  );

const body = fc.oneof(
  fc.constant({ fields: [] as string[], bytes: '' }),
  fc
    .tuple(
      fc.string({ unit: 'binary-ascii', maxLength: 60 }),
      fc.constantFrom('Content-Length', 'content-LENGTH'),
    )
    .map(([bytes, name]) => ({ fields: [`${name}: ${bytes.length}`], bytes })),
  fc
    .tuple(
      fc.array(chunk, { maxLength: 4 }),
      fc.array(field, { maxLength: 2 }),
      fc.constantFrom('chunked', 'Chunked', ' chunked '),
    )
    .map(([chunks, trailers, coding]) => ({
      fields: [`Transfer-Encoding: ${coding}`],
      bytes: `${chunks.join('')}0\r\n${trailers.map((line) => `${line}\r\n`).join('')}\r\n`,
    })),
);

/** Requests that the strict grammar allows, none of which ends its connection. */
export const strictRequest = fc
  .tuple(method, target, fc.array(field, { maxLength: 5 }), body, fc.option(connection), fc.nat())
  .map(([verb, path, fields, { fields: framing, bytes }, option, seed]) => {
    const lines = [...fields, 'Host: a.b:80', ...framing, ...(option === null ? [] : [option])];
    // Some order that depends on all of them.
    lines.sort((a, b) => ((a.length * 31 + seed) % 7) - ((b.length * 31 + seed) % 7));
    return `${verb} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${bytes}`;
  });

/** What breaks requests, or makes others of them. */
const disturbance = fc.constantFrom(
  ...[
    '\r',
    '\n',
    '\r\n',
    '\r\n\r\n',
    '\0',
    ' ',
    '\t',
    ':',
    ',',
    ';',
    '\x7f',
    '\x80',
    '\x0b',
    '0',
    '5',
    'f',
    '#',
    '"',
  ],
  ...['Host: b\r\n', 'Content-Length: 5\r\n', 'Content-Length: 0\r\n', 'Content-Length: +5\r\n'],
  ...[
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: xchunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
  ],
  ...[
    'Transfer-Encoding:\tchunked\t\r\n',
    'Transfer-Encoding : chunked\r\n',
    ' folded\r\n',
    'Upgrade: websocket\r\n',
  ],
  ...[
    'Connection: close\r\n',
    'Connection: Upgrade\r\n',
    'Connection: keep-alive, close\r\n',
    'Proxy-Connection: close\r\n',
  ],
  ...[
    'GET /b HTTP/1.1\r\nHost: b\r\n\r\n',
    '0\r\n\r\n',
    'HTTP/1.0',
    'HTTP/2.0',
    'CONNECT ',
    'PRI * HTTP/2.0\r\n\r\n',
  ],
);

/** Requests of which some were changed here and there, as Latin-1. */
export const anyRequests = fc
  .tuple(
    fc.array(strictRequest, { minLength: 1, maxLength: 4 }),
    fc.array(
      fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), disturbance, fc.nat({ max: 3 }), fc.boolean()),
      {
        maxLength: 3,
      },
    ),
  )
  .map(([requests, changes]) => {
    let bytes = requests.join('');
    for (const [where, inserted, cut, atLine] of changes) {
      const near = Math.floor(where * bytes.length);
      const line = bytes.indexOf('\r\n', near);
      const at = atLine && line >= 0 ? line + 2 : near;
      bytes = bytes.slice(0, at) + inserted + bytes.slice(at + (atLine ? 0 : cut));
    }
    return bytes;
  });

/** Where to cut bytes into pieces: sizes, used in turn. */
export const cuts = fc.oneof(
  fc.constant([1]),
  fc.constant([1_000_000]),
  fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }),
);

/** The pieces of bytes; the sizes are used in turn. */
export function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
