import { networkServiceOf, type Workspace } from './workspace.ts';

/**
 * The same with some services only, and those that they need: see `neededBy`. Forwards come along: no service's name could
 * ask for them, and they are for people and programs of this machine, whichever services run. Names of services that there
 * are not say nothing.
 */
export function partOfWorkspace(workspace: Workspace, names: Iterable<string>): Workspace {
  const needed = neededBy(workspace, names);
  return {
    ...workspace,
    services: new Map([...workspace.services].filter(([name]) => needed.has(name))),
  };
}

/**
 * Names of services with those of all that they need, and what these need: dependencies, whether required or not, and the
 * service in whose network one is. In the order of the file; names of services that there are not are left out.
 */
export function neededBy(
  { services }: Pick<Workspace, 'services'>,
  names: Iterable<string>,
): ReadonlySet<string> {
  const needed = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const service = services.get(name);
    if (service === undefined || needed.has(name)) continue;
    needed.add(name);
    waiting.push(networkServiceOf(service), ...service.dependsOn.map((one) => one.service));
  }
  return new Set([...services.keys()].filter((name) => needed.has(name)));
}
