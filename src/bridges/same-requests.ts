import { sameFilter } from '../match/index.ts';
import type { BridgedPort } from '../model/observed.ts';

/** What says which requests a bridge takes. */
type Requests = Pick<BridgedPort, 'port' | 'target' | 'traffic'>;

/** Whether two bridges take the same requests, whatever becomes of them. */
export function sameRequests(one: Requests, other: Requests): boolean {
  if (one.port !== other.port || one.target !== other.target) return false;
  return sameFilter(one.traffic.filter, other.traffic.filter);
}
