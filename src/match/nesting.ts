import { compilePathTest, compileTextTest } from './compile.ts';
import type { Condition, PathTest, TextTest } from './filter.ts';
import { isBelow, normalPath } from './path.ts';

/** What a condition looks at: two of the same key look at the same. */
export function keyOf(condition: Condition): string {
  return 'name' in condition && condition.of !== 'mark' ? `${condition.of} ${condition.name}` : condition.of;
}

/** Whether every request of which one condition holds is one of which the other holds; false where that cannot be told. */
export function isWithin(one: Condition, other: Condition): boolean {
  if (keyOf(one) !== keyOf(other)) return false;
  if (one.of === 'mark') return other.of === 'mark' && one.name === other.name;
  if (one.of === 'method')
    return other.of === 'method' && one.anyOf.every((name) => other.anyOf.includes(name));
  if (one.of === 'path')
    return (
      other.of === 'path' && one.anyOf.every((path) => other.anyOf.some((above) => isPathWithin(path, above)))
    );
  return 'test' in other && isTextWithin(one.test, other.test);
}

/**
 * Whether no request holds two conditions. A header, member, cookie or parameter is taken to come once, as nearly all do:
 * one that comes twice may hold both (`isSurelyApart`).
 */
export function isApart(one: Condition, other: Condition): boolean {
  if (keyOf(one) !== keyOf(other)) return false;
  return 'test' in one && 'test' in other ? areTextsApart(one.test, other.test) : isSurelyApart(one, other);
}

/** Whether no request whatever holds two conditions; false where that cannot be told. */
export function isSurelyApart(one: Condition, other: Condition): boolean {
  if (one.of === 'mark') return other.of === 'mark' && one.name !== other.name;
  if (one.of === 'method')
    return other.of === 'method' && !one.anyOf.some((name) => other.anyOf.includes(name));
  if (one.of === 'path')
    return (
      other.of === 'path' && one.anyOf.every((path) => other.anyOf.every((two) => arePathsApart(path, two)))
    );
  return false;
}

function isTextWithin(one: TextTest, other: TextTest): boolean {
  if (other.kind === 'exists' || isSame(one, other)) return true;
  if (one.kind === 'exact') return compileTextTest(other)(one.text);
  if (other.kind !== 'prefix') return false;
  return other.text === '' || (one.kind === 'prefix' && one.text.startsWith(other.text));
}

function areTextsApart(one: TextTest, other: TextTest): boolean {
  if (one.kind === 'exact') return !compileTextTest(other)(one.text);
  if (other.kind === 'exact') return !compileTextTest(one)(other.text);
  return (
    one.kind === 'prefix' &&
    other.kind === 'prefix' &&
    !one.text.startsWith(other.text) &&
    !other.text.startsWith(one.text)
  );
}

function isPathWithin(one: PathTest, other: PathTest): boolean {
  if (isSame(one, other)) return true;
  if (one.kind === 'exact') return compilePathTest(other)(normalPath(one.text));
  if (other.kind !== 'below') return false;
  const above = normalPath(other.text);
  return above === '/' || (one.kind === 'below' && isBelow(normalPath(one.text), above));
}

function arePathsApart(one: PathTest, other: PathTest): boolean {
  if (one.kind === 'exact') return !compilePathTest(other)(normalPath(one.text));
  if (other.kind === 'exact') return !compilePathTest(one)(normalPath(other.text));
  if (one.kind === 'regex' || other.kind === 'regex') return false;
  return !isPathWithin(one, other) && !isPathWithin(other, one);
}

function isSame(one: TextTest | PathTest, other: TextTest | PathTest): boolean {
  return one.kind === other.kind && ('text' in one && 'text' in other ? one.text === other.text : true);
}
