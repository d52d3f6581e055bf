import { type TargetRef, targetText } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import type { Place } from '../read/reading.ts';
import { platformOf, targetForms } from '../target-text.ts';
import { problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** How a platform is called in a sentence. */
const titles = { docker: 'Docker', kubernetes: 'Kubernetes' } as const;

/** All targets of a file live on one platform, and settings of the other one say nothing. */
export const onePlatform: Rule = (workspace, at): readonly Problem[] => {
  const { connection } = workspace;
  const { platform } = connection;
  const users = [
    ...[...workspace.services.values()].flatMap((service) => [...service.bridges, ...service.envFrom]),
    ...workspace.forwards,
  ];
  const targets = users.map((user) => ({ target: user.target, place: at(user, 'target') }));
  // A file without the section has no place for it.
  const settings = placesOf(at, connection);
  const decided = settings.get('platform') ?? targets[0]?.place;
  const contradictions = targets
    .filter(({ target }) => platformOf(target.kind) !== platform)
    .map(({ target, place }) => contradiction(target, place));
  if (platform === 'kubernetes') return contradictions;
  const foreign = (['context', 'namespace'] as const).flatMap((key) => {
    const place = settings.get(key);
    if (connection[key] === undefined || place === undefined) return [];
    const facts = {
      code: 'platform-contradiction',
      message: `${quote(key)} belongs to Kubernetes, but the targets of this file live on Docker`,
      hint: 'remove it',
    };
    return [problemOf(place.node, place.path, facts, place.span)];
  });
  return [...contradictions, ...foreign, ...namedPorts()];

  function contradiction(target: TargetRef, place: Place): Problem {
    const other = platformOf(target.kind);
    return problemOf(
      place.node,
      place.path,
      {
        code: 'platform-contradiction',
        message: `${quote(targetText(target))} lives on ${titles[other]}, but the platform of this file is ${platform}`,
        hint: `on ${platform} a target is ${targetForms[platform]}`,
        ...(decided === undefined || decided === place
          ? {}
          : {
              related: [
                {
                  span: decided.node.via ?? decided.span,
                  label: settings.has('platform') ? 'the platform is chosen here' : 'by this target',
                },
              ],
            }),
      },
      place.span,
    );
  }

  function namedPorts(): readonly Problem[] {
    const bridges = [...workspace.services.values()].flatMap((service) => service.bridges);
    return bridges.flatMap(({ target, ports }) =>
      ports.flatMap((port) => {
        if (typeof port.container === 'number' || platformOf(target.kind) !== 'docker') return [];
        const { node, path, span } = at(port, 'container');
        const facts = {
          code: 'bad-port',
          message: `${quote(port.container)} is a name, and ports of containers on Docker have none`,
          hint: 'write the number',
        };
        return [problemOf(node, path, facts, span)];
      }),
    );
  }
};

/** Places of those settings of the connection that the file has. */
function placesOf(at: Parameters<Rule>[1], connection: object): ReadonlyMap<string, Place> {
  try {
    const whole = at(connection);
    const fields = ['platform', 'context', 'namespace'].map(
      (field) => [field, at(connection, field)] as const,
    );
    return new Map(fields.filter(([, place]) => place.path.length > whole.path.length));
  } catch {
    return new Map();
  }
}
