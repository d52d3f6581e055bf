/**
 * Implements the platform for Kubernetes: workloads of one namespace, agents as ephemeral containers of their pods,
 * reached by port-forward. Only this room knows the cluster's API and the kubeconfig.
 */
export { openKubernetesPlatform } from './platform.ts';
