import { MARK_HEADER, MARK_NAME } from '../../match/index.ts';

/** How people have their requests taken by a bridge with `match: mine`, in one line. */
export function markText(name: string): string {
  return `${name}'s requests: open a page once with ?${MARK_NAME}=${name} (and with ?${MARK_NAME}= to end that), or curl -H '${MARK_HEADER}: ${name}'`;
}
