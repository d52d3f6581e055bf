import { app, type Explanation } from './explanation.ts';

const two = (db: string, ...lines: readonly string[]) =>
  `${app(...lines)}  db: {image: "postgres:17"${db}}\n`;
const bridges = (ports: string) => `bridges: [{target: deployment/shop-api, ports: [${ports}]}]`;
const bridge = (ports: string) => app(bridges(ports));
const matching = (match: string) =>
  app('bridges:', '  - target: deployment/shop-api', '    ports: [8080]', `    match: ${match}`);

/** Problems of ports, bridges, targets, hosts and of services that wait for each other. */
export const networkExplanations: readonly Explanation[] = [
  {
    code: 'ambiguous-port',
    meaning: 'A port of a bridge as A:B does not say which of the two is the workload’s.',
    wrong: bridge('"8080:9000"'),
    right: bridge('{container: 8080, local: 9000}'),
  },
  {
    code: 'assumed-healthcheck',
    meaning:
      'A service waits for the health of another one, which has no health check in this file: only its image may have one.',
    isWarning: true,
    wrong: two('', 'depends_on: {db: {condition: service_healthy}}'),
    right: two(', healthcheck: {test: pg_isready}', 'depends_on: {db: {condition: service_healthy}}'),
  },
  {
    code: 'bad-forward',
    meaning:
      'A forward is HOST:PORT as the workload’s network knows it, with a port of this machine before it where that is another; or no workload is there in whose network that would be.',
    wrong: `${bridge('8080')}forwards: ["5432"]\n`,
    right: `${bridge('8080')}forwards: ["5432:postgres:5432"]\n`,
  },
  {
    code: 'bad-host',
    meaning: 'An entry of `extra_hosts` is no name with an address, or its address is none.',
    wrong: app('extra_hosts: ["laptop:10.0.0"]'),
    right: app('extra_hosts: ["laptop:10.0.0.1"]'),
  },
  {
    code: 'bad-mark',
    meaning:
      'A name that marks requests must be the same in a header, in `baggage`, in a cookie and in a link: at most 64 letters, digits and . _ -. Where your own has others, `--as` or `GEFYRA_AS` says another one.',
    wrong: matching('{mark: ann smith}'),
    right: matching('{mark: ann.smith}'),
  },
  {
    code: 'bad-match',
    meaning:
      'What a bridge takes or excepts asks nothing of a request, or something that no request has, or is not said as `match` has it.',
    wrong: matching('{path: "/items?debug=1"}'),
    right: matching('{path: /items, query: {debug: "1"}}'),
  },
  {
    code: 'bad-port',
    meaning:
      'A port is no number between 1 and 65535, no name that a port can have, or not written as its key asks for.',
    wrong: app('ports: ["8080:http"]'),
    right: app('ports: ["8080:80"]'),
  },
  {
    code: 'bad-regex',
    meaning:
      'A text is no regular expression of RE2, which finds in linear time and therefore has no look-ahead and no references to groups; or it is too large.',
    wrong: matching('{path: {regex: "^/(?!healthz)"}}'),
    right: app(
      'bridges:',
      '  - target: deployment/shop-api',
      '    ports: [8080]',
      '    except: [{path: /healthz}]',
    ),
  },
  {
    code: 'bad-target',
    meaning:
      'A target is KIND/NAME, with /CONTAINER behind it where one of several is meant, and NAMESPACE: before it in another namespace.',
    wrong: app('bridges:', '  - {target: shop-api, ports: [8080]}'),
    right: app('bridges:', '  - {target: deployment/shop-api, ports: [8080]}'),
  },
  {
    code: 'dependency-cycle',
    meaning: 'Services wait for each other, so that none of them would ever start.',
    wrong: two(', depends_on: [app]', 'depends_on: [db]'),
    right: two('', 'depends_on: [db]'),
  },
  {
    code: 'duplicate-entry',
    meaning: 'A port of the workload is listed twice.',
    wrong: app('env_from: deployment/shop-api', 'outbound: {loopback: [5432, 5432]}'),
    right: app('env_from: deployment/shop-api', 'outbound: {loopback: [5432]}'),
  },
  {
    code: 'never-completed',
    meaning: 'A service waits until another one ends, which is started again whenever it does.',
    wrong: two(', restart: always', 'depends_on: {db: {condition: service_completed_successfully}}'),
    right: two(', restart: on-failure', 'depends_on: {db: {condition: service_completed_successfully}}'),
  },
  {
    code: 'never-healthy',
    meaning: 'A service waits for the health of another one, whose health check is disabled.',
    wrong: two(', healthcheck: {disable: true}', 'depends_on: {db: {condition: service_healthy}}'),
    right: two(', healthcheck: {test: pg_isready}', 'depends_on: {db: {condition: service_healthy}}'),
  },
  {
    code: 'platform-contradiction',
    meaning: 'All targets of a file live on one platform, and settings of the other one say nothing.',
    wrong: `connection: {platform: docker}\n${bridge('8080')}`,
    right: `connection: {platform: kubernetes}\n${bridge('8080')}`,
  },
  {
    code: 'port-bridged-twice',
    meaning:
      'A port of a workload can come to one service only, or to several that ask different things of a request with `match`.',
    wrong: bridge('8080, 8080'),
    right: bridge('8080'),
  },
  {
    code: 'port-published-twice',
    meaning: 'A port of this machine can lead to one port of one service only.',
    wrong: two(', ports: ["8080:5432"]', 'ports: ["8080:80"]'),
    right: two(', ports: ["5432:5432"]', 'ports: ["8080:80"]'),
  },
  {
    code: 'port-taken-twice',
    meaning:
      'A port of the service is wanted for two things: its bridge, and its debugger or the workload’s 127.0.0.1.',
    wrong: app('command: node server.js', 'debug: {type: node, port: 8080}', bridges('8080')),
    right: app('command: node server.js', 'debug: {type: node, port: 9229}', bridges('8080')),
  },
  {
    code: 'repeated-dependency',
    meaning: 'A dependency is listed twice.',
    isWarning: true,
    wrong: two('', 'depends_on: [db, db]'),
    right: two('', 'depends_on: [db]'),
  },
  {
    code: 'self-dependency',
    meaning: 'A service waits for itself.',
    wrong: app('depends_on: [app]'),
    right: two('', 'depends_on: [db]'),
  },
  {
    code: 'unknown-service',
    meaning: 'A service waits for one, or extends one, that the file does not have.',
    wrong: app('depends_on: [db]'),
    right: two('', 'depends_on: [db]'),
  },
];
