import { answerHere } from './answer-here.ts';
import type { Conversation } from './conversation.ts';
import type { Link } from './link.ts';
import { nowhere } from './nowhere.ts';
import type { Choice } from './route.ts';
import type { Turn } from './turn.ts';

/**
 * An upstream has refused a connection: what was sent there goes to the other upstream of its route, or where that says.
 * `goOn` is called when that was not known at once, and is.
 */
export function linkRefused(conversation: Conversation, link: Link, goOn: () => void): void {
  const { links, turns } = conversation;
  links.forget(link);
  const first = conversation.turnAt(link);
  if (first === undefined) return;
  if (first.route.refused !== undefined && !first.wasMoved) {
    chosenAnew(conversation, first.route.refused(), goOn);
    return;
  }
  const others = turns.map(({ route, wasMoved }) => (wasMoved ? undefined : route.otherwise));
  const [other] = others;
  if (other === undefined || others.some((one) => one?.key !== other.key)) {
    conversation.breakOff();
    return;
  }
  for (const turn of turns) turn.wasMoved = true;
  conversation.moveAll(conversation.linkTo(other));
}

/** What is in flight was refused, and goes where was chosen anew for the first of it. */
function chosenAnew(conversation: Conversation, choice: Choice, goOn: () => void): void {
  const { turns } = conversation;
  const [first] = turns;
  if (first === undefined) return;
  if ('answer' in choice) {
    turns.length = 0;
    conversation.isEndAnnounced = true;
    answerHere(conversation, first.head, choice.answer);
    conversation.finish();
  } else if ('later' in choice) {
    const parked = nowhere();
    for (const turn of turns) turn.link = parked;
    void choice.later.then((then) => {
      parked.abort();
      if (!conversation.isOpen) return;
      chosenAnew(conversation, then, goOn);
      goOn();
    });
  } else {
    for (const turn of turns) turn.route = choice;
    conversation.moveAll(conversation.linkTo(choice.to));
  }
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
