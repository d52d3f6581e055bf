import { describe, expect, it } from 'vitest';
import { tellsSecret } from '../../../../src/common/secrets/secret-name.ts';

const list = (text: string) => text.trim().split(/\s+/);

describe('a name', () => {
  it.each(
    list(`
      PASSWORD DB_PASS PWD_DB MYSQL_PWD PASSPHRASE db_password dbPassword PGPASSWORD requirepass userPasswd
      SECRET DJANGO_SECRET SECRET_KEY_BASE VAULT_SECRET_ID AWS_SECRET_ACCESS_KEY JWTSECRET
      TOKEN NPM_TOKEN apiToken _authToken com.example.api-token TOKEN_PROD API_TOKENS
      KEY API_KEY API_KEY_2 apiKey APIKEY TLS_KEY AccountKey ENCRYPTION_KEYS X-Api-Key
      AUTH REDIS_AUTH AUTHORIZATION JWT SALT COOKIE GITHUB_PAT PRIVATE CREDENTIALS REDIS_DSN
      SLACK_WEBHOOK SLACK_WEBHOOK_URL traefik.http.middlewares.a.basicauth.users
    `),
  )('%s tells of a secret', (name) => {
    expect(tellsSecret(name)).toBe(true);
  });

  it.each(
    list(`
      MONKEY KEYCLOAK_URL AUTHOR KEYBOARD HOTKEY PASSPORT COMPASS_HOST BYPASS PATTERN PATH SECRETARY
      TOKENIZERS_PARALLELISM PWD PORT LEVEL PRIVATE_NETWORK
      PRIMARY_KEY PRIMARY_KEY_COLUMN PUBLIC_KEY AWS_ACCESS_KEY_ID SORT_KEY
      PGPASSFILE PASSWORD_FILE CERT_FILE TOKEN_URL TOKEN_TTL TOKEN_EXPIRES_IN MAX_TOKENS AUTH_URL AUTH_ENABLED
      ENABLE_AUTH AUTH_SERVICE_ADDR COOKIE_NAME SALT_ROUNDS PASSWORD_MIN_LENGTH PASS_ON pass_on SECRET_NAME WEBHOOK_PORT
    `),
  )('%s tells of none', (name) => {
    expect(tellsSecret(name)).toBe(false);
  });
});
