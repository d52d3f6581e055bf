import { isEffectless } from '../../../../src/config/effectless.ts';
import { schemaAt } from '../../../../src/config/schema.ts';
import type { Values } from './canonical.ts';
import type { IntendedDifference } from './intended.ts';

/** A value that one of both has, or has otherwise. */
export interface Difference {
  readonly project: string;
  readonly path: string;
  /** Null = nothing. */
  readonly here: unknown;
  readonly there: unknown;
}

/** All values of a project that differ. */
export function differences(project: string, here: Values, there: Values): readonly Difference[] {
  const paths = [...new Set([...here.keys(), ...there.keys()])];
  return paths
    .map((path) => ({ project, path, here: here.get(path) ?? null, there: there.get(path) ?? null }))
    .filter((one) => one.here !== one.there);
}

/** Whether a difference is about a key that has no effect here, of which the schema says why. */
export function isAboutEffectless({ path, here }: Difference): boolean {
  const steps = path.split('.');
  return (
    here === null && steps.some((_, index) => isEffectless(schemaAt(inLists(steps.slice(0, index + 1)))))
  );
}

/** Names of items where the file has a list of them. */
function inLists(steps: readonly string[]): readonly (string | number)[] {
  const [, , key] = steps;
  return steps.map((step, index) => (index === 3 && (key === 'ports' || key === 'volumes') ? 0 : step));
}

/** Whether it is one of those that are intended so. */
export function isIntended(intended: IntendedDifference, { project, path, here }: Difference): boolean {
  const { at, only } = intended;
  if (only !== undefined && !only.includes(project)) return false;
  if (!patternOf(at).test(path)) return false;
  if (!('here' in intended)) return true;
  return intended.here instanceof RegExp ? intended.here.test(String(here)) : intended.here === here;
}

function patternOf(at: string): RegExp {
  const escaped = at.replace(/[.+?^$()|[\]\\{}]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, (stars) => (stars === '**' ? '.*' : '[^.]*'))}$`);
}
