/**
 * What is said about the keys that people bring from Compose, or expect from a Kubernetes platform, and that this
 * version does not have: why it is so, or what does the job here.
 */
export interface ForeignKeys {
  /** The hint for a key, or undefined when it is no key of Compose's at that place. */
  readonly hint: (key: string) => string | undefined;
}

/** Keys of the top level. */
export const foreignTopLevelKeys = table({
  'run it as a service, and name its address in `environment`': 'models',
});

/** Keys of a service. */
export const foreignServiceKeys = table({
  'reach what runs elsewhere by its address, which `extra_hosts` gives a name; or bridge it':
    'external_links',
  'run it as a service, and name its address in `environment`': 'models provider',
  'mount the engine’s socket instead: volumes: ["/var/run/docker.sock:/var/run/docker.sock"]':
    'use_api_socket',
  'run it as a service of its own, which waits for this one with `depends_on`': 'post_start',
  'run it as a service of its own, for which this one waits: `depends_on: {NAME: {condition: service_completed_successfully}}`':
    'pre_start',
  'let the program do it when it is asked to end, by `stop_signal`': 'pre_stop',
});

/** Keys of a mount in its long form. */
export const foreignVolumeKeys = table({
  'an image cannot be mounted; remove it': 'image',
});

/** Keys of `connection`. */
export const foreignConnectionKeys = table({
  'set the environment variable KUBECONFIG instead': 'kubeconfig',
});

function table(keysByHint: Readonly<Record<string, string>>): ForeignKeys {
  const hints = new Map<string, string>();
  for (const [hint, keys] of Object.entries(keysByHint))
    for (const key of keys.split(' ')) hints.set(key, hint);
  return { hint: (key) => hints.get(key) };
}
