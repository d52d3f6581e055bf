// What becomes of every key of a Compose file, made from the schema and the hints of what is refused: `docs/compose.md`.

/**
 * As much of a JSON schema as is used here.
 * @typedef {object} Schema
 * @property {string} [title]
 * @property {string} [description]
 * @property {Record<string, Schema>} [properties]
 * @property {Record<string, Schema>} [patternProperties]
 * @property {boolean | Schema} [additionalProperties]
 * @property {Schema} [items]
 * @property {string} [$ref]
 * @property {Record<string, Schema>} [definitions]
 */

/** Every key of the Compose Specification, by the place where it stands. */
export const COMPOSE_KEYS = Object.fromEntries(
  Object.entries({
    'The top level': 'configs include models name networks secrets services version volumes',
    'A service':
      'annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent command configs container_name ' +
      'cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset credential_spec ' +
      'depends_on deploy develop device_cgroup_rules devices dns dns_opt dns_search domainname entrypoint env_file ' +
      'environment expose extends external_links extra_hosts gpus group_add healthcheck hostname image init ipc ' +
      'isolation label_file labels links logging mac_address mem_limit mem_reservation mem_swappiness memswap_limit ' +
      'models network_mode networks oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_start ' +
      'pre_stop privileged profiles provider pull_policy read_only restart runtime scale secrets security_opt shm_size ' +
      'stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket user userns_mode ' +
      'uts volumes volumes_from working_dir',
    build:
      'additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements extra_hosts ' +
      'isolation labels network no_cache platforms privileged provenance pull sbom secrets shm_size ssh tags target ' +
      'ulimits',
    deploy:
      'endpoint_mode labels mode placement replicas resources restart_policy rollback_config update_config',
    'deploy: resources: limits': 'cpus memory pids',
    'deploy: resources: reservations': 'cpus devices generic_resources memory',
    'deploy: restart_policy': 'condition delay max_attempts window',
    depends_on: 'condition required restart',
    env_file: 'format path required',
    healthcheck: 'disable interval retries start_interval start_period test timeout',
    'post_start and pre_stop': 'command environment privileged user working_dir',
    'networks of a service':
      'aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips mac_address priority',
    ports: 'app_protocol host_ip mode name protocol published target',
    'secrets and configs of a service': 'gid mode source target uid',
    'volumes of a service': 'bind consistency image read_only source target tmpfs type volume',
    'volumes of a service: bind': 'create_host_path propagation recursive selinux',
    'volumes of a service: tmpfs': 'mode size',
    'volumes of a service: volume': 'labels nocopy subpath',
    volumes: 'driver driver_opts external labels name',
    secrets: 'driver driver_opts environment external file labels name template_driver',
    configs: 'content driver driver_opts environment external file labels name template_driver',
  }).map(([place, keys]) => [place, keys.split(' ')]),
);

/** Where the schema of each place is: keys, `*` for the values of a mapping of names, `[]` for the items of a list. */
const WAYS = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  'The top level': [],
  'A service': ['services', '*'],
  build: ['services', '*', 'build'],
  deploy: ['services', '*', 'deploy'],
  'deploy: resources: limits': ['services', '*', 'deploy', 'resources', 'limits'],
  'deploy: resources: reservations': ['services', '*', 'deploy', 'resources', 'reservations'],
  'deploy: restart_policy': ['services', '*', 'deploy', 'restart_policy'],
  depends_on: ['services', '*', 'depends_on', '*'],
  env_file: ['services', '*', 'env_file', '[]'],
  healthcheck: ['services', '*', 'healthcheck'],
  'post_start and pre_stop': ['services', '*', 'post_start', '[]'],
  'networks of a service': ['services', '*', 'networks', '*'],
  ports: ['services', '*', 'ports', '[]'],
  'secrets and configs of a service': ['services', '*', 'secrets', '[]'],
  'volumes of a service': ['services', '*', 'volumes', '[]'],
  'volumes of a service: bind': ['services', '*', 'volumes', '[]', 'bind'],
  'volumes of a service: tmpfs': ['services', '*', 'volumes', '[]', 'tmpfs'],
  'volumes of a service: volume': ['services', '*', 'volumes', '[]', 'volume'],
  volumes: ['volumes', '*'],
  secrets: ['secrets', '*'],
  configs: ['configs', '*'],
});

