import { TOKEN_CHARACTERS } from './fields.ts';
import type { Field } from './request-head.ts';

const LINE_END = '\r\n';
const EMPTY_LINE = Buffer.from(LINE_END);
const FIELD = new RegExp(`^[${TOKEN_CHARACTERS}]+: [\\t\\x20-\\x7e\\x80-\\xff]*$`);

/** A head with further fields, right after its first line; all else is as it was. Throws for what is no field. */
export function withFieldsFirst(head: Buffer, fields: readonly Field[]): Buffer {
  return inserted(head, head.indexOf(EMPTY_LINE) + EMPTY_LINE.length, fields);
}

/** A head with further fields after those it has; all else is as it was. Throws for what is no field. */
export function withFieldsLast(head: Buffer, fields: readonly Field[]): Buffer {
  return inserted(head, head.length - EMPTY_LINE.length, fields);
}

/**
 * A head in which each field that `change` has another value for has that, and each that it has `undefined` for is left
 * out; all else is as it was. `name` is in lower case.
 */
export function withFieldsChanged(
  head: Buffer,
  change: (name: string, value: string) => string | undefined,
): Buffer {
  const [first = '', ...lines] = head.toString('latin1').split(LINE_END);
  const changed = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    if (colon < 0) return [line];
    const value = line.slice(colon + 1).trim();
    const wanted = change(line.slice(0, colon).toLowerCase(), value);
    if (wanted === undefined) return [];
    return [wanted === value ? line : `${line.slice(0, colon)}: ${wanted}`];
  });
  return Buffer.from([first, ...changed].join(LINE_END), 'latin1');
}

function inserted(head: Buffer, at: number, fields: readonly Field[]): Buffer {
  const lines = fields.map(({ name, value }) => {
    const line = `${name}: ${value}`;
    if (!FIELD.test(line)) throw new Error(`not a header: ${JSON.stringify(line)}`);
    return line + LINE_END;
  });
  return Buffer.concat([head.subarray(0, at), Buffer.from(lines.join(''), 'latin1'), head.subarray(at)]);
}
