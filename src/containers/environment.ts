import type { EnvironmentSource, Service } from '../model/workspace.ts';
import { targetText } from '../model/workspace.ts';

/**
 * All variables of a service: those of the workloads it takes them from, a later one over an earlier, and over all of
 * them those of the file. A program of this machine keeps what says where this machine has things, unless `include` spells the
 * name out. A workload that could not be read gives none.
 */
export function serviceEnvironment(
  service: Service,
  environments: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Readonly<Record<string, string>> {
  const isOurs = (name: string, { include }: EnvironmentSource) =>
    service.process !== undefined && MACHINES_OWN.test(name) && !include.includes(name);
  const taken = service.envFrom.flatMap((source) =>
    Object.entries(environments.get(targetText(source.target)) ?? {}).filter(
      ([name]) => isTaken(name, source) && !isOurs(name, source),
    ),
  );
  return { ...Object.fromEntries(taken), ...service.environment };
}

/** Variables of a workload that are true in its image alone. */
const MACHINES_OWN =
  /^(PATH|HOME|USER|LOGNAME|SHELL|PWD|OLDPWD|HOSTNAME|TERM|TMPDIR|LD_\w+|XDG_\w+|PYTHONPATH|NODE_PATH|JAVA_HOME|CLASSPATH|GOPATH|GOROOT|GEM_HOME|VIRTUAL_ENV)$/;

function isTaken(name: string, { include, exclude }: EnvironmentSource): boolean {
  const matches = (pattern: string) => asExpression(pattern).test(name);
  return include.some(matches) && !exclude.some(matches);
}

/** `*` stands for any characters, `?` for one. */
function asExpression(pattern: string): RegExp {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}
