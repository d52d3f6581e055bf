import { app, type Explanation, service } from './explanation.ts';

const contents = (kind: 'secrets' | 'configs', declared: string, uses = 'token') =>
  `${app(`${kind}: [${uses}]`)}${kind}: {${declared}}\n`;
const beside = {
  'token.txt': 'any\n',
  'strict.json': '{"defaultAction": "SCMP_ACT_ERRNO"}\n',
  'broken.json': '{\n',
};

/** Problems of what a container has of kernel and engine, of secrets and configs, and what a Compose file says in vain. */
export const containerExplanations: readonly Explanation[] = [
  {
    code: 'bad-config',
    meaning: 'A config has not exactly one source, or a path in the container that cannot be.',
    wrong: contents('configs', 'token: {}'),
    right: contents('configs', 'token: {content: "debug: true"}'),
  },
  {
    code: 'bad-config-name',
    meaning: 'The name of a config has letters, digits, . _ and -.',
    wrong: contents('configs', 'token: {content: a}, my token: {content: b}'),
    right: contents('configs', 'token: {content: a}, my-token: {content: b}'),
  },
  {
    code: 'bad-count',
    meaning: 'How many devices a container gets is a number, or `all`.',
    wrong: app('gpus: [{driver: nvidia, count: some}]'),
    right: app('gpus: [{driver: nvidia, count: all}]'),
  },
  {
    code: 'bad-device',
    meaning: 'A device is SOURCE:TARGET:PERMISSIONS, and permissions are of r, w and m.',
    wrong: app('devices: ["/dev/fuse:/dev/fuse:x"]'),
    right: app('devices: ["/dev/fuse:/dev/fuse:rwm"]'),
  },
  {
    code: 'bad-owner',
    meaning: 'The owner of a secret or config in the container is the number of a user or of a group.',
    wrong: contents('secrets', 'token: {file: ./token.txt}', '{source: token, uid: node}'),
    right: contents('secrets', 'token: {file: ./token.txt}', '{source: token, uid: "1000"}'),
    beside,
  },
  {
    code: 'bad-parameter',
    meaning: 'A parameter of the kernel has a value.',
    wrong: app('sysctls: [net.core.somaxconn]'),
    right: app('sysctls: [net.core.somaxconn=1024]'),
  },
  {
    code: 'bad-profile',
    meaning: 'A seccomp profile is a JSON file.',
    wrong: app('security_opt: ["seccomp=broken.json"]'),
    right: app('security_opt: ["seccomp=strict.json"]'),
    beside,
  },
  {
    code: 'bad-secret',
    meaning:
      'A secret has not exactly one source, is kept where devenv cannot take it from, or has a path in the container that cannot be.',
    wrong: contents('secrets', 'token: {external: true}'),
    right: contents('secrets', 'token: {file: ./token.txt}'),
    beside,
  },
  {
    code: 'bad-secret-name',
    meaning: 'The name of a secret has letters, digits, . _ and -.',
    wrong: contents('secrets', 'token: {file: ./token.txt}, my token: {file: ./token.txt}'),
    right: contents('secrets', 'token: {file: ./token.txt}, my-token: {file: ./token.txt}'),
    beside,
  },
  {
    code: 'bad-ulimit',
    meaning: 'A soft limit of processes is at most as high as the hard one.',
    wrong: app('ulimits: {nofile: {soft: 2048, hard: 1024}}'),
    right: app('ulimits: {nofile: {soft: 1024, hard: 2048}}'),
  },
  {
    code: 'made-source',
    meaning:
      'What is to be mounted does not exist, so that an empty directory is made there: a misspelt path, or a file that is not there yet.',
    isWarning: true,
    wrong: app('volumes: ["./source:/app"]'),
    right: app('volumes: ["./src:/app"]'),
  },
  {
    code: 'missing-profile',
    meaning: 'A seccomp profile does not exist.',
    wrong: app('security_opt: ["seccomp=strcit.json"]'),
    right: app('security_opt: ["seccomp=strict.json"]'),
    beside,
  },
  {
    code: 'no-effect',
    meaning: 'A key of Compose changes nothing here; the hint says why. The file is used without it.',
    isWarning: true,
    wrong: app('expose: [8080]'),
    right: app('ports: ["8080:8080"]'),
  },
  {
    code: 'undeclared-config',
    meaning: 'A service has a config that the file does not declare at the top level.',
    wrong: app('configs: [token]'),
    right: contents('configs', 'token: {content: "debug: true"}'),
  },
  {
    code: 'undeclared-secret',
    meaning: 'A service or a build has a secret that the file does not declare at the top level.',
    wrong: service('build: {context: ./src, secrets: [token]}'),
    right: `${service('build: {context: ./src, secrets: [token]}')}secrets: {token: {file: ./token.txt}}\n`,
    beside,
  },
  {
    code: 'unsupported-value',
    meaning:
      'A value of Compose has no meaning here, or none beside another key; the hint says what does the job.',
    wrong: app('network_mode: container:x'),
    right: app('bridges: [{target: container/x, ports: [8080]}]'),
  },
  {
    code: 'repeated-container-name',
    meaning:
      'Two services have one `container_name`, by which the others find them: it leads to one of them only.',
    wrong:
      'services:\n  app: {image: shop, container_name: web}\n  api: {image: shop, container_name: web}\n',
    right: 'services:\n  web: {image: shop}\n  api: {image: shop}\n',
  },
  {
    code: 'two-values',
    meaning: 'A limit stands at the service and under `deploy`, and not with the same value.',
    wrong: app('cpus: 1', 'deploy: {resources: {limits: {cpus: 2}}}'),
    right: app('deploy: {resources: {limits: {cpus: 2}}}'),
  },
];
