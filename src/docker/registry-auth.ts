import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DevenvError, messageOf, systemCode } from '../common/errors.ts';

/** What an engine passes on to a registry. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  /** Stands for user name and password where a registry gave one. */
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

const HUB = 'https://index.docker.io/v1/';
const HELPER_LIMIT_MS = 30_000;

/**
 * What `docker login` remembered for the registry of an image: from a credential helper or from Docker's
 * configuration itself. Undefined = nothing, which is right for public images.
 * Errors: `engine-failed` when the configuration is no JSON or a helper does not run.
 */
export async function registryCredentials(
  reference: string,
  configDirectory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RegistryCredentials | undefined> {
  const file = join(configDirectory, 'config.json');
  const config = await readConfig(file);
  const registry = registryOf(reference);
  const helper = config.credHelpers?.[registry === HUB ? 'docker.io' : registry] ?? config.credsStore;
  if (helper) return await askHelper(`docker-credential-${helper}`, registry, environment);
  const entry = config.auths?.[registry] ?? config.auths?.[`https://${registry}`];
  return entry === undefined ? undefined : credentialsOf(entry, registry);
}

/** Key under which Docker remembers the registry of an image: a host, or the Hub's historic address. */
export function registryOf(reference: string): string {
  const first = reference.split('/')[0] ?? '';
  const isHost = reference.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  return !isHost || first === 'docker.io' || first === 'index.docker.io' ? HUB : first;
}

interface ClientConfig {
  readonly auths?: Readonly<Record<string, AuthEntry>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

interface AuthEntry {
  readonly auth?: string;
  readonly identitytoken?: string;
}

async function readConfig(file: string): Promise<ClientConfig> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    throw credentialsFailed(`${file} cannot be read: ${messageOf(error)}`, error);
  }
  try {
    return JSON.parse(text) as ClientConfig;
  } catch (error) {
    throw credentialsFailed(`${file} is not valid JSON: ${messageOf(error)}`, error);
  }
}

function credentialsOf(entry: AuthEntry, registry: string): RegistryCredentials | undefined {
  if (!entry.auth) return undefined;
  const text = Buffer.from(entry.auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = text.indexOf(':');
  if (colon < 0) return undefined;
  return {
    username: text.slice(0, colon),
    password: text.slice(colon + 1),
    ...(entry.identitytoken ? { identitytoken: entry.identitytoken } : {}),
    serveraddress: registry,
  };
}

function askHelper(
  program: string,
  registry: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<RegistryCredentials | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['get'], {
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: HELPER_LIMIT_MS,
    });
    let output = '';
    let complaint = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    child.on('error', (error) =>
      reject(credentialsFailed(`${program} does not run: ${error.message}`, error)),
    );
    child.on('close', (code) => {
      if (code === 0) return settle(() => credentialsOfHelper(output, registry));
      // A helper says this, with whatever exit code, when it simply has nothing for the registry.
      if (/credentials not found/i.test(output + complaint)) return resolve(undefined);
      reject(
        credentialsFailed(
          `${program} ended with ${code}: ${(complaint || output).trim().slice(0, 200)}`,
          undefined,
        ),
      );
    });
    const settle = (read: () => RegistryCredentials) => {
      try {
        resolve(read());
      } catch (error) {
        reject(credentialsFailed(`${program} gave no valid answer`, error));
      }
    };
    // A helper that ends without reading is judged by its exit code.
    child.stdin.on('error', () => {});
    child.stdin.end(registry);
  });
}

function credentialsOfHelper(output: string, registry: string): RegistryCredentials {
  const answer = JSON.parse(output) as { readonly Username: string; readonly Secret: string };
  const isToken = answer.Username === '<token>';
  return {
    username: isToken ? '' : answer.Username,
    password: isToken ? '' : answer.Secret,
    ...(isToken ? { identitytoken: answer.Secret } : {}),
    serveraddress: registry,
  };
}

function credentialsFailed(words: string, cause: unknown): DevenvError {
  return new DevenvError({
    code: 'engine-failed',
    message: `the registry credentials could not be read: ${words}`,
    hint: 'log in again: docker login',
    owner: 'environment',
    cause,
  });
}
