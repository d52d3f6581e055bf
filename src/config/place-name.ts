import type { ProblemFacts } from './problem.ts';
import { quote } from './tree.ts';

const EXAMPLES =
  'name a context of the engine or of the kubeconfig, CONTEXT/NAMESPACE, or an address such as unix:///var/run/docker.sock';

/**
 * Why a text can never be what an engine or a cluster is called: whoever writes it means more than it does. Undefined
 * for one that can.
 */
export function placeNameFault(name: string): Omit<ProblemFacts, 'code'> | undefined {
  if (name === '') return { message: 'the name is empty', hint: EXAMPLES };
  if (/\s/.test(name)) return { message: `${quote(name)} is no name: it has spaces`, hint: EXAMPLES };
  if (/[*?]/.test(name)) {
    const message = `${quote(name)} matches nothing: names are compared as they are, and this is a pattern`;
    return { message, hint: 'list each place by its name; without `allow`, every place is asked about once' };
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(name)) return addressFault(name);
  if (name.startsWith('/'))
    return { message: `${quote(name)} is a path, and matches nothing`, hint: `write unix://${name}` };
  if (name.endsWith('/'))
    return {
      message: `${quote(name)} names no namespace`,
      hint: 'write CONTEXT/NAMESPACE, or CONTEXT alone',
    };
  return undefined;
}

/** Addresses of engines, as an engine is called by its own; clusters go by their contexts. */
function addressFault(address: string): Omit<ProblemFacts, 'code'> | undefined {
  if (/^unix:\/\/\/.|^npipe:\/\/.|^tcp:\/\/[^/@]+:\d+$/.test(address)) return undefined;
  const message = `${quote(address)} matches nothing`;
  const [scheme = '', rest = ''] = address.split('://');
  switch (scheme) {
    case 'http':
    case 'https':
      return { message: `${message}: clusters go by their contexts, not by URLs`, hint: 'name the context' };
    case 'tcp':
      return { message, hint: `write host and port alone: tcp://${rest.split(/[:/]/)[0] || 'HOST'}:2376` };
    default:
      return { message, hint: EXAMPLES };
  }
}
