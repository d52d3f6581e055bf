// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the files under test
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formatWorkspace, loadWorkspace } from '../../../src/config/index.ts';
import { TemporaryShop } from './temporary-shop.ts';

const shop = new TemporaryShop();

/** Each secret begins with S3CRET; whatever else is in it may be shown. */
const FILE = `
services:
  app:
    image: shop:dev
    command: ["node", "server.js", "--db", "postgres://u:S3CRETcmd@db/x", "--api-key", "S3CRET word"]
    entrypoint: ["sh", "-c", "export API_TOKEN=S3CRETentry; exec $$0"]
    environment:
      DATABASE_URL: postgres://u:S3CRETurl@db/x
      REDIS_DSN: redis://:S3CRETdsn@r
      DB_PASS: S3CRETpass
      PGPASSFILE: /x
      PWD_DB: S3CRETpwd
      AUTH: Basic S3CRETauth
      AUTHORIZATION: Bearer S3CRETbearer
      JWT: eyJhbGciOiJIUzI1NiJ9.e30.S3CRETjwt
      SALT: S3CRETsalt
      COOKIE: S3CRETcookie
      GITHUB_PAT: ghp_S3CRET
      SLACK_WEBHOOK: https://hooks.slack.com/services/T0/B0/S3CREThook
      PASSPHRASE: S3CRETphrase
      MONGO_URI: mongodb://u:S3CRETmongo@m
      PRIVATE: "-----BEGIN RSA PRIVATE KEY-----\\nS3CRETpem"
      KEYCLOAK_URL: http://keycloak/
      MONKEY: banana
      LEVEL: debug
      AUTH_ENABLED: "true"
      API_KEY: S3CRETkey
      db_password: S3CRETlower
      # The name says nothing: the value does.
      HEADER: Bearer S3CRETbearer2
      SESSION: eyJhbGciOiJIUzI1NiJ9.e30.S3CRETjwt2
      HOOK: https://hooks.slack.com/services/T0/B0/S3CREThook2
      PEM: "-----BEGIN RSA PRIVATE KEY-----\\nS3CRETpem2"
      SETTINGS: '{"smtp": {"password": "S3CRETjson"}}'
      DB: Server=db;Password=S3CRET words;Database=x
    labels: {com.example.api-token: S3CRETlabel, com.example.team: shop}
    build:
      context: ./src
      args: {NPM_TOKEN: S3CRETarg, MIRROR: "https://me:S3CRETmirror@npm/", LEVEL: debug}
    healthcheck: {test: "curl -u admin:S3CREThealth http://x"}
    debug: {type: generic, port: 9000, command: "run --password S3CRETdebug"}
    volumes: ["./src:/a"]
    ports: ["8080:80"]
    bridges: [{target: deployment/x, ports: [{container: 80, local: 81}]}]
`;

describe('a workspace as text', () => {
  const write = async (format: 'yaml' | 'json', showSecrets: boolean) => {
    await shop.write('src/Dockerfile', 'FROM scratch');
    await shop.write('gefyra.yaml', FILE);
    return formatWorkspace(await shop.load(), { format, showSecrets });
  };

  it.each(['yaml', 'json'] as const)('as %s holds no secret', async (format) => {
    const text = await write(format, false);
    expect(text.match(/S3CRET\w*/g)).toBeNull();
    expect(text.match(/\*\*\*/g)?.length).toBeGreaterThanOrEqual(30);
  });

  it('shows everything that is no secret', async () => {
    const { services } = JSON.parse(await write('json', false));
    expect(services.app).toMatchObject({
      image: 'shop:dev',
      command: ['node', 'server.js', '--db', 'postgres://u:***@db/x', '--api-key', '***'],
      entrypoint: ['sh', '-c', 'export API_TOKEN=***; exec $$0'],
      environment: {
        PGPASSFILE: '/x',
        KEYCLOAK_URL: 'http://keycloak/',
        MONKEY: 'banana',
        LEVEL: 'debug',
        AUTH_ENABLED: 'true',
        DATABASE_URL: 'postgres://u:***@db/x',
        SETTINGS: '{"smtp": {"password": "***"}}',
      },
      labels: { 'com.example.api-token': '***', 'com.example.team': 'shop' },
      build: { args: { NPM_TOKEN: '***', MIRROR: 'https://me:***@npm/', LEVEL: 'debug' } },
      healthcheck: { test: ['CMD-SHELL', 'curl -u admin:*** http://x'] },
      debug: { command: ['run', '--password', '***'] },
      bridges: [{ target: 'deployment/x' }],
    });
  });

  it('shows secrets on request', async () => {
    const text = await write('yaml', true);
    expect(new Set(text.match(/S3CRET\w*/g))).toEqual(new Set(FILE.match(/S3CRET\w*/g)));
    expect(text).not.toContain('***');
  });
});

describe('a workspace as text, read again', () => {
  const again = async (format: 'yaml' | 'json', environment: Record<string, string> = {}) => {
    const files = [join(import.meta.dirname, '../../../gefyra.example.yaml')];
    const { directory } = shop;
    const profiles = ['batch'];
    const first = await loadWorkspace({ files, directory, environment, profiles });
    if ('problems' in first) throw new Error('the example has problems');
    await shop.write('gefyra.yaml', formatWorkspace(first.workspace, { format, showSecrets: true }));
    return [await shop.load(), { ...first.workspace, file: join(directory, 'gefyra.yaml') }];
  };

  it.each(['yaml', 'json'] as const)('from %s is the same', async (format) => {
    const [second, first] = await again(format);
    expect(second).toEqual(first);
  });

  it('is so whatever is in its values', async () => {
    const odd = 'a$b ${C:-d} $$ \'q\' "p" : # no 010 ~ é\u0007';
    const [second, first] = await again('yaml', { HTTP_PROXY: odd });
    expect(second).toEqual(first);
    expect(second?.services.get('app')?.environment['HTTP_PROXY']).toBe(odd);
  });

  it('is so for what the example does not have', async () => {
    const yaml = `healthcheck: {interval: 1500us, retries: 4}
restart: on-failure:3
stop_grace_period: 1m30s
entrypoint: []
volumes: [/anonymous, {type: tmpfs, target: /t}]`;
    const first = await shop.loadService(yaml);
    const whole = await shop.load();
    await shop.write('gefyra.yaml', formatWorkspace(whole, { format: 'yaml', showSecrets: true }));
    expect((await shop.load()).services.get('app')).toEqual(first);
  });
});
