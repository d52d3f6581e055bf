// Where the test cluster keeps what it is made of.
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of this cluster's sources. */
export const SOURCES = dirname(fileURLToPath(import.meta.url));

/** Built programs, by content; outside of the checkout, because they are dear. */
export const CACHE = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'gefyra-devenv',
  'cluster',
);

/** Everything that a cluster writes; goes when it ends. */
export const STATE = process.env.GEFYRA_TEST_CLUSTER_STATE || '/var/lib/gefyra-devenv-cluster';

/** Sockets and mounts of its containers; short, for paths of sockets are. */
export const RUN = process.env.GEFYRA_TEST_CLUSTER_RUN || '/run/gefyra-devenv-cluster';

export const LOGS = join(STATE, 'logs');
export const PKI = join(STATE, 'pki');
export const PROGRAMS = join(STATE, 'bin');
/** Which content was brought under which name. */
export const IMAGES = join(STATE, 'images');
export const CONTAINERD_SOCKET = join(RUN, 'containerd.sock');

/** The administrator's kubeconfig. */
export const KUBECONFIG = join(STATE, 'kubeconfig');
