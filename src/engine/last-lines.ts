import type { Engine } from './index.ts';

/** What a container wrote last, `tail` lines of it (default: 10); nothing when it is gone. */
export async function lastLines(
  engine: Pick<Engine, 'containerLogs'>,
  container: string,
  tail = 10,
): Promise<readonly string[]> {
  const lines: string[] = [];
  try {
    for await (const { line } of engine.containerLogs(container, { follow: false, tail })) lines.push(line);
  } catch {
    // Gone, or going, with its output.
  }
  return lines;
}
