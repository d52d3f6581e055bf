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
  'run it as a service of its own, for which this one waits: `depends_on: {NAME: {condition: service_completed_successfully}}`':
    'pre_start',
});

/** Keys of a mount in its long form. */
export const foreignVolumeKeys = table({
  'an image cannot be mounted; remove it': 'image',
});

/** Keys of `connection`. */
export const foreignConnectionKeys = table({
  'set the environment variable KUBECONFIG instead': 'kubeconfig',
});

/** Keys of a bridge, which other tools have for what `match` says. */
export const foreignBridgeKeys = table({
  'say it with `match`, for example `match: {headers: {x-user: ann}}`':
    'http_filter filter filters rules headers cookies baggage query path methods header',
});

/** Keys of `match` and `except`. */
export const foreignMatchKeys = table({
  'all conditions of one mapping must hold: write them beside each other': 'all_of all and',
  'write a list: of its mappings, any will do': 'any_of any or',
  'write `except` beside `match`': 'not',
  'write `headers: {NAME: {regex: …}}`': 'header_filter match_header matchHeader',
  'write `path: {regex: …}`': 'path_filter match_path matchPath',
  'write `methods`': 'method_filter',
});

/** Keys of a path. */
export const foreignPathKeys = table({
  'a path alone is itself and whatever lies below it: `path: /items`': 'prefix below',
});

function table(keysByHint: Readonly<Record<string, string>>): ForeignKeys {
  const hints = new Map<string, string>();
  for (const [hint, keys] of Object.entries(keysByHint))
    for (const key of keys.split(' ')) hints.set(key, hint);
  return { hint: (key) => hints.get(key) };
}
