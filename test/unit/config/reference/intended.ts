/** Where what devenv makes of a file differs on purpose from what Compose makes of it. */
export interface IntendedDifference {
  /** Path of the value, where `*` stands for one step or a part of it, and `**` at the end for all that is below. */
  readonly at: string;
  /** Names of the projects in which it may be; default: any. */
  readonly only?: readonly string[];
  /** What devenv has there, where it is not just any value; null = nothing. */
  readonly here?: unknown;
  readonly why: string;
}

/** Values that differ. Keys that have no effect by the schema are not among them: the schema says why. */
export const intendedDifferences: readonly IntendedDifference[] = [
  { at: 'services.*.image', here: /^gefyra-/, why: 'an image that is only built has a name of devenv’s' },
  {
    at: 'services.*.ports.*.host_ip',
    here: '127.0.0.1',
    why: 'ports are open to this machine alone unless the file says otherwise',
  },
  {
    at: 'services.*.ports.*.mode',
    here: null,
    why: 'Compose prints its default of a key that has no effect',
  },
  {
    at: 'services.*.ports.81/tcp :8000*.**',
    only: ['long-forms'],
    why: 'of a range for one port the first counts: a free one among them would be another at each start',
  },
  { at: 'services.*.ports.7000/tcp :7000*.**', only: ['forms-ports'], why: 'as above' },
  { at: 'services.*.ports.4002/udp :5000*.**', only: ['forms-ports'], why: 'as above' },
  {
    at: 'volumes.*.name',
    here: null,
    why: 'volumes are named after devenv’s projects, so that none of Compose’s is taken over',
  },
  {
    at: 'services.*.networks.**',
    why: 'there is one network: names on any network are names on this one, and so are those of `container_name` and `links`',
  },
  {
    at: 'services.*.container_name',
    here: null,
    why: 'it is a name on the network; the container is called after project and service',
  },
  {
    at: 'services.app.ports.80/tcp :8080 5.*',
    only: ['layers-ports'],
    here: null,
    why: 'a port without an address and the same on 127.0.0.1 are one and the same',
  },
  {
    at: 'services.*.pull_policy',
    only: ['forms-pull-policy'],
    here: null,
    why: 'how old an image is nobody looks at: with an age, it is fetched when it is missing',
  },
  { at: 'services.*.links.*', here: null, why: 'they are names on the network, and dependencies' },
  {
    at: 'services.*.network_mode',
    here: null,
    only: ['go-air'],
    why: '`bridge` changes nothing where there is one network',
  },
  { at: 'services.*.profiles.*', here: null, why: 'only services that run are printed' },
  {
    at: 'services.app.depends_on.debug.**',
    here: null,
    only: ['profiles-none', 'profiles-variable'],
    why: 'a dependency that does not run and need not is none',
  },
  {
    at: 'services.*.**',
    only: ['profiles-variable'],
    here: null,
    why: 'what COMPOSE_PROFILES says to Compose, GEFYRA_PROFILES says to devenv',
  },
  {
    at: 'services.*.depends_on.*.restart',
    only: ['forms-namespaces'],
    here: 'true',
    why: 'mounts of a container that was replaced are not those of the new one',
  },
  {
    at: 'services.x-note.**',
    only: ['anchors'],
    why: 'keys that begin with x- are no services, which is told',
  },
  {
    at: 'services.*.environment.*',
    only: ['forms-environment', 'forms-environment-numbers'],
    why: 'numbers and dates stay as they are spelled: 1.10 is a version, and 010 a code',
  },
  {
    at: 'services.app.post_start.1.environment.HOME',
    only: ['forms-hooks'],
    why: 'a name without value is taken from the environment, as everywhere else; Compose forgets it in hooks',
  },
  { at: 'services.*.mem_swappiness', only: ['forms-sizes'], here: 0, why: 'Compose does not print 0' },
  { at: 'services.*.ulimits.core.*', only: ['forms-ulimits'], here: 0, why: 'Compose does not print 0' },
  {
    at: 'services.*.healthcheck.retries',
    only: ['python-web'],
    here: 3,
    why: 'the engine takes 0 as its default, which is printed',
  },
  {
    at: '*.**',
    only: ['go-air'],
    why: '`d:/data` is the volume d; Compose takes the letter for a drive of Windows and loses it',
  },
  {
    at: 'services.*.volumes.*.bind.selinux',
    here: null,
    why: 'the engine labels its own volumes, which `z` does not change',
  },
  {
    at: 'services.*.user',
    only: ['python-web'],
    here: null,
    why: 'a user of whom variables leave nothing but the colon is none; Compose fails when it starts it',
  },
  {
    at: 'services.*.secrets./etc/mysql/key.pem.*',
    only: ['secrets-and-configs'],
    why: 'with `uid`, `gid` or `mode` a file is copied, so that these count',
  },
  {
    at: 'services.app.healthcheck.interval',
    only: ['layers-nulls'],
    why: 'a key without value takes the earlier layer’s away',
  },
  { at: 'services.app.labels.a', only: ['layers-nulls'], here: null, why: 'as above' },
  { at: 'services.app.ports.**', only: ['layers-nulls'], here: null, why: 'as above' },
  {
    at: 'services.web.volumes./run/secrets/s *.**',
    only: ['layers-two'],
    here: null,
    why: 'a path in the container holds one secret, in whichever form it is asked for; the engine refuses two',
  },
];

