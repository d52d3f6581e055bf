import { join } from 'node:path';
import { nearest } from '../../common/nearest.ts';
import { sizeText } from '../../common/regular-file.ts';
import type { Build, Service, Workspace } from '../../model/workspace.ts';
import type { FileSystem, Found } from '../file-system.ts';
import { missingPath } from '../missing-path.ts';
import type { Problem } from '../problem.ts';
import type { At, Place } from '../read/reading.ts';
import { problemOf } from '../tree.ts';

/** No Dockerfile and no list of what a build leaves out is larger. */
const BUILD_FILE_LIMIT_BYTES = 1024 ** 2;

/**
 * What a service mounts or is built from and cannot be. Builders would find the lack of a Dockerfile only after everything
 * was sent to them.
 */
export async function unfitSources(workspace: Workspace, at: At, files: FileSystem): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const service of workspace.services.values()) {
    problems.push(...(await missingMounts(service, at, files)));
    problems.push(...(await unfitBuild(service, at, files)));
  }
  return problems;
}

async function missingMounts(service: Service, at: At, files: FileSystem): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const mount of service.volumes) {
    if (mount.kind !== 'bind' || mount.makesSource || (await files.find(mount.source)) !== undefined)
      continue;
    problems.push(await missing('missing-source', mount.source, at(mount, 'source'), files));
  }
  return problems;
}

async function unfitBuild({ build }: Service, at: At, files: FileSystem): Promise<readonly Problem[]> {
  if (build === undefined || build.options?.isRemote) return [];
  const contextPlace = at(build, 'context');
  const context = await files.find(build.context);
  if (context === undefined) return [await missing('missing-context', build.context, contextPlace, files)];
  if (context.kind !== 'a directory') {
    const message = `the build context ${JSON.stringify(build.context)} is ${context.kind}`;
    const hint = 'name the directory that the Dockerfile copies from';
    return [placed(contextPlace, { code: 'bad-build', message, hint })];
  }
  if (build.options?.inline !== undefined) return unfitIgnoreFiles(build, contextPlace, files);
  const place = at(build, 'dockerfile');
  const dockerfile = await files.find(build.dockerfile);
  if (dockerfile === undefined) {
    return [
      place.path.at(-1) === 'dockerfile'
        ? await missing('missing-dockerfile', build.dockerfile, place, files)
        : placed(place, { code: 'missing-dockerfile', ...(await noDockerfile(build, files)) }),
    ];
  }
  const why = whyUnfit(dockerfile);
  if (why !== undefined) {
    const message = `the Dockerfile ${JSON.stringify(build.dockerfile)} ${why}`;
    const hint = dockerfile.kind === 'a directory' ? 'name the file in it' : 'name another file';
    return [placed(place, { code: 'bad-build', message, hint })];
  }
  return unfitIgnoreFiles(build, contextPlace, files);
}

async function unfitIgnoreFiles(build: Build, place: Place, files: FileSystem): Promise<readonly Problem[]> {
  // The one of the Dockerfile wins over that of the context.
  const ignoreFiles = [`${build.dockerfile}.dockerignore`, join(build.context, '.dockerignore')];
  for (const path of ignoreFiles) {
    const found = await files.find(path);
    const unfit = found === undefined ? undefined : whyUnfit(found);
    if (unfit === undefined) continue;
    const message = `${JSON.stringify(path)}, which a build reads, ${unfit}`;
    return [placed(place, { code: 'bad-build', message, hint: 'put a text file there, or nothing' })];
  }
  return [];
}

/** Builders wait for ever at a pipe, and never come to the end of a device. */
function whyUnfit({ kind, bytes }: Found): string | undefined {
  if (kind !== 'a file') return `is ${kind}`;
  return bytes > BUILD_FILE_LIMIT_BYTES ? `is larger than ${sizeText(BUILD_FILE_LIMIT_BYTES)}` : undefined;
}

/** What is said when the file that is looked for by default is not there. */
async function noDockerfile({ context }: Build, files: FileSystem) {
  const names = await files.list(context);
  const [near] = nearest('Dockerfile', names);
  const other = near ?? names.find((name) => /^(dockerfile|containerfile)|\.dockerfile$/i.test(name));
  return {
    message: `there is no Dockerfile in ${JSON.stringify(context)}`,
    hint:
      other === undefined
        ? 'create one, or name another file with `dockerfile`'
        : `add \`dockerfile: ${other}\``,
  };
}

async function missing(code: string, path: string, place: Place, files: FileSystem): Promise<Problem> {
  return placed(place, { code, ...(await missingPath(path, files)) });
}

function placed({ node, path, span }: Place, facts: Parameters<typeof problemOf>[2]): Problem {
  return problemOf(node, path, facts, span);
}
