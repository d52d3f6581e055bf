import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import { type Cluster as KubeCluster, KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { DevenvError, messageOf } from '../common/errors.ts';
import { didYouMean, nearest } from '../common/nearest.ts';

const SERVICE_ACCOUNT_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount/token';
/** Marks users whose token lies in a file. */
const TOKEN_FILE = 'gefyra-devenv/token-file';
const MAX_LISTED = 8;

/** What decides on the cluster. */
export interface KubeconfigOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** Context; undefined = the current one. */
  readonly context: string | undefined;
  /** Namespace; undefined = the context's, else `default`. */
  readonly namespace: string | undefined;
}

/** A cluster, and who we are there. */
export interface Cluster {
  readonly config: KubeConfig;
  /** Name of the context; `in-cluster` inside of a pod. */
  readonly context: string;
  readonly namespace: string;
  /** URL of the API server, without a slash at the end. */
  readonly server: string;
  /** That URL, and a short hash of the authority that the server is checked by: through a tunnel, many have one URL. */
  readonly identity: string;
  /** Name of the user's entry in the kubeconfig. */
  readonly user: string;
  /** File that holds the user's token, read each time; undefined when the token comes from elsewhere. */
  readonly tokenFile: string | undefined;
}

/**
 * Reads the kubeconfig the way kubectl does: every file of `KUBECONFIG` that exists, of entries with one name the first
 * one; else `~/.kube/config`; else, inside of a pod, its service account. Errors: `kubeconfig-invalid`.
 */
export function loadCluster(options: KubeconfigOptions): Cluster {
  const config = loadConfig(options);
  const contexts = config.getContexts().map(({ name }) => name);
  const name = options.context ?? config.getCurrentContext();
  if (!name) {
    throw invalid(
      'the kubeconfig has no current context',
      `name one with --context or in the file: connection: {context: …}; there are ${listed(contexts)}`,
    );
  }
  const context = config.getContextObject(name);
  if (context === null) {
    const hint = didYouMean(...nearest(name, contexts)) ?? `contexts: ${listed(contexts)}`;
    throw invalid(`the kubeconfig has no context ${name}`, hint);
  }
  config.setCurrentContext(name);
  const cluster = config.getCurrentCluster();
  if (cluster === null)
    throw invalid(`context ${name} names the cluster ${context.cluster}, which the kubeconfig lacks`);
  const user = config.getCurrentUser();
  if (user === null)
    throw invalid(`context ${name} names the user ${context.user}, which the kubeconfig lacks`);
  const server = cluster.server.replace(/\/+$/, '');
  return {
    config,
    context: name,
    namespace: options.namespace ?? context.namespace ?? 'default',
    server,
    identity: `${server}${authorityOf(cluster)}`,
    user: context.user,
    tokenFile: user.authProvider?.name === TOKEN_FILE ? user.authProvider.config.file : undefined,
  };
}

function authorityOf({ caData, caFile }: KubeCluster): string {
  const authority = caData ?? caFile;
  if (authority === undefined) return '';
  return ` (authority ${createHash('sha256').update(authority).digest('hex').slice(0, 12)})`;
}

function loadConfig({ environment, homeDirectory }: KubeconfigOptions): KubeConfig {
  const named = (environment['KUBECONFIG'] ?? '').split(delimiter).filter((file) => file !== '');
  const wanted = named.length > 0 ? named : [join(homeDirectory, '.kube', 'config')];
  const files = wanted.filter((file) => !isMissing(file));
  if (files.length > 0) return merged(files.map(loadFile));
  if (named.length === 0 && existsSync(SERVICE_ACCOUNT_TOKEN)) {
    const config = new KubeConfig();
    config.loadFromCluster();
    return config;
  }
  throw invalid(
    `there is no kubeconfig: ${wanted.join(', ')} ${wanted.length === 1 ? 'does' : 'do'} not exist`,
    'set KUBECONFIG to the file that describes the cluster',
  );
}

/** Not so what is there and cannot be looked at: reading it tells why. */
function isMissing(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}

function loadFile(file: string): KubeConfig {
  const config = new KubeConfig();
  try {
    config.loadFromFile(file, { onInvalidEntry: 'filter' });
  } catch (error) {
    throw invalid(`${file} cannot be read as a kubeconfig: ${messageOf(error)}`);
  }
  for (const cluster of config.getClusters()) {
    // `kubectl proxy` and the like: there is no certificate to be checked, and the library insists on that being said.
    if (cluster.server.startsWith('http://')) Object.assign(cluster, { skipTLSVerify: true });
  }
  const tokenFiles = tokenFilesIn(file);
  for (const user of config.getUsers()) {
    const tokenFile = tokenFiles.get(user.name);
    // The library knows this key by a name that kubectl does not have.
    if (tokenFile !== undefined)
      Object.assign(user, {
        authProvider: { name: TOKEN_FILE, config: { file: resolve(dirname(file), tokenFile) } },
      });
    const command: unknown = user.exec?.command;
    // A bare name is looked up in PATH, a path is relative to the file it stands in.
    if (typeof command === 'string' && command.includes('/') && !isAbsolute(command))
      user.exec.command = resolve(dirname(file), command);
  }
  return config;
}

/** `tokenFile` of each user that has one. */
function tokenFilesIn(file: string): ReadonlyMap<string, string> {
  const content: { users?: readonly { name?: string; user?: { tokenFile?: string } }[] } | null = parse(
    readFileSync(file, 'utf8'),
  );
  const entries = (content?.users ?? []).flatMap(({ name, user }) =>
    name === undefined || user?.tokenFile === undefined ? [] : [[name, user.tokenFile] as const],
  );
  return new Map(entries);
}

function merged(configs: readonly KubeConfig[]): KubeConfig {
  const all = new KubeConfig();
  const firsts = <T extends { readonly name: string }>(entries: readonly T[]) => [
    ...new Map(entries.toReversed().map((entry) => [entry.name, entry])).values(),
  ];
  all.loadFromOptions({
    clusters: firsts(configs.flatMap((config) => config.getClusters())),
    users: firsts(configs.flatMap((config) => config.getUsers())),
    contexts: firsts(configs.flatMap((config) => config.getContexts())),
    currentContext: configs.map((config) => config.getCurrentContext()).find((name) => name) ?? '',
  });
  return all;
}

function listed(names: readonly string[]): string {
  const more = names.length > MAX_LISTED ? ` and ${names.length - MAX_LISTED} more` : '';
  return names.length === 0 ? 'none' : `${[...names].sort().slice(0, MAX_LISTED).join(', ')}${more}`;
}

function invalid(message: string, hint?: string): DevenvError {
  return new DevenvError({
    code: 'kubeconfig-invalid',
    message,
    owner: 'user',
    ...(hint === undefined ? {} : { hint }),
  });
}
