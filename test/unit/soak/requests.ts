import type { Request, Window } from '../../../soak/ledger.mjs';

/** A request of the load `app` that was answered here within 10 ms. */
export function aRequest(request: Partial<Request> & Pick<Request, 'from'>): Request {
  const to = request.to ?? request.from + 10;
  return {
    load: 'app',
    steady: true,
    endless: false,
    fresh: false,
    by: 'local',
    error: undefined,
    ...request,
    to,
  };
}

/** A violent event that was over at once, and all was well. */
export function aWindow(window: Partial<Window> & Pick<Window, 'from' | 'to'>): Window {
  return { name: 'agent killed', kind: 'violent', back: 0, last: '', ...window };
}

/** One request every 50 ms from a moment to another. */
export function steadily(from: number, to: number, request: Partial<Request> = {}): readonly Request[] {
  const count = Math.floor((to - from) / 50);
  return Array.from({ length: count }, (_, index) => aRequest({ from: from + index * 50, ...request }));
}
