import { networksOf, type Workspace } from './workspace.ts';

/** Namespaces that targets of a file name, beside that of the connection; sorted, each once. Pure. */
export function namespacesOf({ services, connection }: Workspace): readonly string[] {
  const targets = [...services.values()].flatMap((service) => [
    ...networksOf(service, connection.platform),
    ...service.envFrom.map(({ target }) => target),
  ]);
  const named = targets.flatMap(({ namespace }) => namespace ?? []);
  return [...new Set(named)].filter((namespace) => namespace !== connection.namespace).sort();
}
