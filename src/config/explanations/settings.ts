import { app, type Explanation } from './explanation.ts';

/** Problems of variables, labels and mounts of a service. */
export const settingsExplanations: readonly Explanation[] = [
  {
    code: 'bad-argument-name',
    meaning: 'The name of a build argument has no spaces, no = and no variables.',
    wrong: 'services:\n  app:\n    build: {context: ./src, args: ["NODE VERSION=22"]}\n',
    right: 'services:\n  app:\n    build: {context: ./src, args: ["NODE_VERSION=22"]}\n',
  },
  {
    code: 'bad-env-file',
    meaning: 'An env file cannot be read: it is a directory, a device, or too large.',
    wrong: app('env_file: ./src'),
    right: app('env_file: app.env'),
    beside: { 'app.env': 'LOG_LEVEL=debug\n' },
  },
  {
    code: 'bad-label-name',
    meaning: 'The name of a label is empty, or has spaces, an = or variables.',
    wrong: app('labels: ["=shop"]'),
    right: app('labels: ["team=shop"]'),
  },
  {
    code: 'bad-mode',
    meaning: 'Permission bits are written in octal.',
    wrong: app('volumes: [{type: tmpfs, target: /tmp, tmpfs: {mode: rwx}}]'),
    right: app('volumes: [{type: tmpfs, target: /tmp, tmpfs: {mode: 0o1777}}]'),
  },
  {
    code: 'bad-pattern',
    meaning: 'A pattern for names of variables is empty, or has characters that no name has.',
    wrong: app('env_from: {target: deployment/shop-api, include: [""]}'),
    right: app('env_from: {target: deployment/shop-api, include: ["DB_*"]}'),
  },
  {
    code: 'bad-variable-name',
    meaning: 'The name of a variable is empty, or has spaces, an = or variables.',
    wrong: app('environment: ["LOG LEVEL=debug"]'),
    right: app('environment: ["LOG_LEVEL=debug"]'),
  },
  {
    code: 'bad-volume',
    meaning: 'A mount has not the form SOURCE:TARGET, or settings that do not fit its type.',
    wrong: app('volumes: ["./src:app"]'),
    right: app('volumes: ["./src:/app"]'),
  },
  {
    code: 'env-file-syntax',
    meaning: 'A line of an env file is neither NAME=value nor a comment, or a quote in it is never closed.',
    wrong: app('env_file: wrong.env'),
    right: app('env_file: right.env'),
    beside: { 'wrong.env': 'GREETING="Hello\n', 'right.env': 'GREETING="Hello"\n' },
  },
  {
    code: 'missing-env-file',
    meaning:
      'An env file of a service or of an included file does not exist, and is not said to be optional.',
    wrong: app('env_file: local.env'),
    right: app('env_file: {path: local.env, required: false}'),
  },
  {
    code: 'missing-source',
    meaning: 'A file or directory that is to be mounted does not exist, and none is to be made.',
    wrong: app('volumes: [{type: bind, source: ./source, target: /app, bind: {create_host_path: false}}]'),
    right: app('volumes: [{type: bind, source: ./src, target: /app, bind: {create_host_path: false}}]'),
  },
  {
    code: 'mounted-twice',
    meaning: 'Two mounts have the same path in the container.',
    wrong: app('volumes: ["./src:/app", "/app"]'),
    right: app('volumes: ["./src:/app", "/app/node_modules"]'),
  },
  {
    code: 'no-workload',
    meaning:
      'Something is to be taken from a workload, and the service names none with a bridge or `env_from`.',
    wrong: app('volumes: [{type: workload, source: /etc/shop, target: /etc/shop}]'),
    right: app(
      'env_from: deployment/shop-api',
      'volumes: [{type: workload, source: /etc/shop, target: /etc/shop}]',
    ),
  },
  {
    code: 'repeated-argument',
    meaning: 'A build argument is given twice; the later one counts.',
    isWarning: true,
    wrong: 'services:\n  app:\n    build: {context: ./src, args: [A=1, A=2]}\n',
    right: 'services:\n  app:\n    build: {context: ./src, args: [A=2]}\n',
  },
  {
    code: 'repeated-label',
    meaning: 'A label is given twice; the later one counts.',
    isWarning: true,
    wrong: app('labels: [team=shop, team=web]'),
    right: app('labels: [team=web]'),
  },
  {
    code: 'repeated-target',
    meaning: 'The variables of a workload are taken twice.',
    wrong: app('env_from: [deployment/shop-api, deployment/shop-api]'),
    right: app('env_from: [deployment/shop-api]'),
  },
  {
    code: 'repeated-variable',
    meaning: 'A variable is given twice; the later one counts.',
    isWarning: true,
    wrong: app('environment: [LEVEL=info, LEVEL=debug]'),
    right: app('environment: [LEVEL=debug]'),
  },
  {
    code: 'undeclared-volume',
    meaning:
      'A mount names a volume that the file does not declare at the top level. A path begins with . / or ~.',
    wrong: app('volumes: ["data:/var/lib/shop"]'),
    right: `${app('volumes: ["data:/var/lib/shop"]')}volumes: {data: {}}\n`,
  },
  {
    code: 'unused-volume',
    meaning: 'A volume is declared, and no service mounts it.',
    isWarning: true,
    wrong: `${app()}volumes: {data: {}}\n`,
    right: `${app('volumes: ["data:/var/lib/shop"]')}volumes: {data: {}}\n`,
  },
];
