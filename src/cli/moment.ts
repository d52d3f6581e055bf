import { wrongUse } from './wrong-use.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A moment in milliseconds since 1970: a date and time (RFC 3339), or how long before `now`, such as `10m` or `1h30m`.
 * Errors: `usage`.
 */
export function parseMoment(text: string, now: number): number {
  const pieces = [...text.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  if (pieces.length > 0 && pieces.map(([piece]) => piece).join('') === text) {
    return now - pieces.reduce((sum, [, amount, unit]) => sum + Number(amount) * (UNITS[unit ?? ''] ?? 0), 0);
  }
  // Node alone would take `10` for a year.
  const moment = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(moment)) return moment;
  throw wrongUse(
    `${JSON.stringify(text)} is no moment`,
    'write how long ago, such as 10m or 2h, or a date and time such as 2026-01-31T12:00:00Z',
  );
}
