import type { Socket } from 'node:net';
import type { OpenedEndpoint } from '../exchange/index.ts';
import { ARRIVAL } from './timings.ts';

/** What becomes of a connection once somebody has spoken on it. */
export interface FirstWords {
  /** The caller spoke first. `opened`: what it was connected with meanwhile, on which nothing was said yet. */
  readonly caller: (first: Buffer, opened: OpenedEndpoint | undefined) => void;
  /** The other side spoke first, or one of them has ended without a word. */
  readonly other: (opened: OpenedEndpoint) => void;
  /** The other side refused the connection before anybody spoke. */
  readonly refused: () => void;
}

/**
 * Waits for what a caller says first, without asking for more. One that says nothing for a while is connected with what
 * `open` opens, for there are protocols in which the server begins; whoever speaks first then decides what it is.
 */
export function awaitFirstWords(caller: Socket, open: () => OpenedEndpoint, then: FirstWords): void {
  let opened: OpenedEndpoint | undefined;
  let isSettled = false;
  const settle = () => {
    isSettled = true;
    clearTimeout(timer);
    caller.off('data', onCaller).off('end', onEnd).off('close', onGone).pause();
    opened?.stream.off('data', onOther).off('end', onEnd).off('close', onEnd).pause();
  };
  const onCaller = (chunk: Buffer) => {
    settle();
    then.caller(chunk, opened);
  };
  const onOther = (chunk?: Buffer) => {
    opened ??= open();
    settle();
    if (chunk !== undefined) opened.stream.unshift(chunk);
    then.other(opened);
  };
  const onEnd = () => onOther();
  const onGone = () => {
    settle();
    opened?.abort();
  };
  const onRefused = () => {
    if (isSettled) return;
    settle();
    then.refused();
  };
  const timer = setTimeout(() => {
    opened = open();
    opened.stream.on('data', onOther).on('end', onEnd);
    // A refusal closes it, too, and is told after that.
    if (opened.accepted === undefined) opened.stream.on('close', onEnd);
    else opened.accepted.catch(onRefused);
  }, ARRIVAL.speaksFirstMs);
  caller.on('data', onCaller).on('end', onEnd).on('close', onGone);
}
