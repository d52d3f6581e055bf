const HTTP = Buffer.from('HTTP/1.1 ');
const LINE_END = Buffer.from('\r\n');
const CLOSE = Buffer.from('Connection: close\r\n');

/**
 * An HTTP/1.1 answer with the word to its caller that the connection ends after it, so that no further request is
 * sent on it: the one way to end a busy keep-alive connection without losing a request. `start` is the beginning of
 * the answer. Undefined when it is not that: another protocol, an interim answer (100), a switch of protocols (101),
 * or a status line that is not complete.
 */
export function asLastAnswer(start: Buffer): Buffer | undefined {
  if (start.length < HTTP.length + 3 || !start.subarray(0, HTTP.length).equals(HTTP)) return undefined;
  // Statuses from 100 to 199 are not the answer yet.
  if (start[HTTP.length] === 0x31) return undefined;
  const end = start.indexOf(LINE_END);
  if (end < 0) return undefined;
  const headers = end + LINE_END.length;
  // A second `Connection` header further down does no harm: `close` wins (RFC 9112, 9.3).
  return Buffer.concat([start.subarray(0, headers), CLOSE, start.subarray(headers)]);
}

const SWITCHES = Buffer.from('HTTP/1.1 101');
const EVENTS = /^content-type:[ \t]*text\/event-stream/im;

/** Whether an answer begins what has no end of its own: another protocol, such as a WebSocket, or a stream of events. */
export function beginsStream(start: Buffer): boolean {
  if (!start.subarray(0, HTTP.length).equals(HTTP)) return false;
  if (start.subarray(0, SWITCHES.length).equals(SWITCHES)) return true;
  const head = start.indexOf('\r\n\r\n');
  return EVENTS.test(start.toString('latin1', 0, head < 0 ? start.length : head));
}
