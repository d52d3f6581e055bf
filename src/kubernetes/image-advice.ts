import { isOwnImage } from '../model/own-image.ts';

/** When nodes ask a registry for an image. For the name of one that is made here only another one could answer. Pure. */
export function pullPolicyOf(image: string): 'IfNotPresent' | 'Never' {
  return isOwnImage(image) ? 'Never' : 'IfNotPresent';
}

/** Whether a waiting container's reason is that its image cannot be had. */
export function isImageProblem(reason: string): boolean {
  return /^(ErrImage|ImagePull|InvalidImageName|ImageInspect|RegistryUnavailable)/.test(reason);
}

/** How an image that this machine has comes to the nodes of a context. Pure. */
export function imageAdvice(context: string, image: string): string {
  const kind = /^kind-(.+)$/.exec(context)?.[1];
  if (kind !== undefined) return `load it into the cluster: kind load docker-image ${image} --name ${kind}`;
  const k3d = /^k3d-(.+)$/.exec(context)?.[1];
  if (k3d !== undefined) return `load it into the cluster: k3d image import ${image} --cluster ${k3d}`;
  if (context === 'minikube') return `load it into the cluster: minikube image load ${image}`;
  if (isOwnImage(image))
    return `the nodes have it only when it is loaded there; or push it to a registry that they pull from: docker tag ${image} REGISTRY/NAME, docker push REGISTRY/NAME; and name that: connection: {agent: {image: REGISTRY/NAME}}, or GEFYRA_AGENT_IMAGE`;
  return `push it to a registry that the cluster pulls from, and name it there: connection: {agent: {image: …}}, or GEFYRA_AGENT_IMAGE`;
}
