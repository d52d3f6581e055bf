import { nearest } from '../../common/nearest.ts';
import type { Build, Service } from '../../model/workspace.ts';
import type { FileSystem } from '../file-system.ts';
import { missingPath } from '../missing-path.ts';
import type { Problem } from '../problem.ts';
import type { At, Place } from '../read/reading.ts';
import { problemOf } from '../tree.ts';
import type { Rule } from './rule.ts';

/**
 * What a service mounts or is built from exists. Engines would make an empty directory, owned by root, of a misspelt
 * mount, and find the lack of a Dockerfile only after everything was sent to them.
 */
export function existingSources(files: FileSystem): Rule {
  return (workspace, at) =>
    [...workspace.services.values()].flatMap((service) => [
      ...missingMounts(service, at, files),
      ...missingBuild(service, at, files),
    ]);
}

function missingMounts(service: Service, at: At, files: FileSystem): readonly Problem[] {
  return service.volumes.flatMap((mount) => {
    if (mount.kind !== 'bind' || files.kindOf(mount.source) !== undefined) return [];
    return [missing('missing-source', mount.source, at(mount, 'source'), files)];
  });
}

function missingBuild({ build }: Service, at: At, files: FileSystem): readonly Problem[] {
  if (build === undefined) return [];
  const contextPlace = at(build, 'context');
  switch (files.kindOf(build.context)) {
    case undefined:
      return [missing('missing-context', build.context, contextPlace, files)];
    case 'file': {
      const message = `the build context ${JSON.stringify(build.context)} is a file`;
      const hint = 'name the directory that the Dockerfile copies from';
      return [placed(contextPlace, { code: 'bad-build', message, hint })];
    }
    case 'directory':
      break;
  }
  const place = at(build, 'dockerfile');
  switch (files.kindOf(build.dockerfile)) {
    case undefined:
      return [
        place.path.at(-1) === 'dockerfile'
          ? missing('missing-dockerfile', build.dockerfile, place, files)
          : placed(place, { code: 'missing-dockerfile', ...noDockerfile(build, files) }),
      ];
    case 'directory': {
      const message = `the Dockerfile ${JSON.stringify(build.dockerfile)} is a directory`;
      return [placed(place, { code: 'bad-build', message, hint: 'name the file in it' })];
    }
    case 'file':
      return [];
  }
}

/** What is said when the file that is looked for by default is not there. */
function noDockerfile({ context }: Build, files: FileSystem) {
  const [near] = nearest('Dockerfile', files.list(context));
  const other =
    near ?? files.list(context).find((name) => /^(dockerfile|containerfile)|\.dockerfile$/i.test(name));
  return {
    message: `there is no Dockerfile in ${JSON.stringify(context)}`,
    hint:
      other === undefined
        ? 'create one, or name another file with `dockerfile`'
        : `add \`dockerfile: ${other}\``,
  };
}

function missing(code: string, path: string, place: Place, files: FileSystem): Problem {
  return placed(place, { code, ...missingPath(path, files) });
}

function placed({ node, path, span }: Place, facts: Parameters<typeof problemOf>[2]): Problem {
  return problemOf(node, path, facts, span);
}
