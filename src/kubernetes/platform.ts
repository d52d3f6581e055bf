import type { TargetRef } from '../model/workspace.ts';
import type { Platform } from '../platform/index.ts';
import { dialAgent, findAgent, placeAgent } from './agents.ts';
import { ClusterApi } from './api.ts';
import { readEnvironment } from './environment.ts';
import { readFiles } from './files.ts';
import { type KubeconfigOptions, loadCluster } from './kubeconfig.ts';
import { isLocalCluster } from './local-cluster.ts';
import { memoryOf } from './memory.ts';
import { podAt } from './pod-address.ts';
import { portNumber } from './ports.ts';
import { preflight } from './preflight.ts';
import { permissionManifest } from './rights.ts';
import { findStandalone, isStandalone, placeStandalone } from './standalone.ts';
import { resolveTarget } from './targets.ts';
import { watchTarget } from './watch-target.ts';
import { readWorkload } from './workloads.ts';

/** The platform whose targets are workloads of a cluster. Nothing is asked of the cluster yet. Errors: `kubeconfig-invalid`. */
export function openKubernetesPlatform(options: KubeconfigOptions): Platform {
  const cluster = loadCluster(options);
  const api = new ClusterApi(cluster);
  const { context, namespace, server, identity } = cluster;
  const of = ({ namespace: other }: TargetRef) => api.within(other);
  const at = (place: { readonly handle: string }) => api.within(podAt(place).namespace);
  return {
    kind: 'kubernetes',
    describe: async () => ({
      title: `Kubernetes context ${context}, namespace ${namespace} (${server})`,
      names: [`${context}/${namespace}`, context],
      identity,
      elsewhere: (other) => ({
        title: `Kubernetes context ${context}, namespace ${other} (${server})`,
        names: [`${context}/${other}`, context],
      }),
      isLocal: isLocalCluster(context, server),
    }),
    preflight: (needs) => {
      // Whoever asks for this is about to ask agents.
      api.openAhead();
      return preflight(api, needs);
    },
    permissionManifest: (needs) => permissionManifest(api, needs),
    resolveTarget: async (reference, seen) =>
      (seen === 'a moment ago' ? memoryOf(of(reference)).targetOf(reference) : undefined) ??
      resolveTarget(of(reference), reference),
    readEnvironment: (reference) => readEnvironment(of(reference), reference),
    readFiles: (reference, path) => readFiles(of(reference), reference, path),
    portNumber: async (reference, name) =>
      portNumber(reference, await readWorkload(of(reference), reference), name),
    findAgent: (place, kind) =>
      isStandalone(place) ? findStandalone(api, place) : findAgent(at(place), place, kind),
    placeAgent: (place, spec, signal) =>
      isStandalone(place)
        ? placeStandalone(api, place, spec, signal)
        : placeAgent(at(place), place, spec, signal),
    dialAgent: (agent, signal) => dialAgent(at(agent), agent, signal),
    // Those of others cannot be told from ours, and all of them end by themselves.
    listAgents: async () => [],
    watchTarget: (target, signal) => watchTarget(of(target.reference), target, signal),
    close: () => api.close(),
  };
}
