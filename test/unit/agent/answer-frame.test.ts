import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerFrame } from '../../../src/agent/answer-frame.ts';

/** Whether more must come after each of the pieces. */
function after(pieces: readonly string[], toHead = false): readonly (boolean | undefined)[] {
  const frame = new AnswerFrame(toHead);
  return pieces.map((piece) => {
    frame.read(Buffer.from(piece, 'latin1'));
    return frame.goesOn;
  });
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

describe('an answer', () => {
  it.each<[string, string[], (boolean | undefined)[], boolean?]>([
    ['of a known length', [`${OK}Content-Length: 4\r\n\r\nok`, 'a', 'y'], [true, true, false]],
    ['without a body', [`${OK}content-length:0\r\n\r\n`], [false]],
    ['whose head comes in pieces', [OK, 'Content-Length: 0\r\n\r', '\n'], [true, true, false]],
    [
      'in chunks',
      [CHUNKED, '2\r\nok\r\n', '1;x=y\r\n', '!\r\n0\r\n', '\r\n'],
      [true, true, true, true, false],
    ],
    ['in chunks with trailers', [`${CHUNKED}0\r\n`, 'X: y\r\n', '\r\n'], [true, true, false]],
    ['that ends with its connection', [`${OK}\r\n`, 'all of it'], [true, true]],
    [
      'that an interim one comes before',
      ['HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n', `${OK}Content-Length: 0\r\n\r\n`],
      [true, false],
    ],
    ['to HEAD', [`${OK}Content-Length: 400\r\n\r\n`], [false], true],
    ['that says nothing was changed', ['HTTP/1.1 304 Not Modified\r\nContent-Length: 400\r\n\r\n'], [false]],
    [
      'that switches to another protocol',
      ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'x'],
      [undefined, undefined],
    ],
    ['of another protocol', ['\x00\x00\x12\x04', '\r\n\r\n'], [undefined, undefined]],
    ['with more than it says', [`${OK}Content-Length: 2\r\n\r\nokay`], [undefined]],
    ['with a chunk of no size', [`${CHUNKED}what?\r\n`], [undefined]],
  ])('%s', (_, pieces, expected, toHead) => {
    expect(after(pieces, toHead)).toEqual(expected);
  });

  it('is the same in whatever pieces it comes', () => {
    const body = fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 6 });
    fc.assert(
      fc.property(body, fc.array(fc.nat(300), { maxLength: 12 }), (chunks, cuts) => {
        const whole = Buffer.from(
          `${CHUNKED}${chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')}0\r\n\r\n`,
        );
        const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const frame = new AnswerFrame(false);
        for (const [index, from] of at.slice(0, -1).entries()) {
          expect(frame.goesOn).toBe(true);
          frame.read(whole.subarray(from, at[index + 1]));
        }
        expect(frame.goesOn).toBe(false);
      }),
    );
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (pieces) => {
        const frame = new AnswerFrame(false);
        for (const piece of pieces) frame.read(Buffer.from(piece));
        expect([true, false, undefined]).toContain(frame.goesOn);
      }),
    );
  });
});