/** A project that one of both refuses. */
export interface IntendedRefusal {
  readonly by: 'devenv' | 'Compose';
  readonly why: string;
}

const unsupported: IntendedRefusal = {
  by: 'devenv',
  why: 'the key is not supported, and its hint says what does the job',
};
const later: IntendedRefusal = {
  by: 'devenv',
  why: 'Compose, or the engine, fails later, when it starts the service',
};
const lenient: IntendedRefusal = {
  by: 'Compose',
  why: 'what is meant is plain, and devenv takes it in every place',
};
const effectless: IntendedRefusal = { by: 'Compose', why: 'it is about a key that has no effect here' };

/** Projects by name. */
export const intendedRefusals: Readonly<Record<string, IntendedRefusal>> = {
  'ai-models': unsupported,
  'external-secret': { by: 'devenv', why: 'nothing keeps secrets for devenv' },
  sctp: { by: 'devenv', why: 'no proxy of an engine, and no tunnel of devenv’s, carries SCTP' },
  'unset-image': later,
  'yaml-documents': {
    by: 'devenv',
    why: 'of several documents in a file nobody sees which holds; layers are files',
  },
  'odd-api-socket': unsupported,
  'odd-bad-name': { by: 'devenv', why: 'Compose takes another name than the file’s; devenv proposes it' },
  'odd-bad-profile-name': {
    by: 'devenv',
    why: 'the specification has names without blanks, and all services of the file have it',
  },
  'odd-bad-restart': later,
  'odd-container-name-with-replicas': effectless,
  'odd-device-without-target': lenient,
  'odd-env-file-alone': lenient,
  'odd-external-links': unsupported,
  'odd-external-with-settings': { by: 'Compose', why: 'what changes nothing is told, and stops nobody' },
  'odd-hexadecimal-port': { by: 'devenv', why: 'ports are decimal' },
  'odd-image-mount': unsupported,
  'odd-ipv6-without-brackets': { by: 'devenv', why: 'which colon ends the address is a guess' },
  'odd-key-that-is-true': lenient,
  'odd-memory-below-minimum': later,
  'odd-negative-memory': later,
  'odd-network-container': unsupported,
  'odd-no-services': { by: 'devenv', why: 'there is nothing to run' },
  'odd-number-as-hostname': lenient,
  'odd-number-as-label-key': lenient,
  'odd-number-as-signal': lenient,
  'odd-number-as-user': lenient,
  'odd-number-in-command': lenient,
  'odd-one-letter-container-name': {
    by: 'Compose',
    why: 'it is a name on the network, which may have one letter',
  },
  'odd-provider': unsupported,
  'odd-relative-mount-target': later,
  'odd-same-mount-twice': { by: 'devenv', why: 'Compose takes the last one without a word' },
  'odd-same-port-twice': later,
  'odd-shell-operators': {
    by: 'devenv',
    why: 'no shell runs the command, so they are arguments, which nobody means',
  },
  'odd-time-as-cpu-period': { by: 'Compose', why: 'the specification allows it' },
  'odd-undeclared-network': effectless,
  'odd-upper-case-image': later,
  'odd-working-dir-relative': later,
};
