import { DevenvError } from '../common/errors.ts';
import type { AgentKind } from '../model/agent-kind.ts';
import { type TargetRef, targetText } from '../model/workspace.ts';
import type { Place } from '../platform/index.ts';
import { agentContainer, agentPort } from './agent-container.ts';
import { addContainer, findAgent } from './agents.ts';
import type { ClusterApi } from './api.ts';
import { type ApiRefusal, isRuleRefusal, refusalOf } from './failures.ts';
import { readPod } from './followed-pod.ts';
import { limitsOf } from './limits.ts';
import { memoryOf } from './memory.ts';
import { assignsUsers } from './open-shift.ts';
import { podAt } from './pod-address.ts';
import { blamedContainers, notLetIn, whoAllowsAgent, whoAllowsNetAdmin } from './refusal.ts';

/** No agent is called so, since it is never made. */
const TRIED = 'gefyra-devenv-agent-preflight';

/** Agents that a session would place wherever a target runs. */
export interface WantedAgents extends Omit<WantedAgent, 'place'> {
  readonly places: readonly Place[];
}

/**
 * Whether the agents that are wanted would be let in. Pods of one workload are alike but for what was added to them: where
 * that is none, they are not tried one by one. Errors: those of `tryAgent`.
 */
export async function tryAgents(api: ClusterApi, { places, ...wanted }: WantedAgents): Promise<void> {
  const [first, ...others] = [...places].sort(
    (one, other) => Number(one.isStarting) - Number(other.isStarting),
  );
  if (first === undefined) return;
  await tryAgent(api, { ...wanted, place: first });
  const differs = ({ id }: Place) => {
    const pod = memoryOf(api).podOf(id);
    return pod === undefined || (pod.spec?.ephemeralContainers ?? []).length > 0;
  };
  await Promise.all(others.filter(differs).map((place) => tryAgent(api, { ...wanted, place })));
}

/** An agent that a session would place. */
interface WantedAgent {
  readonly target: TargetRef;
  readonly place: Place;
  /** Ports of the target that are to be bridged; none = it only connects. */
  readonly ports: readonly (number | string)[];
  readonly image: string;
}

/**
 * Whether the agent that is wanted would be let in beside a workload, by a dry run, and where it is for bridges and would
 * not, whether one without capabilities would. One that runs already is good enough. Errors: `admission-refused` with who
 * refuses, who can allow it and what works all the same; those of the API.
 */
async function tryAgent(api: ClusterApi, wanted: WantedAgent): Promise<void> {
  const { target, place, ports, image } = wanted;
  const kind = ports.length > 0 ? 'net' : 'plain';
  const refusal = await refusalFor(api, place, kind, image);
  if (refusal === undefined) return;
  if (kind === 'plain') throw await plainRefused(api, wanted, refusal);
  const { namespace } = podAt(place);
  const plain = await refusalFor(api, place, 'plain', image);
  const [what, one] = [
    ports.length === 1 ? `port ${ports[0]}` : `ports ${ports.join(', ')}`,
    targetText(target),
  ];
  const allow = whoAllowsNetAdmin({ namespace, refusal }, image);
  throw notLetIn(
    `${what} of ${one} cannot be bridged: namespace ${namespace} does not let in an agent that takes ports over, which needs NET_ADMIN`,
    { refusal },
    plain === undefined
      ? `${allow}. All the rest works there without: connections, lookups, env_from, files, and services without a target; leave out \`bridges\`, and name ${one} in \`env_from\``
      : `${allow}. ${(await plainRefused(api, wanted, plain)).hint}`,
  );
}

/** Why an agent would not be let in; undefined where it would, or one of its kind runs. Errors: those of the API. */
async function refusalFor(
  api: ClusterApi,
  place: Place,
  kind: AgentKind,
  image: string,
): Promise<ApiRefusal | undefined> {
  const surroundings = { assignsUsers: kind === 'plain' && (await assignsUsers(api)) };
  const agent = agentContainer(TRIED, { kind, image, secret: '' }, agentPort(), surroundings);
  try {
    await addContainer(api, place, agent, 'dry run');
    return undefined;
  } catch (error) {
    const refusal = ruleIn(error);
    if (refusal === undefined) throw error;
    return (await findAgent(api, place, kind)) === undefined ? refusal : undefined;
  }
}

/**
 * Pod Security judges all containers of a pod, those that have ended included: what was let in before its namespace was
 * labelled keeps everything else out.
 */
async function plainRefused(
  api: ClusterApi,
  { target, place, image }: WantedAgent,
  refusal: ApiRefusal,
): Promise<DevenvError> {
  const { namespace, pod: name } = podAt(place);
  const what = `an agent beside ${targetText(target)}`;
  const blamed = blamedContainers(refusal);
  const pod = blamed.length === 0 || blamed.includes(TRIED) ? undefined : await readPod(api, place);
  if (pod === undefined)
    return notLetIn(
      `namespace ${namespace} does not let in ${what}`,
      { refusal },
      whoAllowsAgent({ namespace, refusal }, image),
    );
  const added = (pod.spec?.ephemeralContainers ?? [])
    .map((one) => one.name)
    .filter((one) => blamed.includes(one));
  const replace = `replace the pod: kubectl delete pod ${name} --namespace ${namespace}`;
  if (added.length > 0)
    return notLetIn(
      `pod ${name} lets in no agent any more beside ${targetText(target)}: it got ${added.join(', ')} before namespace ${namespace} was restricted`,
      { refusal },
      `Pod Security judges all of a pod, ended ephemeral containers included, and these cannot be removed: ${replace}`,
    );
  return notLetIn(
    `pod ${name} lets in no agent beside ${targetText(target)}: its own ${blamed.join(', ')} would not be let into namespace ${namespace} either`,
    { refusal },
    `Pod Security judges all of a pod: let the workload comply with it, then ${replace}`,
  );
}

/** Sends what would be made as a dry run. Errors: `admission-refused`, and those of the API. */
export async function tryToMake(
  api: ClusterApi,
  tried: { readonly what: string; readonly path: string; readonly body: object; readonly image: string },
): Promise<void> {
  const { what, path, body, image } = tried;
  const { namespace } = api.cluster;
  try {
    await api.send({ doing: `make ${what}`, method: 'POST', path, query: { dryRun: 'All' }, body });
  } catch (error) {
    const refusal = ruleIn(error);
    if (refusal === undefined) throw error;
    const message = `namespace ${namespace} does not let in ${what}`;
    throw notLetIn(
      message,
      { refusal },
      whoAllowsAgent({ namespace, refusal }, image),
      await limitsOf(api, refusal),
    );
  }
}

function ruleIn(error: unknown): ApiRefusal | undefined {
  const refusal = error instanceof DevenvError ? refusalOf(error) : undefined;
  return refusal !== undefined && isRuleRefusal(refusal) ? refusal : undefined;
}
