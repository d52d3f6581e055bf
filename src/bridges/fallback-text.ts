import type { Fallback } from '../model/workspace.ts';

/** What becomes of requests while the service is away, in words that stand for themselves. Two that differ differ in these. */
export function fallbackText(fallback: Fallback): string {
  switch (fallback.kind) {
    case 'original':
      return 'the original answers while the service is away';
    case 'fail':
      return 'requests are refused while the service is away';
    case 'wait':
      return `requests wait up to ${fallback.ms / 1000}s while the service is away`;
  }
}
