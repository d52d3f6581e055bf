import { DevenvError } from '../common/errors.ts';

/** Variables of a program. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable that must be there and not empty. Errors: `usage`. */
export function required(environment: Environment, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new DevenvError({ code: 'usage', message: `the environment lacks ${name}`, owner: 'devenv' });
}

/** The entries of a comma-separated list; none when it is absent. */
export function listIn(environment: Environment, name: string): readonly string[] {
  return (environment[name] ?? '').split(',').filter((entry) => entry !== '');
}
