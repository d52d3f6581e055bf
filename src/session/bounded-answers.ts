import type { Writable } from 'node:stream';
import { DevenvError, errorFacts } from '../common/errors.ts';
import { encodeLine } from '../common/json-lines.ts';
import type { SessionAnswer } from './control-client.ts';

/** How much may wait to be read by somebody who asked, bytes: minutes of what services write. */
const MOST_UNREAD_BYTES = 4 * 1024 * 1024;

/**
 * What sends answers to somebody who asked; dropped when the asker has left. One that does not read is told nothing more
 * than that, and so costs no more than what already waits for it.
 */
export function boundedAnswers(stream: Writable, most = MOST_UNREAD_BYTES): (answer: SessionAnswer) => void {
  return (answer) => {
    if (!stream.writable) return;
    if (stream.writableLength > most) stream.end(encodeLine({ error: errorFacts(leftBehind()) }));
    else stream.write(encodeLine(answer));
  };
}

function leftBehind(): DevenvError {
  return new DevenvError({
    code: 'deadline-passed',
    message: 'this command did not read what the session told for so long that it is told nothing more',
    hint: 'the session goes on; follow it again with `devenv up`',
    owner: 'environment',
  });
}
