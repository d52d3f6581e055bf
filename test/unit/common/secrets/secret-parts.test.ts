// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of commands
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskedVariables } from '../../../../src/common/secrets/masked-variables.ts';
import { maskedWords } from '../../../../src/common/secrets/masked-words.ts';
import { maskText } from '../../../../src/common/secrets/secret-parts.ts';

describe('a text', () => {
  it.each([
    ['postgres://app:hunter2@db/x', 'postgres://app:***@db/x'],
    ['redis://:hunter2@cache:6379/0', 'redis://:***@cache:6379/0'],
    ['mongodb://u:p@h1:27017,h2:27017/x?replicaSet=a', 'mongodb://u:***@h1:27017,h2:27017/x?replicaSet=a'],
    ['postgres://u:not/encoded@db/x', 'postgres://u:***@db/x'],
    ['https://0123456789abcdef0123456789abcdef@sentry.io/1', 'https://***@sentry.io/1'],
    ['https://api/x?user=a&token=hunter2&page=2', 'https://api/x?user=a&token=***&page=2'],
    ['Bearer a1b2c3d4e5', 'Bearer ***'],
    [`curl -H "Authorization: Bearer hunter" http://x`, `curl -H "Authorization: Bearer ***" http://x`],
    ['x-api-key: hunter2', 'x-api-key: ***'],
    ['Cookie: sid=hunter2; theme=dark', 'Cookie: ***'],
    ['eyJhbGciOiJIUzI1NiJ9.e30.hunter2', '***'],
    [
      'a -----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----',
      'a -----BEGIN EC PRIVATE KEY-----***-----END EC PRIVATE KEY-----',
    ],
    ['push with ghp_hunter2hunter2 failed', 'push with *** failed'],
    ['https://hooks.slack.com/services/T0/B0/hunter2', 'https://hooks.slack.com/services/***'],
    ['Server=db;Password=hunter 2;Database=x', 'Server=db;Password=***;Database=x'],
    ['root:hunter2@tcp(db:3306)/x', 'root:***@tcp(db:3306)/x'],
    ['jdbc:oracle:thin:app/hunter2@//db:1521/x', 'jdbc:oracle:thin:app/***@//db:1521/x'],
    ['run --password hunter2 --verbose', 'run --password *** --verbose'],
    ['run --api-token="hunter 2" now', 'run --api-token="***" now'],
    ['curl -u admin:hunter2 http://x', 'curl -u admin:*** http://x'],
    ['mysql -u root -phunter2 shop', 'mysql -u root -p*** shop'],
    ['redis-cli -h cache -a hunter2 ping', 'redis-cli -h cache -a *** ping'],
    ['export API_TOKEN=hunter2; exec $0', 'export API_TOKEN=***; exec $0'],
    ["sh -c 'DB_PASS=hunter2 node a.js'", "sh -c 'DB_PASS=*** node a.js'"],
    ['{"db": {"password": "hun\\"ter2", "port": 5432}}', '{"db": {"password": "***", "port": 5432}}'],
    ['"{\\"password\\":\\"hunter2\\"}"', '"{\\"password\\":\\"***\\"}"'],
    ['["--password", "hunter2"]', '["--password", "***"]'],
    ['host=db password=hunter2 user=app', 'host=db password=*** user=app'],
  ])('%j becomes %j', (text, masked) => {
    expect(maskText(text)).toBe(masked);
  });

  it.each([
    'http://keycloak/auth?redirect=http://app:8080/x',
    'http://host:8080/path?mail=a@b.c',
    'ssh://git@github.com/shop/api.git',
    'git@github.com:shop/api.git',
    'bridge/app:8155@container/shop-api',
    'shop-api:dev@sha256:0123456789abcdef0123456789abcdef',
    'run as 1000:1000: exec --user 1000:1000 app',
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"',
    'no basic auth credentials; unauthorized: authentication required',
    'Basic authentication is needed, and a Bearer token is not taken',
    'secret "shop-db" not found: its key password: there is none',
    'secrets "shop-token" is forbidden: User "dev" cannot get resource "secrets"',
    'the option --token is unknown, and --password needs a value',
    'the variable DB_PASSWORD is not set',
    'curl -H "Authorization: Bearer $TOKEN" http://x',
    'psql postgres://app:${DB_PASSWORD}@db/x',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'npm_config_registry=http://registry npm_package_name',
    'node --inspect=0.0.0.0:9229 --max-old-space-size=512 server.js',
    'service app: exit code 1; task-force sk-learn',
    'PASSWORD_FILE=/run/secrets/db TOKEN_URL=http://idp/token',
  ])('%j without secrets is untouched', (text) => {
    expect(maskText(text)).toBe(text);
  });

  it('of words and numbers alone is untouched', () => {
    const plain = fc
      .array(
        fc.constantFrom(
          'the',
          'container',
          'app',
          'image',
          '8080:80',
          '/var/lib/x',
          'a=b',
          'http://db:5432/x',
          '(not found)',
          'GET',
          '127.0.0.1',
          '--port',
          '"x"',
          'key',
          'token',
          'password',
          "'a'",
          '\n',
        ),
      )
      .map((words) => words.join(' '));
    fc.assert(
      fc.property(plain, (text) => {
        expect(maskText(text)).toBe(text);
      }),
    );
  });

  it('is the same when it is masked again', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = maskText(text);
        expect(maskText(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  it('keeps no secret, wherever it stands and whatever is around it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PLACES), secret, around, around, (place, value, before, after) => {
        expect(maskText(`${before}${place(value)}${after}`)).not.toContain(value);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes no time to speak of, however hostile it is', () => {
    const hostile = [
      'a://',
      'password=',
      '--password ',
      '"password":',
      'Cookie:',
      'mysql x:',
      'docker login x:',
      '"password="a',
      'eyJ.',
      '\\"',
      'a:b@',
      '-----BEGIN PRIVATE KEY-----',
      'x-a-b-',
      'Bearer ',
      ';a=',
      '-u a:',
      "'",
      'sk-',
      'Authorization: ',
    ];
    for (const piece of hostile) {
      const before = process.cpuUsage();
      maskText(piece.repeat(100_000 / piece.length));
      const { user } = process.cpuUsage(before);
      expect(user, piece).toBeLessThan(1_000_000);
    }
  });
});

describe('words of a command', () => {
  it.each([
    [
      ['node', '--db', 'postgres://u:hunter2@db/x'],
      ['node', '--db', 'postgres://u:***@db/x'],
    ],
    [
      ['app', '--password', 'hunter 2 and more', '-v'],
      ['app', '--password', '***', '-v'],
    ],
    [
      ['redis-server', '--requirepass', 'hunter2'],
      ['redis-server', '--requirepass', '***'],
    ],
    [
      ['curl', '-u', 'admin:hunter2', 'http://x'],
      ['curl', '-u', 'admin:***', 'http://x'],
    ],
    [
      ['redis-cli', '-a', 'hunter2'],
      ['redis-cli', '-a', '***'],
    ],
    [
      ['sh', '-c', 'export API_TOKEN=hunter2; exec $0'],
      ['sh', '-c', 'export API_TOKEN=***; exec $0'],
    ],
    [
      ['app', '--password', '--verbose'],
      ['app', '--password', '--verbose'],
    ],
    [
      ['app', '--token', '$TOKEN', '--key-file', '/x'],
      ['app', '--token', '$TOKEN', '--key-file', '/x'],
    ],
  ])('%j become %j', (words, masked) => {
    expect(maskedWords(words)).toEqual(masked);
    expect(maskedWords(masked)).toEqual(masked);
  });
});

describe('variables', () => {
  it('are masked whole where their name tells of a secret, and in part elsewhere', () => {
    const variables = {
      DB_PASS: 'hunter 2',
      PASSWORD: '$ecret',
      API_KEY: '',
      AUTH: 'true',
      DATABASE_URL: 'postgres://u:hunter2@db/x',
      CONFIG: '{"token":"hunter2"}',
      MONKEY: 'banana',
      PGPASSFILE: '/x',
    };
    expect(maskedVariables(variables)).toEqual({
      ...variables,
      DB_PASS: '***',
      PASSWORD: '***',
      DATABASE_URL: 'postgres://u:***@db/x',
      CONFIG: '{"token":"***"}',
    });
  });
});

/** Secrets as people and machines make them, that fit anywhere without being encoded. */
const secret = fc
  .stringMatching(/^[A-Za-z0-9_.~+-]{8,40}$/)
  .map((text) => `S3c${text.replaceAll('--', 'xx')}Z`);

const around = fc.constantFrom(
  '',
  ' ',
  ' and more',
  '\n',
  'x: ',
  '"',
  ' (see log) ',
  '; ',
  ' http://db:80/ ',
);

const PLACES: readonly ((secret: string) => string)[] = [
  (value) => ` postgres://app:${value}@db:5432/shop`,
  (value) => ` amqp://:${value}@q`,
  (value) => ` https://x/y?access_token=${value}`,
  (value) => ` Authorization: Bearer ${value}`,
  (value) => ` authorization: Basic ${value}`,
  (value) => ` Bearer ${value}`,
  (value) => ` DB_PASSWORD=${value}`,
  (value) => ` export API_TOKEN='${value}'`,
  (value) => ` --password ${value}`,
  (value) => ` --client-secret=${value}`,
  (value) => ` --password "${value} ${value}" `,
  (value) => ` curl -u admin:${value}`,
  (value) => ` curl --user "admin:${value}"`,
  (value) => ` -H "X-Api-Key: ${value}"`,
  (value) => ` {"password":"${value}","a":1}`,
  (value) => ` {\\"apiKey\\": \\"${value}\\"}`,
  (value) => ` Server=db;User Id=sa;Password=${value};Encrypt=true`,
  (value) => ` AccountName=x;AccountKey=${value};EndpointSuffix=y`,
  (value) => ` -----BEGIN RSA PRIVATE KEY-----\n${value}\n-----END RSA PRIVATE KEY-----`,
  (value) => ` eyJhbGciOiJIUzI1NiJ9.e30.${value.replaceAll(/[.~+]/g, '')}`,
  (value) => ` https://hooks.slack.com/services/T0/B0/${value.replaceAll(/[.~+]/g, '')}`,
  (value) => ` ghp_${value.replaceAll(/\W/g, '')}`,
  (value) => ` - --token\n    - ${value}`,
];

/** Pieces that mean something here, in any order. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '://',
        ':',
        '@',
        '=',
        ' ',
        '"',
        "'",
        '\\',
        '\n',
        ';',
        '&',
        ',',
        '-',
        '--',
        '-u ',
        'password',
        'TOKEN',
        'a',
        'Z9',
        '***',
        '$',
        '{',
        '}',
        '/',
        'Bearer ',
        'Authorization: ',
        'eyJa.b.c',
        'ghp_abcdef',
        'mysql x:',
        'docker login x:',
        '"password="a',
        ' -p',
        '-----BEGIN PRIVATE KEY-----',
        '-----END',
        'Cookie: ',
        ' = ',
        'x-api-key: ',
      ),
      fc.string({ maxLength: 3 }),
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(''));
