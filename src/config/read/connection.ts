import type { ConnectionSettings, PlatformKind, TargetRef } from '../../model/workspace.ts';
import { placeNameFault } from '../place-name.ts';
import { platformOf } from '../target-text.ts';
import { readDuration } from './duration.ts';
import { readImage } from './image.ts';
import { items, type Reading, stringIn, under, type Value } from './reading.ts';

/** Settings from outside of the file that win over it. */
export interface ConnectionChoice {
  /** Context of the kubeconfig. */
  readonly context: string | undefined;
  readonly namespace: string | undefined;
}

/** How long requests in flight may take when a bridge closes, unless the file says otherwise, milliseconds. */
const DEFAULT_DRAIN_MS = 10_000;

/** Reads `connection`. Without a platform of its own, the first target of the file tells it. */
export function readConnection(
  value: Value | undefined,
  targets: readonly TargetRef[],
  choice: ConnectionChoice,
  reading: Reading,
): ConnectionSettings {
  const chosen = stringIn(under(value, 'platform'));
  const [first] = targets;
  // What a target that could not be read would have told, is not known: settings of Kubernetes may be meant.
  const inferred: PlatformKind =
    first !== undefined ? platformOf(first.kind) : reading.unreadTargets > 0 ? 'kubernetes' : 'docker';
  const connection: ConnectionSettings = {
    platform: chosen === 'docker' || chosen === 'kubernetes' ? chosen : inferred,
    context: choice.context ?? stringIn(under(value, 'context')),
    namespace: choice.namespace ?? stringIn(under(value, 'namespace')),
    drainMs: readDuration(under(value, 'drain'), '0', reading) ?? DEFAULT_DRAIN_MS,
    agentImage: readImage(under(under(value, 'agent'), 'image'), reading),
    allow: readAllow(under(value, 'allow'), reading),
  };
  if (value === undefined) return connection;
  return reading.remember(connection, value, {
    platform: under(value, 'platform'),
    context: under(value, 'context'),
    namespace: under(value, 'namespace'),
  });
}

function readAllow(value: Value | undefined, reading: Reading): readonly string[] | undefined {
  if (value === undefined) return undefined;
  return items(value).flatMap((item) => {
    const name = stringIn(item);
    if (name === undefined) return [];
    const fault = placeNameFault(name);
    if (fault === undefined) return [name];
    reading.report(item, { code: 'bad-name', ...fault });
    return [];
  });
}
