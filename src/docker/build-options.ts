import type { BuildOptions } from '../model/build.ts';

/** What few builds need, as words for buildx. Secrets without a file stand in its environment: see `secretVariables`. */
export function buildxOptions(options: BuildOptions): readonly string[] {
  const { contexts, secrets, ssh, tags, labels, network, extraHosts, pull, noCache } = options;
  return [
    ...tags.flatMap((tag) => ['--tag', tag]),
    ...Object.entries(contexts).flatMap(([name, value]) => ['--build-context', `${name}=${value}`]),
    ...secrets.flatMap(({ id, path }, index) => [
      '--secret',
      path === undefined ? `id=${id},env=${variableOf(index)}` : `id=${id},src=${path}`,
    ]),
    ...ssh.flatMap((key) => ['--ssh', key]),
    ...Object.entries(labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...(network === undefined ? [] : ['--network', network]),
    ...extraHosts.flatMap(({ name, address }) => ['--add-host', `${name}=${address}`]),
    ...(pull ? ['--pull'] : []),
    ...(noCache ? ['--no-cache'] : []),
  ];
}

/** Secrets of a build that are in no file, by the names that its words use. */
export function secretVariables(options: BuildOptions | undefined): Readonly<Record<string, string>> {
  const texts = (options?.secrets ?? []).flatMap(({ path, content = '' }, index) =>
    path === undefined ? [[variableOf(index), content] as const] : [],
  );
  return Object.fromEntries(texts);
}

function variableOf(index: number): string {
  return `GEFYRA_BUILD_SECRET_${index}`;
}

/** What of these the classic builder cannot do, as the beginning of a sentence; undefined when it can do all. */
export function needsBuildx({ isRemote, inline, contexts, secrets, ssh }: BuildOptions): string | undefined {
  if (isRemote) return 'a repository as context';
  if (inline !== undefined) return 'a Dockerfile within the file';
  if (Object.keys(contexts).length > 0) return 'additional contexts';
  if (secrets.length > 0) return 'secrets';
  return ssh.length > 0 ? 'keys of ssh' : undefined;
}

/** The rest, in the classic builder's form. */
export function classicOptions({ options }: { readonly options?: BuildOptions }) {
  if (options === undefined) return {};
  const { labels, network, extraHosts, pull, noCache } = options;
  return {
    labels: { ...labels },
    ...(network === undefined ? {} : { networkmode: network }),
    ...(extraHosts.length === 0
      ? {}
      : { extrahosts: extraHosts.map(({ name, address }) => `${name}:${address}`).join(',') }),
    ...(pull ? { pull: '1' } : {}),
    ...(noCache ? { nocache: true } : {}),
  };
}

/** A further name of an image in the parts that the engine wants. */
export function nameAndTag(reference: string): { readonly repo: string; readonly tag: string } {
  const colon = reference.lastIndexOf(':');
  if (colon <= reference.lastIndexOf('/')) return { repo: reference, tag: 'latest' };
  return { repo: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
