import { isLast, parseResponseHead, type RequestHead, responseBody, Unreadable } from '../http1/index.ts';
import type { Conversation } from './conversation.ts';
import { answerAsSent } from './rewrite.ts';

const HEAD_END = Buffer.from('\r\n\r\n');

/** Answers a request without any upstream; whether the caller's connection must end then. Throws for what is no answer. */
export function answerHere(
  { caller, isEndAnnounced }: Conversation,
  request: RequestHead,
  answer: Buffer,
): boolean {
  const end = answer.indexOf(HEAD_END) + HEAD_END.length;
  const bytes = answer.subarray(0, end);
  const head = parseResponseHead(bytes);
  if (head instanceof Unreadable) throw new Error(`not an answer: ${head.why}`);
  caller.send(answerAsSent(bytes, false, isEndAnnounced));
  if (request.method !== 'HEAD') caller.send(answer.subarray(end));
  const isUntilClose = responseBody(head, request.method).kind === 'until-close';
  return isEndAnnounced || isUntilClose || isLast(head) || isLast(request);
}
