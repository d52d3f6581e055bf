import { describe, expect, it } from 'vitest';
import { AIMS, missesOf, rowsOf, strays } from '../../../soak/rows.mjs';
import { aRequest, aWindow, steadily } from './requests.ts';

const span = { from: 0, to: 10_000 };
const all = steadily(0, 10_000);
const window = aWindow({ from: 2000, to: 4000, back: 500 });

describe('rows', () => {
  it('count who answered in the time of an event and between events', () => {
    const requests = [
      ...all,
      aRequest({ from: 2500, by: 'original' }),
      aRequest({ from: 3000, error: 'ECONNRESET' }),
    ];
    const [event, between] = rowsOf(requests, [window], span);
    expect(event).toMatchObject({
      name: 'agent killed',
      times: 1,
      local: 41,
      original: 1,
      errors: 1,
      back: 500,
    });
    expect(event?.reasons).toEqual({ 'app: ECONNRESET': 1 });
    expect(between).toMatchObject({ name: 'between events', local: 159, original: 0, errors: 0 });
  });

  it('have the worst of several events of one kind', () => {
    const again = aWindow({ from: 6000, to: 7000, back: 900 });
    expect(rowsOf(all, [window, again], span)[0]).toMatchObject({ times: 2, back: 900 });
    const never = aWindow({ from: 6000, to: 7000, back: undefined });
    expect(rowsOf(all, [window, never], span)[0]).toMatchObject({ times: 2, back: undefined });
  });
});

describe('what is missed', () => {
  const missed = (requests: readonly ReturnType<typeof aRequest>[], windows = [window]) =>
    missesOf(rowsOf(requests, windows, span), AIMS);

  it('is nothing when all is well', () => {
    expect(missed(all)).toEqual([]);
  });

  it('is an error or an answer of the original between events, not in one', () => {
    expect(missed([...all, aRequest({ from: 2500, error: 'ECONNRESET' })])).toEqual([]);
    expect(missed([...all, aRequest({ from: 5000, by: undefined, error: 'ECONNRESET' })])).toEqual([
      'between events: 1 errors (app: ECONNRESET)',
    ]);
    expect(missed([...all, aRequest({ from: 2500, by: 'original', fresh: true })])).toEqual([]);
    expect(missed([...all, aRequest({ from: 5000, by: 'original', fresh: true })])).toEqual([
      'between events: the original answered 1 new connections',
    ]);
    // Kept connections are moved one after the other, and streams stay.
    expect(missed([...all, aRequest({ from: 5000, by: 'original' })])).toEqual([]);
    expect(strays([...all, aRequest({ from: 5000, by: 'original' })], [window])).toHaveLength(1);
  });

  it('is a gap, by the kind of event', () => {
    const requests = [...steadily(0, 2000), ...steadily(4000, 10_000)];
    expect(missed(requests)).toEqual([]);
    const planned = aWindow({ name: 'service restarted', kind: 'planned', from: 1900, to: 4200 });
    expect(missed(requests, [planned])).toEqual([
      'service restarted: no answer for 2.0 s, at most 1.0 s wanted',
    ]);
    const away = aWindow({ name: 'pod replaced', kind: 'away', from: 1900, to: 4200 });
    expect(missed(requests, [away])).toEqual([]);
  });

  it('is a return that takes too long or does not come', () => {
    expect(missed(all, [aWindow({ from: 2000, to: 4000, back: 12_000 })])).toEqual([
      'agent killed: all was well again after 12.0 s, at most 10.0 s wanted',
    ]);
    expect(missed(all, [aWindow({ from: 2000, to: 4000, back: undefined })])).toEqual([
      'agent killed: not all was well again in time',
    ]);
  });
});
