import { posix } from 'node:path';
import type { Debug } from '../model/workspace.ts';

/** What every Java machine reads that starts. */
export const JAVA_OPTIONS = 'JAVA_TOOL_OPTIONS';

/** They run in a Java machine themselves, which would take the port from the program that they start. */
const BUILD_TOOLS = new Set('mvn mvnw mvnd gradle gradlew sbt ant lein clojure clj'.split(' '));

/** Whether a command runs a Java program by a build tool: the tool would be debugged in its place. */
export function isByBuildTool(words: readonly string[]): boolean {
  return BUILD_TOOLS.has(posix.basename(words[0] ?? ''));
}

/**
 * The options of a Java machine with those that let debuggers attach behind what is there already; that alone where it
 * names a debugger. `before`: the value of `JAVA_TOOL_OPTIONS`; undefined = none.
 */
export function withJdwp(before: string | undefined, { port, wait }: Pick<Debug, 'port' | 'wait'>): string {
  if (before !== undefined && /jdwp/.test(before)) return before;
  const options = `transport=dt_socket,server=y,suspend=${wait ? 'y' : 'n'},address=0.0.0.0:${port}`;
  const jdwp = `-agentlib:jdwp=${options}`;
  return before === undefined || before.trim() === '' ? jdwp : `${before} ${jdwp}`;
}
