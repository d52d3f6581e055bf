import type { Runner } from './index.ts';

/**
 * What a unit wrote last, `tail` lines of it (default: 10), since a moment (milliseconds since 1970; default: ever);
 * nothing when it is gone.
 */
export async function lastLines(
  runner: Pick<Runner, 'unitLogs'>,
  unit: string,
  { tail = 10, since }: { readonly tail?: number; readonly since?: number | undefined } = {},
): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const { line } of runner.unitLogs(unit, { follow: false, tail, since })) lines.push(line);
  } catch {
    // Gone, or going, with its output.
  }
  return lines;
}
