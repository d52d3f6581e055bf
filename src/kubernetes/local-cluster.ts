/** Contexts as the makers of local clusters name them. */
const LOCAL_CONTEXT =
  /^(kind-.+|k3d-.+|minikube|docker-desktop|rancher-desktop|orbstack|colima(-.+)?|microk8s)$/;

/** Names and addresses of this machine and of the networks that virtual machines on it have. */
const LOCAL_HOST =
  /^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[::1\]|192\.168\.\d+\.\d+|172\.(1[6-9]|2\d|3[01])\.\d+\.\d+|10\.\d+\.\d+\.\d+|kubernetes\.docker\.internal|.+\.localhost|.+\.internal)$/;

/**
 * Whether a cluster is a toy on this machine: called as local ones are called, and at an address that can be one.
 * A tunnel to a distant cluster ends on this machine too, so that the address alone says nothing. Pure.
 */
export function isLocalCluster(context: string, server: string): boolean {
  return LOCAL_CONTEXT.test(context) && LOCAL_HOST.test(new URL(server).hostname);
}
