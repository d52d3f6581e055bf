/**
 * Which requests a bridge takes: values, whether the head of a request holds what they ask, by which alternative, and how
 * that is said. Also the marks that `match: mine` goes by. Pure: no sockets, no files; the file, the plan and the agent
 * ask it alike, so it must answer alike everywhere.
 */
export { type CompiledFilter, compileFilter, matchOf } from './compile.ts';
export { conflictBetween, takesNothing } from './conflict.ts';
export { FilterFault, filterOf } from './decode.ts';
export { enrolment } from './enrolment.ts';
export type { Alternative, Condition, Filter, PathTest, TextTest } from './filter.ts';
export { isMarkName, MARK_HEADER, MARK_NAME, markOf, markToAdd } from './mark.ts';
export { marksIn } from './marks-in.ts';
export { regexFault } from './regular-expression.ts';
export { sameFilter } from './same-filter.ts';
export { filterText, requestsText } from './words.ts';
