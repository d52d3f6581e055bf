/**
 * What is said about the keys that people bring from Compose, or expect from a Kubernetes platform, and that this
 * version does not have: why it is so, or what does the job here.
 */
export interface ForeignKeys {
  /** The hint for a key, or undefined when it is no key of Compose's at that place. */
  readonly hint: (key: string) => string | undefined;
}

const notYet = 'this version does not know it yet';
const mountFile = 'mount the file instead: volumes: ["./secret.txt:/run/secrets/secret.txt:ro"]';
const targetNetwork = 'a service with bridges lives in the network of its target, with its names and routes';
const limits = 'it is for sharing a production machine; remove it';

/** Keys of the top level. */
export const foreignTopLevelKeys = table({
  'Compose ignores it as well; remove it': 'version',
  'networks cannot be chosen: a service lives in the network of its bridges’ target': 'networks',
  [mountFile]: 'secrets configs',
  [`${notYet}; run it as a service`]: 'models',
});

/** Keys of a service. */
export const foreignServiceKeys = table({
  [targetNetwork]: 'networks network_mode links external_links hostname domainname mac_address',
  [`${targetNetwork}; remove it`]: 'dns dns_opt dns_search',
  'one container runs for each service; remove it': 'deploy scale',
  [limits]:
    'mem_reservation mem_swappiness memswap_limit cpuset cpu_count cpu_percent cpu_period cpu_quota ' +
    'cpu_rt_period cpu_rt_runtime cpu_shares blkio_config pids_limit ulimits oom_kill_disable oom_score_adj',
  'services run without extra privileges; single capabilities are named in `cap_add`':
    'privileged cap_drop security_opt',
  'devices and sockets of this machine are not passed on; remove it':
    'devices device_cgroup_rules gpus credential_spec use_api_socket',
  'the engine’s own setting applies; remove it':
    'shm_size storage_opt sysctls runtime isolation cgroup cgroup_parent ipc pid uts userns_mode driver_opts group_add',
  'list what is to be mounted under `volumes`': 'volumes_from',
  'list it under `volumes`: {type: tmpfs, target: /tmp}': 'tmpfs',
  [mountFile]: 'secrets configs',
  'a single mount can be read-only: volumes: ["./src:/app:ro"]': 'read_only',
  'containers are named after the project and the service; remove it': 'container_name',
  'use `ports` to reach the container from this machine; remove it': 'expose',
  'list the labels under `labels`': 'label_file annotations',
  [notYet]: 'develop post_start pre_stop provider models attach logging',
});

/** Keys of a `build`. */
export const foreignBuildKeys = table({
  'put it into a file, and name that in `dockerfile`': 'dockerfile_inline',
  'the image is named by `image` of the service': 'tags',
  'the image is built for the `platform` of the service': 'platforms',
  'the image is built with what its Dockerfile, `target` and `args` say; remove it':
    'additional_contexts cache_from cache_to entitlements extra_hosts isolation labels network no_cache privileged ' +
    'provenance pull sbom secrets shm_size ssh ulimits',
});

/** Keys of a mount in its long form. */
export const foreignVolumeKeys = table({
  'its options cannot be chosen; remove it': 'bind volume consistency',
  'an image cannot be mounted; remove it': 'image',
});

/** Keys of the settings of a declared volume. */
export const foreignNamedVolumeKeys = table({
  'volumes are made for the project and named after it; remove it': 'name external',
  'volumes are made by the engine’s own driver; remove it': 'driver driver_opts labels',
});

/** Keys of a port in its long form. */
export const foreignPortKeys = table({
  'it changes nothing on a single machine; remove it': 'mode app_protocol',
  'use a comment instead': 'name',
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
