/** Keys of a service that is a program of this machine; all others are a container's. */
export const PROGRAM_KEYS: ReadonlySet<string> = new Set([
  ...['process', 'working_dir', 'environment', 'env_file', 'env_from', 'ports', 'bridges', 'outbound'],
  ...['depends_on', 'restart', 'stop_signal', 'stop_grace_period', 'post_start', 'pre_stop'],
  ...[
    'volumes',
    'tmpfs',
    'tty',
    'stdin_open',
    'extra_hosts',
    'debug',
    'healthcheck',
    'labels',
    'label_file',
    'profiles',
    'extends',
  ],
]);
