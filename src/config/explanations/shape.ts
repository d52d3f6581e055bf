import { app, type Explanation, service } from './explanation.ts';

/** Problems of keys and of the types of their values. */
export const shapeExplanations: readonly Explanation[] = [
  {
    code: 'bad-format',
    meaning: 'A text has not the form that its key asks for.',
    wrong: `connection: {platform: kubernetes, context: " "}\n${app()}`,
    right: `connection: {platform: kubernetes, context: k3d-shop}\n${app()}`,
  },
  {
    code: 'empty-list',
    meaning: 'A list must have at least one item here.',
    wrong: app('bridges:', '  - {target: deployment/shop-api, ports: []}'),
    right: app('bridges:', '  - {target: deployment/shop-api, ports: [8080]}'),
  },
  {
    code: 'empty-value',
    meaning: 'A key has nothing behind its colon.',
    wrong: app('working_dir:'),
    right: app('working_dir: /app'),
  },
  {
    code: 'missing-key',
    meaning: 'A key that is required is not there.',
    wrong: app('bridges:', '  - target: deployment/shop-api'),
    right: app('bridges:', '  - target: deployment/shop-api', '    ports: [8080]'),
  },
  {
    code: 'no-services',
    meaning:
      'The file has no service: keys that begin with `x-` are no services, nor are those there whose profiles are not active.',
    wrong: 'services:\n  x-app: {environment: {A: b}}\n',
    right: app(),
  },
  {
    code: 'out-of-range',
    meaning: 'A number, a size or a time is smaller or greater than it may be.',
    wrong: app('ports: [80800]'),
    right: app('ports: [8080]'),
  },
  {
    code: 'unknown-key',
    meaning:
      'A key is not known where it stands: misspelt, or indented too far or not far enough. Keys of your own begin with `x-`.',
    wrong: app('comand: node server.js'),
    right: app('command: node server.js'),
  },
  {
    code: 'unknown-value',
    meaning: 'A key takes one of few words, and this is another one.',
    wrong: app('pull_policy: sometimes'),
    right: app('pull_policy: missing'),
  },
  {
    code: 'unsupported-key',
    meaning: 'A key of Compose has no meaning here, or another one does its work; the hint says which.',
    wrong: app('external_links: [legacy-db]'),
    right: app('extra_hosts: ["legacy-db:10.0.0.5"]'),
  },
  {
    code: 'wrong-indentation',
    meaning: 'Keys stand beside the key that they belong to, and not in it.',
    wrong: app('healthcheck:', 'test: pg_isready'),
    right: app('healthcheck:', '  test: pg_isready'),
  },
  {
    code: 'wrong-type',
    meaning: 'A value is of another type than its key takes: a list for a text, a text for a number.',
    wrong: service('image: [shop-api, dev]'),
    right: service('image: shop-api:dev'),
  },
  {
    code: 'bad-name',
    meaning: 'A project name has lower-case letters, digits, - and _, and begins with a letter or digit.',
    wrong: `name: My Shop\n${app()}`,
    right: `name: my-shop\n${app()}`,
  },
  {
    code: 'bad-service-name',
    meaning: 'The name of a service has letters, digits, . _ and -.',
    wrong: 'services:\n  shop api:\n    image: shop-api:dev\n',
    right: 'services:\n  shop-api:\n    image: shop-api:dev\n',
  },
  {
    code: 'bad-volume-name',
    meaning: 'The name of a volume has letters, digits, _ . and -, and begins with a letter or digit.',
    wrong: `${app('volumes: ["data:/data"]')}volumes: {data: {}, "my data": {}}\n`,
    right: `${app('volumes: ["data:/data"]')}volumes: {data: {}}\n`,
  },
  {
    code: 'ignored-service',
    meaning: 'What begins with `x-` is no service, although it has an image or a build.',
    isWarning: true,
    wrong: `${app()}  x-db:\n    image: postgres:17\n`,
    right: `${app()}  db:\n    image: postgres:17\n`,
  },
  {
    code: 'relative-path',
    meaning: 'A path in the container must be absolute.',
    wrong: app('working_dir: src'),
    right: app('working_dir: /src'),
  },
];
