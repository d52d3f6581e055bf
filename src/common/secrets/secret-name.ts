/**
 * Whether a name says that its value is nobody else's business: of a variable, a label, a build argument, an option, a
 * key of a file. By words, in any spelling (`DB_PASSWORD`, `apiToken`, `com.example.api-key`, `PGPASSWORD`). Names of
 * what belongs to a secret without being one (`PASSWORD_FILE`, `TOKEN_URL`, `PRIMARY_KEY_COLUMN`) do not.
 */
export function tellsSecret(name: string): boolean {
  // The shell's own word for the directory it is in.
  if (name === 'PWD' || name === 'OLDPWD') return false;
  const words = withoutQualifiers(wordsOf(name));
  const last = words.at(-1);
  if (last === undefined) return false;
  if (words.some((word) => LIFETIME.test(word))) return false;
  if (words.some((word) => /^(webhooks?|dsn)$/.test(word)))
    return !SURROUNDINGS.test(last) || /^ur[il]$/.test(last);
  // Traefik's `basicauth.users` and the like.
  if (words.some((word) => word === 'basicauth') && last === 'users') return true;
  if (SURROUNDINGS.test(last)) return false;
  if (words.some((word, index) => isStrong(word, words, index))) return true;
  return WEAK.test(last) && !words.some((word) => ABOUT_IT.test(word));
}

/** Words of a name in lower case: parted at signs and where the case changes. */
function wordsOf(name: string): readonly string[] {
  return name
    .slice(0, 200)
    .split(/[^A-Za-z0-9]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
}

/** What says which of several it is says nothing of what it is: `API_KEY_2`, `DB_PASSWORD_PROD`. */
function withoutQualifiers(words: readonly string[]): readonly string[] {
  const end = words.findLastIndex(
    (word) =>
      !/^(\d+|prod|production|staging|stage|dev|test|local|old|new|current|previous|next|default|value|data|b64|base64|raw|plain)$/.test(
        word,
      ),
  );
  return words.slice(0, end + 1).map((word) => word.replace(/\d+$/, ''));
}

function isStrong(word: string, words: readonly string[], index: number): boolean {
  if (/^(pass|pwd|creds?)$/.test(word) || GLUED.test(word)) return true;
  if (/pass$/.test(word)) return !/^(by|com|tres|over|under|sur|en)pass$/.test(word);
  if (word === 'tokens')
    return !words.some((one) => /^(max|min|num|total|per|input|output|prompt|completion)$/.test(one));
  // A key in the middle of a name belongs to something; at the end it is one, unless it is another kind of key.
  const before = words[index - 1] ?? '';
  if (!/^keys?$/.test(word)) return false;
  return index === words.length - 1
    ? !HARMLESS_KEY.test(before)
    : SECRET_KEY.test(before) && !/^id$/.test(words[index + 1] ?? '');
}

/** Words that tell alone, also at the end of a longer one that somebody has glued together. */
const GLUED =
  /(passwords?|passwd|passphrases?|passcode|secrets?|token|credentials?|(api|access|secret|private|encryption|signing|auth|master|account|shared|deploy|ssh|gpg)keys?|^masterauth|^mysqlpwd)$/;

const SECRET_KEY =
  /^(api|access|private|secret|encryption|signing|master|auth|ssh|gpg|service|account|shared|deploy)$/;
const HARMLESS_KEY =
  /^(primary|foreign|public|publishable|pub|partition|sort|routing|index|unique|candidate|composite|cache|map|hot|json|label|group|message|shard|lookup|object|field|row|site|host|known|config|translation|i18n)$/;

/** These tell only where nothing follows: `REDIS_AUTH`, not `AUTH_SERVICE_ADDR`. */
const WEAK = /^(auth|auths|authorization|cookies?|jwts?|salt|pepper|pat|private|bearer|htpasswd)$/;
const ABOUT_IT = /^(enabled?|disabled?|use|uses|requires?|skip|no|allow|with|has|is|optional)$/;

/** What is about a secret, and none itself. */
const SURROUNDINGS =
  /^(files?|paths?|dirs?|directory|folder|filename|length|len|size|count|limit|min|max|policy|types?|alg|algo|algorithms?|enabled?|disabled?|required|optional|issuer|audience|hosts?|hostname|ports?|address|addr|provider|backend|mode|method|realm|domain|columns?|fields?|names?|header|prefix|suffix|rotation|strategy|service|server|store|manager|engine|region|endpoints?|version|through|on|rounds|secure|samesite|attempts|retries|rate|format|ur[il]s?)$/;
const LIFETIME = /^(ttl|expiry|expires?|expiration|lifetime|age|duration|timeout|interval|refreshinterval)$/;