/** What is supported, and not quite as with Compose. */
const DIFFERENT = /** @type {Readonly<Record<string, string>>} */ ({
  'A service.command':
    'operators of a shell that stand for themselves, such as `&&`, are an error: no shell runs it',
  'A service.container_name':
    'the other services find it by this name; the container is called `gefyra-PROJECT.SERVICE`',
  'A service.dns': 'a service in the network of a workload asks that one’s name servers',
  'A service.environment': 'plain numbers stay as they are spelled: `1.10` and `010` are no numbers',
  'A service.links': 'the names are known to all services, not to this one alone',
  'A service.network_mode':
    '`bridge` and `default` change nothing; `container:` is refused; a service in the network of another one is found by its name all the same',
  'A service.networks': 'all services of a project share one network: only `aliases` counts',
  'A service.ports': 'on 127.0.0.1 unless an address is given; of a range for one port the first counts',
  'A service.pull_policy': '`daily`, `weekly` and `every_` with a time are as `missing`',
  'A service.pre_stop':
    'has as long as `stop_grace_period`, and at least 10s; where it fails, the container is stopped all the same',
  'A service.restart': 'by the session, and not after it: nothing starts with the machine',
  'A service.secrets': 'with `uid`, `gid` or `mode` a text file is copied, so that these count',
  'A service.volumes': 'a source that is missing becomes your directory, not root’s; told beforehand',
  'build.dockerfile_inline':
    'needs buildx, as do `additional_contexts`, `secrets`, `ssh` and repositories as context',
  'secrets.external': 'an error where a service uses it: nothing keeps secrets for devenv',
  'configs.external': 'an error where a service uses it: nothing keeps configs for devenv',
});

const HEAD = `# Keys of Compose

What becomes of every key of a Compose file here. *Supported* keys mean what they mean there. Keys without *effect* are
accepted and noted once by \`validate\`, \`plan\` and \`up\`; \`config\` leaves them out. *Refused* keys are an error that
says what does the job instead. [The file](file.md) describes the keys that are supported, and those that are devenv's own.

Values are taken as Compose takes them: \`yes\`, \`"true"\` and \`"8080"\` for booleans and numbers, numbers for texts, \`1d\`,
\`1GiB\`, \`80/TCP\`; a variable that is not set counts as empty and is told, and a key that is left empty by its variables is
as if it were not there.
`;

/**
 * @typedef {{ readonly status: 'supported' | 'different' | 'no effect' | 'refused' | 'unknown', readonly why: string }} Verdict
 */

/**
 * What becomes of a key.
 * @param {Schema} schema
 * @param {string} place
 * @param {string} key
 * @param {(place: string, key: string) => string | undefined} refusal Hint of a key that is refused.
 * @returns {Verdict}
 */
export function verdictOn(schema, place, key, refusal) {
  const found = schemaAt(schema, WAYS[place] ?? [])?.properties?.[key];
  if (found === undefined) {
    const why = refusal(place, key);
    return why === undefined ? { status: 'unknown', why: '' } : { status: 'refused', why };
  }
  if (found.title === 'no effect')
    return { status: 'no effect', why: (found.description ?? '').replace(/^No effect here: (.*)\.$/, '$1') };
  const difference = DIFFERENT[`${place}.${key}`];
  return difference === undefined
    ? { status: 'supported', why: '' }
    : { status: 'different', why: difference };
}

/**
 * @param {Schema} schema
 * @param {(place: string, key: string) => string | undefined} refusal
 * @returns {string} Markdown
 */
export function composeTable(schema, refusal) {
  const sections = Object.entries(COMPOSE_KEYS).map(([place, keys]) => {
    const rows = keys.map((key) => {
      const { status, why } = verdictOn(schema, place, key, refusal);
      return `| \`${key}\` | ${status} | ${why.replaceAll('|', '\\|')} |`;
    });
    return [`## ${place}`, '', '| key | here | why |', '| --- | --- | --- |', ...rows, ''].join('\n');
  });
  return [HEAD, ...sections].join('\n');
}

/**
 * @param {Schema} schema
 * @param {readonly string[]} way
 * @returns {Schema | undefined}
 */
function schemaAt(schema, way) {
  const resolve = (/** @type {Schema | undefined} */ node) =>
    node?.$ref === undefined ? node : schema.definitions?.[node.$ref.replace('#/definitions/', '')];
  return way.reduce((/** @type {Schema | undefined} */ node, step) => {
    if (step === '[]') return resolve(node?.items);
    if (step !== '*') return resolve(node?.properties?.[step]);
    const [named] = Object.entries(node?.patternProperties ?? {}).filter(([pattern]) => pattern !== '^x-');
    if (named !== undefined) return resolve(named[1]);
    return typeof node?.additionalProperties === 'object' ? resolve(node.additionalProperties) : undefined;
  }, schema);
}
