import { relative, sep } from 'node:path';
import { isPathWithin } from '../common/path-within.ts';
import type { BindMount, Service } from '../model/workspace.ts';

/** An entry of `configurations` in VS Code's `launch.json`. */
export type AttachConfiguration = {
  /** Tells it from the entries of others; merging replaces the entry of the same name. */
  readonly name: string;
  readonly type: 'debugpy' | 'node' | 'go' | 'java';
  readonly request: 'attach';
} & Readonly<Record<string, unknown>>;

/**
 * How VS Code attaches to a service, with the directories of this machine and their paths in the container; undefined
 * where the kind of the debugger is not known. `folder` is the absolute path of the folder that VS Code has opened.
 * Source: the settings of the debuggers for Python, JavaScript, Go and Java, as their extensions document them.
 */
export function attachConfiguration(service: Service, folder: string): AttachConfiguration | undefined {
  const { debug, name } = service;
  if (debug === undefined || debug.type === 'generic') return undefined;
  const mappings = directoriesOf(service).map(({ source, target }) => ({
    localRoot: below(folder, source),
    remoteRoot: target,
  }));
  const common = { name: `devenv: ${name}`, request: 'attach' } as const;
  if (debug.type === 'debugpy') {
    return {
      ...common,
      type: 'debugpy',
      connect: { host: '127.0.0.1', port: debug.port },
      ...(mappings.length === 0 ? {} : { pathMappings: mappings }),
      justMyCode: true,
    };
  }
  if (debug.type === 'go') {
    const paths = mappings.map(({ localRoot, remoteRoot }) => ({ from: localRoot, to: remoteRoot }));
    return {
      ...common,
      type: 'go',
      mode: 'remote',
      debugAdapter: 'dlv-dap',
      host: '127.0.0.1',
      port: debug.port,
      ...(paths.length === 0 ? {} : { substitutePath: paths }),
    };
  }
  if (debug.type === 'java') {
    // It finds classes by their names; where their sources are it knows of its own projects.
    const sources = mappings.map(({ localRoot }) => localRoot);
    return {
      ...common,
      type: 'java',
      hostName: '127.0.0.1',
      port: debug.port,
      ...(sources.length === 0 ? {} : { sourcePaths: sources }),
    };
  }
  return {
    ...common,
    type: 'node',
    address: '127.0.0.1',
    port: debug.port,
    // It knows one pair only.
    ...mappings[0],
    skipFiles: ['<node_internals>/**'],
    // Attaches again after the program was started anew.
    restart: true,
    ...(debug.wait ? { continueOnAttach: true } : {}),
  };
}

/** Bind mounts that hold source, the one with the program's directory first, then the deeper ones. */
function directoriesOf({ volumes, workingDir = '/' }: Service): readonly BindMount[] {
  const rank = ({ target }: BindMount) => (isPathWithin(workingDir, target) ? 1 : 0) * 1000 + target.length;
  return volumes
    .filter((mount): mount is BindMount => mount.kind === 'bind')
    .sort((left, right) => rank(right) - rank(left));
}

/** A path as `launch.json` has it, so that it fits the checkouts of the others too. */
function below(folder: string, path: string): string {
  const way = relative(folder, path).split(sep).join('/');
  if (way.startsWith('..') || /^[A-Za-z]:/.test(way)) return path;
  const folderVariable = `\${workspaceFolder}`;
  return way === '' ? folderVariable : `${folderVariable}/${way}`;
}
