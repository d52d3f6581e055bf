import type { V1Pod, V1SecurityContext } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { agentContainer, agentsIn, nextName } from '../../../src/kubernetes/agent-container.ts';
import { standaloneJob } from '../../../src/kubernetes/standalone-job.ts';
import { EXEMPT_GROUP, readAgentSettings } from '../../../src/programs/index.ts';

const spec = { image: 'agent:1', secret: 's' };
const contextOf = (kind: 'net' | 'plain') =>
  agentContainer('agent', { kind, ...spec }, 20_001).securityContext;

function settingsOf(kind: 'net' | 'plain') {
  const { env = [] } = agentContainer('agent', { kind, ...spec }, 20_001);
  return readAgentSettings(Object.fromEntries(env.map(({ name, value }) => [name, value])));
}

/** What the level `restricted` of Pod Security objects to, and stricter rules of many clusters. */
function objections(context: V1SecurityContext | undefined): readonly string[] {
  const { runAsNonRoot, runAsUser, allowPrivilegeEscalation, readOnlyRootFilesystem } = context ?? {};
  const { capabilities, seccompProfile } = context ?? {};
  return [
    runAsNonRoot === true ? '' : 'runAsNonRoot',
    runAsUser === 0 ? 'runAsUser' : '',
    allowPrivilegeEscalation === false ? '' : 'allowPrivilegeEscalation',
    capabilities?.drop?.includes('ALL') ? '' : 'capabilities',
    (capabilities?.add ?? []).every((name) => name === 'NET_BIND_SERVICE') ? '' : 'added capabilities',
    seccompProfile?.type === 'RuntimeDefault' ? '' : 'seccompProfile',
    readOnlyRootFilesystem === true ? '' : 'readOnlyRootFilesystem',
  ].filter((one) => one !== '');
}

describe('an agent that takes no ports over', () => {
  it('is as the strictest level of Pod Security wants it, and no one whom a mesh lets pass', () => {
    expect(objections(contextOf('plain'))).toEqual([]);
    expect([0, 1337, 2102]).not.toContain(contextOf('plain')?.runAsUser);
    expect(settingsOf('plain').intercepts).toBe(false);
  });

  it('is let pass by the rules of one beside it that does', () => {
    expect(contextOf('plain')?.runAsGroup).toBe(EXEMPT_GROUP);
  });
});

describe('an agent that takes ports over', () => {
  it('is root with one capability, whatever the pod asks for', () => {
    expect(contextOf('net')).toMatchObject({
      runAsUser: 0,
      runAsNonRoot: false,
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] },
    });
    expect(settingsOf('net').intercepts).toBe(true);
  });
});

it('an agent leaves its user to a cluster that gives users itself, and refuses others', () => {
  const leaves = (kind: 'net' | 'plain') =>
    agentContainer('agent', { kind, ...spec }, 20_001, { assignsUsers: true }).securityContext;
  expect(leaves('plain')).not.toHaveProperty('runAsUser');
  expect(objections(leaves('plain'))).toEqual([]);
  expect(leaves('net')).toEqual(contextOf('net'));
  const job = standaloneJob({ kind: 'plain', ...spec }, true).spec?.template.spec;
  expect(job?.securityContext).not.toHaveProperty('runAsUser');
  expect(job?.securityContext?.runAsNonRoot).toBe(true);
});

it('the agent of services without a workload is as the strictest level of Pod Security wants it', () => {
  const pod = standaloneJob({ kind: 'plain', ...spec }, false).spec?.template.spec;
  const [container] = pod?.containers ?? [];
  expect(objections({ ...pod?.securityContext, ...container?.securityContext } as V1SecurityContext)).toEqual(
    [],
  );
});

it('agents in a pod are counted by kind, and known again by it', () => {
  const named = (...names: readonly string[]): V1Pod => ({
    spec: { containers: [], ephemeralContainers: names.map((name) => ({ name })) },
  });
  const empty = named();
  const first = nextName(empty, 'net');
  const other = nextName(empty, 'plain');
  expect(first).toMatch(/^gefyra-devenv-agent-net-v\d+-0$/);
  expect(other).toMatch(/^gefyra-devenv-agent-plain-v\d+-0$/);
  const pod = named(first, other, 'debugger-1');
  expect(agentsIn(pod, 'net').map(({ name }) => name)).toEqual([first]);
  expect(agentsIn(pod, 'plain').map(({ name }) => name)).toEqual([other]);
  expect(nextName(pod, 'net')).toBe(first.replace(/0$/, '1'));
});
