// Brings an image of the container engine to the nodes of whatever cluster the tests use.
import { loadImage as loadIntoOwn } from './images.mjs';
import { KUBECONFIG } from './paths.mjs';
import { run } from './run.mjs';

/**
 * @param {string} name
 * @throws {Error} for a cluster of a kind that this cannot load images into
 */
export async function loadImage(name) {
  if ((process.env.KUBECONFIG ?? KUBECONFIG) === KUBECONFIG) return loadIntoOwn(name);
  const context = run('kubectl', ['config', 'current-context']).stdout.trim();
  const kind = /^kind-(.+)$/.exec(context)?.[1];
  const k3d = /^k3d-(.+)$/.exec(context)?.[1];
  if (kind !== undefined) run('kind', ['load', 'docker-image', name, '--name', kind]);
  else if (k3d !== undefined) run('k3d', ['image', 'import', name, '--cluster', k3d]);
  else if (context === 'minikube') run('minikube', ['image', 'load', name]);
  else throw new Error(`load ${name} into the cluster of context ${context} first: how is not known here`);
}
