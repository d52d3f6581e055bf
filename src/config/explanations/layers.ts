import { app, type Explanation } from './explanation.ts';

const base = 'services:\n  base:\n    image: shop-base:dev\n';
const db = 'services:\n  db:\n    image: postgres:17\n';

const often = (path: string) => Array.from({ length: 15 }, () => path).join(', ');

/** Problems of several files that are one project, and of services that build on each other. */
export const layerExplanations: readonly Explanation[] = [
  {
    code: 'bad-include',
    meaning:
      'What is included is no file of this machine that can be read: a directory, a device, an address.',
    wrong: `include: [./src]\n${app()}`,
    right: `include: [./db.yaml]\n${app()}`,
    beside: { 'db.yaml': db },
  },
  {
    code: 'extends-cycle',
    meaning: 'Services extend each other in a circle, so that none of them can be the first.',
    wrong: 'services:\n  app: {image: "shop-api:dev", extends: base}\n  base: {extends: app}\n',
    right: 'services:\n  app: {extends: base}\n  base: {image: "shop-api:dev"}\n',
  },
  {
    code: 'inactive-dependency',
    meaning: 'A service needs another one that is not there, because none of its profiles is active.',
    wrong: `${app('depends_on: [db]')}  db: {image: "postgres:17", profiles: [storage]}\n`,
    right: `${app('depends_on: {db: {condition: service_started, required: false}}')}  db: {image: "postgres:17", profiles: [storage]}\n`,
  },
  {
    code: 'include-cycle',
    meaning: 'Files include each other in a circle, or one includes itself.',
    wrong: `include: [./gefyra.yaml]\n${app()}`,
    right: `include: [./db.yaml]\n${app()}`,
    beside: { 'db.yaml': db },
  },
  {
    code: 'missing-file',
    meaning:
      'The file of a service that is extended does not exist, or cannot be read. Its path begins beside the file it is written in.',
    wrong: app('extends: {service: base, file: ./missing.yaml}'),
    right: app('extends: {service: base, file: ./base.yaml}'),
    beside: { 'base.yaml': base },
  },
  {
    code: 'missing-include',
    meaning: 'An included file does not exist. Its path begins beside the file it is written in.',
    wrong: `include: [./missing.yaml]\n${app()}`,
    right: `include: [./db.yaml]\n${app()}`,
    beside: { 'db.yaml': db },
  },
  {
    code: 'too-many-files',
    meaning: 'More than 200 files are included or extended, each counted as often as it is.',
    wrong: `include: [${often('./all.yaml')}]
${app()}`,
    right: `include: [./db.yaml]\n${app()}`,
    beside: {
      'all.yaml': `include: [${often('./db.yaml')}]
`,
      'db.yaml': db,
    },
  },
  {
    code: 'unknown-profile',
    meaning:
      'A profile is wanted, by `--profile` or `GEFYRA_PROFILES`, that no service has. It changes nothing: perhaps another one is meant.',
    wrong: `${app()}  admin: {image: "shop-admin:dev", profiles: [tools]}\n`,
    right: `${app()}  admin: {image: "shop-admin:dev", profiles: [tool]}\n`,
    beside: { '.env': 'GEFYRA_PROFILES=tool\n' },
    isWarning: true,
  },
];
