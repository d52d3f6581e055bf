import type { Conversation } from './conversation.ts';
import type { Link } from './link.ts';
import type { Turn } from './turn.ts';

/** An upstream has refused a connection: what was sent there goes to the other upstream of its route. */
export function linkRefused(conversation: Conversation, link: Link): void {
  const { links, turns } = conversation;
  links.forget(link);
  if (conversation.turnAt(link) === undefined) return;
  const others = turns.map(({ route, wasMoved }) => (wasMoved ? undefined : route.otherwise));
  const [other] = others;
  if (other === undefined || others.some((one) => one?.key !== other.key)) {
    conversation.breakOff();
    return;
  }
  for (const turn of turns) turn.wasMoved = true;
  conversation.moveAll(conversation.linkTo(other));
}

/**
 * An upstream has ended its connection. What was in flight there is lost, unless executing it twice does no harm and it was
 * the fault of a kept connection, which may be closed at any time.
 */
export function linkEnded(conversation: Conversation, link: Link, clean: boolean): void {
  const turn = conversation.turnAt(link);
  if (turn === undefined) {
    link.retire();
    conversation.lost(link);
  } else if (link.isUnread ? clean : isAnswerOver(turn, link, clean)) conversation.finish();
  else if (link.wasKept && isUntouched(link, conversation.turns)) {
    conversation.links.forget(link);
    for (const one of conversation.turns) one.wasRepeated = true;
    conversation.moveAll(conversation.links.to(link.upstream));
  } else conversation.breakOff();
}

function isAnswerOver({ isAnswered, hasAnswer }: Turn, { reader }: Link, clean: boolean): boolean {
  return isAnswered || (hasAnswer && clean && reader.isUntilClose);
}

/** Nothing of an answer has come, and all that was asked can be asked again. */
function isUntouched({ reader }: Link, turns: readonly Turn[]): boolean {
  return (
    reader.isBetween &&
    turns.every(
      ({ isRepeatable, isSent, wasRepeated, hasAnswerBegun }) =>
        isRepeatable && isSent && !wasRepeated && !hasAnswerBegun,
    )
  );
}
