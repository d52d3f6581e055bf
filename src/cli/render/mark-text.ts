import { MARK_HEADER, MARK_NAME } from '../../match/index.ts';

/** How people have their requests taken by a bridge with `match: mine`, in lines. */
export function markLines(name: string): readonly string[] {
  return [
    `${name}'s requests: open a page once with ?${MARK_NAME}=${name} (?${MARK_NAME}= ends that),`,
    `or send the header, such as by curl -H '${MARK_HEADER}: ${name}'`,
  ];
}
