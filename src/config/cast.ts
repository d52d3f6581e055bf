import type { Scalar } from './tree.ts';

/**
 * A value as the type that its key wants, where it can only be meant so: numbers and booleans in quotes or out of a
 * variable, `yes` and `no`, and numbers where a text is wanted, which stay as they are spelled.
 */
export function castScalar(scalar: Scalar, types: readonly string[]): Scalar {
  const { value, text } = scalar;
  if (value === null || types.length === 0) return scalar;
  if (typeof value === 'number' && types.includes('string') && !takesNumber(types))
    return { ...scalar, value: text };
  if (typeof value !== 'string' || types.includes('string')) return scalar;
  const meant = meantBy(text, types);
  return meant === undefined ? scalar : { ...scalar, value: meant };
}

function takesNumber(types: readonly string[]): boolean {
  return types.includes('integer') || types.includes('number');
}

function meantBy(text: string, types: readonly string[]): number | boolean | undefined {
  if (types.includes('integer') && /^[-+]?\d+$/.test(text)) return Number(text);
  if (types.includes('number') && text.trim() !== '' && Number.isFinite(Number(text))) return Number(text);
  if (types.includes('boolean') && /^(true|yes|on|y)$/i.test(text)) return true;
  if (types.includes('boolean') && /^(false|no|off|n)$/i.test(text)) return false;
  return undefined;
}
