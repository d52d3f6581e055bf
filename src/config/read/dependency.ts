import type { Dependency, DependencyCondition } from '../../model/workspace.ts';
import { booleanIn, entries, items, type Reading, stringIn, under, type Value } from './reading.ts';

const conditions: readonly DependencyCondition[] = [
  'service_started',
  'service_healthy',
  'service_completed_successfully',
];

/**
 * Reads what starts before a service, in either form. A dependency that is not required and not among `services`
 * is left out.
 */
export function readDependencies(
  value: Value | undefined,
  services: ReadonlySet<string>,
  reading: Reading,
): readonly Dependency[] {
  const listed = new Map<string, Dependency>();
  for (const item of items(value)) {
    const service = stringIn(item);
    if (service === undefined) continue;
    const dependency: Dependency = { service, condition: 'service_started', required: true, restart: false };
    reading.remember(dependency, item);
    if (listed.has(service)) reading.warn(item, repeated(service));
    else listed.set(service, dependency);
  }
  const mapped = entries(value).flatMap((entry) => {
    if (entry.key.startsWith('x-')) return [];
    const conditionPlace = under(entry, 'condition');
    const text = stringIn(conditionPlace) ?? 'service_started';
    const condition = conditions.find((known) => known === text) ?? 'service_started';
    const required = booleanIn(under(entry, 'required')) ?? true;
    if (!required && !services.has(entry.key)) return [];
    const restart = booleanIn(under(entry, 'restart')) ?? false;
    const name = { ...entry, span: entry.keySpan };
    const dependency: Dependency = { service: entry.key, condition, required, restart };
    return [reading.remember(dependency, entry, { service: name, condition: conditionPlace ?? name })];
  });
  return [...listed.values(), ...mapped];
}

function repeated(service: string) {
  return {
    code: 'repeated-dependency',
    message: `the dependency ${JSON.stringify(service)} is given twice`,
    hint: 'remove one of them',
  };
}
