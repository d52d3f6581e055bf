import { tellsSecret } from './secret-name.ts';
import { MASK, maskText } from './secret-parts.ts';
import { isHarmless } from './secret-value.ts';

/** Variables, labels and the like with what is secret in them masked: the value of a name that tells so, else its parts. */
export function maskedVariables(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name, maskedVariable(name, value)]),
  );
}

function maskedVariable(name: string, value: string): string {
  return tellsSecret(name) && !isPlain(value) ? MASK : maskText(value);
}

/** Yes or no is no secret. What looks like another variable is one: there is no shell here. */
function isPlain(value: string): boolean {
  return isHarmless(value) && !value.startsWith('$');
}
