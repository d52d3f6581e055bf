import type { Filter } from './filter.ts';

/** The names whose marked requests a filter takes, each once. */
export function marksIn(filter: Filter | undefined): readonly string[] {
  const conditions = (filter?.match ?? []).flat();
  const names = conditions.flatMap((condition) => (condition.of === 'mark' ? [condition.name] : []));
  return [...new Set(names)];
}
