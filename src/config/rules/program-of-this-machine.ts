import { type Mount, networksOf, type Service } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import { PROGRAM_KEYS } from '../program-keys.ts';
import type { At } from '../read/reading.ts';
import { type Mapping, problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A service with `process` says nothing that only a container can do, and has a network to be in. */
export const programOfThisMachine: Rule = (workspace, at): readonly Problem[] =>
  [...workspace.services.values()].flatMap((service) => {
    const { node } = at(service);
    if (node.kind !== 'mapping' || !node.entries.some(({ key }) => key === 'process')) return [];
    return [
      ...foreignKeys(service, node, at),
      ...datagrams(service, at),
      ...mountsOfEngines(service, at),
      ...testsOfNoImage(service, node, at),
      ...(networksOf(service, workspace.connection.platform).length === 0 ? [nowhere(service, at)] : []),
    ];
  });

function foreignKeys(service: Service, node: Mapping, at: At): readonly Problem[] {
  const { path } = at(service);
  return node.entries.flatMap(({ key, keySpan, value }) => {
    if (PROGRAM_KEYS.has(key) || key.startsWith('x-')) return [];
    const hint = 'remove it, or "process"';
    const message = `${quote(key)} has no meaning beside "process": service ${quote(service.name)} is a program of this machine, not a container`;
    const facts = { code: 'no-container', message, hint };
    return [problemOf(value, [...path, key], facts, keySpan)];
  });
}

function testsOfNoImage(service: Service, node: Mapping, at: At): readonly Problem[] {
  const { name, healthcheck } = service;
  const entry = node.entries.find(({ key }) => key === 'healthcheck');
  if (entry === undefined || healthcheck?.kind !== 'image') return [];
  const message = `the health test of service ${quote(name)} is its image’s, and a program of this machine has none`;
  const hint = 'say what tests it: `test: curl -fs http://127.0.0.1:8080/`';
  return [
    problemOf(
      entry.value,
      [...at(service).path, 'healthcheck'],
      { code: 'no-container', message, hint },
      entry.keySpan,
    ),
  ];
}

/** Volumes are kept by an engine, which such a file need not have; and mounts are seen by the program alone. */
function mountsOfEngines({ volumes }: Service, at: At): readonly Problem[] {
  return volumes.flatMap((mount) => {
    const fault = engineFault(mount);
    if (fault === undefined) return [];
    const { node, path, span } = at(mount);
    return [problemOf(node, path, { code: 'no-container', ...fault }, span)];
  });
}

function engineFault(mount: Mount): { readonly message: string; readonly hint: string } | undefined {
  if (mount.kind === 'volume') {
    const { name, target } = mount;
    const what = name === undefined ? 'an anonymous volume' : `the volume ${quote(name)}`;
    return {
      message: `${what} is kept by a container engine, and a program of this machine has none`,
      hint:
        name === undefined
          ? `for an empty directory in memory, write \`tmpfs: ${target}\``
          : `name a directory of this machine in its place: \`./${name}:${target}\``,
    };
  }
  const propagation = mount.kind === 'bind' ? mount.propagation : undefined;
  if (propagation === undefined || /^r?private$/.test(propagation)) return undefined;
  return {
    message: `what a program of this machine mounts is seen by nobody else, and cannot be ${quote(propagation)}`,
    hint: 'remove it',
  };
}

function datagrams({ ports }: Service, at: At): readonly Problem[] {
  return ports.flatMap((port) => {
    if (port.protocol === 'tcp') return [];
    const { node, path, span } = at(port);
    const message = `UDP port ${port.target} of a program of this machine cannot be published`;
    return [problemOf(node, path, { code: 'no-container', message, hint: 'remove it' }, span)];
  });
}

function nowhere(service: Service, at: At): Problem {
  const { node, path, span } = at(service, 'name');
  const message = `service ${quote(service.name)} runs on this machine and has no workload whose network it could be in`;
  const hint = 'name one under `bridges` or `env_from`';
  return problemOf(node, path, { code: 'no-container', message, hint }, span);
}
