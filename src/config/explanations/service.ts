import { app, type Explanation, service } from './explanation.ts';

/** Problems of how a service is made and run. */
export const serviceExplanations: readonly Explanation[] = [
  {
    code: 'bad-build',
    meaning: 'What an image is built from is no directory, or its Dockerfile is no file.',
    wrong: service('build: ./src/Dockerfile'),
    right: service('build: ./src'),
  },
  {
    code: 'bad-capability',
    meaning: 'There is no kernel capability of this name.',
    wrong: app('cap_add: [PTRACE_ALL]'),
    right: app('cap_add: [SYS_PTRACE]'),
  },
  {
    code: 'bad-command',
    meaning: 'A command cannot be split into words: a quote is never closed.',
    wrong: app('command: sh -c "sleep 5'),
    right: app("command: sh -c 'sleep 5'"),
  },
  {
    code: 'bad-cpus',
    meaning: 'A number of processors is no number.',
    wrong: app('cpus: "1.2.3"'),
    right: app('cpus: 1.5'),
  },
  {
    code: 'bad-duration',
    meaning: 'A time is written as numbers with units: w, d, h, m, s, ms, us and ns.',
    wrong: app('stop_grace_period: 1 minute'),
    right: app('stop_grace_period: 1m'),
  },
  {
    code: 'bad-healthcheck',
    meaning: 'The list of a test begins with CMD, CMD-SHELL or NONE, each with what belongs behind it.',
    wrong: app('healthcheck: {test: ["curl", "-f", "http://127.0.0.1"]}'),
    right: app('healthcheck: {test: ["CMD", "curl", "-f", "http://127.0.0.1"]}'),
  },
  {
    code: 'bad-image',
    meaning: 'The name of an image is malformed.',
    wrong: service('image: Shop API'),
    right: service('image: shop-api:dev'),
  },
  {
    code: 'bad-image-platform',
    meaning: 'A platform is an operating system and an architecture, with / between them.',
    wrong: app('platform: amd64'),
    right: app('platform: linux/amd64'),
  },
  {
    code: 'bad-restart',
    meaning: 'Behind `on-failure:` stands how often the program is started again.',
    wrong: app('restart: on-failure:often'),
    right: app('restart: on-failure:3'),
  },
  {
    code: 'bad-signal',
    meaning: 'There is no signal of this name or number.',
    wrong: app('stop_signal: SIGTREM'),
    right: app('stop_signal: SIGTERM'),
  },
  {
    code: 'bad-size',
    meaning: 'A size is a number of bytes, or a number with one of the units b, k, m, g and t.',
    wrong: app('mem_limit: 512 megabytes'),
    right: app('mem_limit: 512m'),
  },
  {
    code: 'bad-user',
    meaning: 'A user is a name or an id, with a group behind a colon if need be.',
    wrong: app('user: "node:"'),
    right: app('user: "node:node"'),
  },
  {
    code: 'built-twice',
    meaning:
      'Two services build an image of the same name in different ways, and the later one would replace the other.',
    wrong: 'services:\n  app: {image: shop, build: ./src}\n  web: {image: shop, build: .}\n',
    right: 'services:\n  app: {image: shop, build: ./src}\n  web: {image: shop-web, build: .}\n',
  },
  {
    code: 'empty-command',
    meaning: 'A command has no word.',
    wrong: app('command: " "'),
    right: app('command: sleep 5'),
  },
  {
    code: 'missing-context',
    meaning: 'The directory that an image is built from does not exist.',
    wrong: service('build: ./source'),
    right: service('build: ./src'),
  },
  {
    code: 'missing-dockerfile',
    meaning: 'The directory that an image is built from has no Dockerfile of that name.',
    wrong: service('build: {context: ./src, dockerfile: Dockerfile.dev}'),
    right: service('build: {context: ./src, dockerfile: Dockerfile}'),
  },
  {
    code: 'no-container',
    meaning:
      'A service with `process` is a program of this machine. What only a container can have or do has no meaning there, volumes of an engine among it, and without a workload it would have no network to be in.',
    wrong: service('process: node server.js', 'cap_add: [SYS_PTRACE]', 'env_from: deployment/shop-api'),
    right: service('process: node server.js', 'env_from: deployment/shop-api'),
  },
  {
    code: 'pull-policy',
    meaning: 'An image is to be built that has no build, or fetched that has no name.',
    wrong: app('pull_policy: build'),
    right: app('pull_policy: always'),
  },
  {
    code: 'reserved-label',
    meaning: 'Labels that begin with `gefyra-devenv/` are how devenv finds its own containers.',
    wrong: app('labels: {gefyra-devenv/role: service}'),
    right: app('labels: {com.example.role: service}'),
  },
];
