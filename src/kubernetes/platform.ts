import type { Platform } from '../platform/index.ts';
import { dialAgent, findAgent, placeAgent } from './agents.ts';
import { ClusterApi } from './api.ts';
import { readEnvironment } from './environment.ts';
import { readFiles } from './files.ts';
import { type KubeconfigOptions, loadCluster } from './kubeconfig.ts';
import { isLocalCluster } from './local-cluster.ts';
import { preflight } from './preflight.ts';
import { permissionManifest } from './rights.ts';
import { findStandalone, isStandalone, placeStandalone } from './standalone.ts';
import { resolveTarget } from './targets.ts';
import { watchTarget } from './watch-target.ts';
import { portNumber, readWorkload } from './workloads.ts';

/** The platform whose targets are workloads of a cluster's namespace. Nothing is asked of the cluster yet. Errors: `kubeconfig-invalid`. */
export function openKubernetesPlatform(options: KubeconfigOptions): Platform {
  const cluster = loadCluster(options);
  const api = new ClusterApi(cluster);
  const { context, namespace, server, identity } = cluster;
  return {
    kind: 'kubernetes',
    describe: async () => ({
      title: `Kubernetes context ${context}, namespace ${namespace} (${server})`,
      names: [`${context}/${namespace}`, context],
      identity,
      isLocal: isLocalCluster(context, server),
    }),
    preflight: (needs) => preflight(api, needs),
    permissionManifest: (needs) => permissionManifest(api, needs),
    resolveTarget: (reference) => resolveTarget(api, reference),
    readEnvironment: (reference) => readEnvironment(api, reference),
    readFiles: (reference, path) => readFiles(api, reference, path),
    portNumber: async (reference, name) => portNumber(reference, await readWorkload(api, reference), name),
    findAgent: (place, kind) =>
      isStandalone(place) ? findStandalone(api, place) : findAgent(api, place, kind),
    placeAgent: (place, spec, signal) =>
      isStandalone(place) ? placeStandalone(api, place, spec, signal) : placeAgent(api, place, spec, signal),
    dialAgent: (agent, signal) => dialAgent(api, agent, signal),
    // Those of others cannot be told from ours, and all of them end by themselves.
    listAgents: async () => [],
    watchTarget: (target, signal) => watchTarget(api, target, signal),
    close: () => api.close(),
  };
}
