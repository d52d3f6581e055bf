import { resolve } from 'node:path';
import type { Build } from '../../model/workspace.ts';
import { quote } from '../tree.ts';
import { readAssignments } from './assignments.ts';
import { readBuildOptions } from './build-options.ts';
import type { Content } from './contents.ts';
import { expandPath } from './path.ts';
import { type Reading, stringIn, under, type Value } from './reading.ts';

/** Reads how an image is made, in either form; undefined when it is not made here, or the context is wrong. */
export function readBuild(
  value: Value | undefined,
  secrets: ReadonlyMap<string, Content>,
  reading: Reading,
): Build | undefined {
  const short = value?.node.kind === 'scalar' ? value : undefined;
  const contextPlace = short ?? under(value, 'context');
  const dockerfilePlace = under(value, 'dockerfile');
  const args = readAssignments(under(value, 'args'), 'build argument', reading).flatMap(
    ({ name, value: place, text = reading.variablesOf(place).get(name) }) =>
      text === undefined ? [] : [[name, text] as const],
  );
  const context = contextPlace === undefined ? '.' : readFilled(contextPlace, reading);
  const dockerfile = dockerfilePlace === undefined ? 'Dockerfile' : readFilled(dockerfilePlace, reading);
  const target = readFilled(under(value, 'target'), reading);
  if (value === undefined || context === undefined || dockerfile === undefined) return undefined;
  const isRemote = REPOSITORY.test(context);
  const directory = isRemote ? context : expandPath(context, contextPlace ?? value, reading);
  const options = readBuildOptions(value, isRemote, secrets, reading);
  if (dockerfilePlace !== undefined && options?.inline !== undefined) {
    const message = `${quote(dockerfile)} is not read: \`dockerfile_inline\` is the Dockerfile`;
    reading.report(dockerfilePlace, { code: 'bad-build', message, hint: 'remove one of the two' });
  }
  const build: Build = {
    context: directory,
    dockerfile: isRemote ? dockerfile : resolve(directory, dockerfile),
    target,
    args: Object.fromEntries(args),
    ...(options === undefined ? {} : { options }),
  };
  return reading.remember(build, value, {
    context: contextPlace,
    dockerfile: dockerfilePlace ?? contextPlace,
  });
}

/** Addresses that builders fetch by themselves. */
export const REPOSITORY = /^([a-z+]+:\/\/|git@|github\.com\/)/;

function readFilled(value: Value | undefined, reading: Reading): string | undefined {
  const text = stringIn(value);
  if (value === undefined || text !== '') return text;
  reading.report(value, {
    code: 'bad-build',
    message: `"${value.path.at(-1)}" is empty`,
    hint:
      value.path.at(-1) === 'build' ? 'name a directory, for example ./app' : 'remove it to use the default',
  });
  return undefined;
}
