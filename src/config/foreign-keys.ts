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
  'mount a directory of this machine instead: volumes: ["./data:/data"] in the service': 'volumes',
  [mountFile]: 'secrets configs',
  [`${notYet}; put the services into this file`]: 'include',
  [`${notYet}; run it as a service`]: 'models',
});

/** Keys of a service. */
export const foreignServiceKeys = table({
  [targetNetwork]: 'networks network_mode links external_links hostname domainname mac_address',
  [`${targetNetwork}; remove it`]: 'dns dns_opt dns_search extra_hosts',
  'one container runs for each service; remove it': 'deploy scale',
  [limits]:
    'mem_limit mem_reservation mem_swappiness memswap_limit cpus cpuset cpu_count cpu_percent cpu_period cpu_quota ' +
    'cpu_rt_period cpu_rt_runtime cpu_shares blkio_config pids_limit ulimits oom_kill_disable oom_score_adj',
  'services run without extra privileges; remove it': 'privileged cap_add cap_drop security_opt',
  'devices and sockets of this machine are not passed on; remove it':
    'devices device_cgroup_rules gpus credential_spec use_api_socket',
  'the engine’s own setting applies; remove it':
    'shm_size storage_opt sysctls runtime isolation cgroup cgroup_parent ipc pid uts userns_mode driver_opts group_add',
  'list what is to be mounted under `volumes`': 'volumes_from tmpfs',
  [mountFile]: 'secrets configs',
  'a single mount can be read-only: volumes: ["./src:/app:ro"]': 'read_only',
  'containers are named after the project and the service; remove it': 'container_name',
  'use `ports` to reach the container from this machine; remove it': 'expose',
  [`${notYet}; build the image beforehand and name it in \`image\``]: 'build',
  [`${notYet}; list the variables under \`environment\``]: 'env_file env_from',
  [`${notYet}; share settings between services with YAML anchors`]: 'extends',
  [notYet]:
    'profiles depends_on healthcheck develop post_start pre_stop provider models attach user labels label_file ' +
    'annotations logging restart init tty stdin_open stop_grace_period stop_signal platform pull_policy debug',
});

/** Keys of a mount or port in its long form. */
export const foreignItemKeys = table({
  'only plain bind mounts are supported; remove it': 'bind volume tmpfs image consistency',
  'it changes nothing on a single machine; remove it': 'mode app_protocol',
  'use a comment instead': 'name',
});

/** Keys of `connection`. */
export const foreignConnectionKeys = table({
  'it belongs to Kubernetes, which this version does not support yet': 'context namespace kubeconfig allow',
});

function table(keysByHint: Readonly<Record<string, string>>): ForeignKeys {
  const hints = new Map<string, string>();
  for (const [hint, keys] of Object.entries(keysByHint))
    for (const key of keys.split(' ')) hints.set(key, hint);
  return { hint: (key) => hints.get(key) };
}
