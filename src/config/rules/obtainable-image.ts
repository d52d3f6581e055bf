import { nearest } from '../../common/nearest.ts';
import type { Service } from '../../model/workspace.ts';
import type { Problem } from '../problem.ts';
import type { At } from '../read/reading.ts';
import { schema } from '../schema.ts';
import { entryOf, type Mapping, problemOf, quote } from '../tree.ts';
import type { Rule } from './rule.ts';

/** A service has an image or the means to build one, and its pull policy can do its part with them. */
export const obtainableImage: Rule = (workspace, at): readonly Problem[] =>
  [...workspace.services.values()].flatMap((service) => {
    const { node } = at(service);
    if (node.kind !== 'mapping' || entryOf(node, 'process') !== undefined) return [];
    return entryOf(node, 'image') === undefined && entryOf(node, 'build') === undefined
      ? neither(service, node, at)
      : [...undoablePolicy(service, node, at), ...builtDigest(service, node, at)];
  });

function neither(service: Service, node: Mapping, at: At): readonly Problem[] {
  // A misspelt key is reported already, with what it was meant to be.
  const known = Object.keys(schema.definitions?.service?.properties ?? {});
  const meant = node.entries.map(({ key }) => (known.includes(key) ? undefined : nearest(key, known)[0]));
  if (['image', 'build', 'process'].some((key) => meant.includes(key))) return [];
  const { path, span } = at(service, 'name');
  const facts = {
    code: 'missing-key',
    message: `service ${quote(service.name)} has neither "image" nor "build" nor "process"`,
    hint: 'add, for example, `image: shop-api:dev` or `build: ./app`; or `process: npm run dev` for a program of this machine',
  };
  return [problemOf(node, [...path, 'image'], facts, span)];
}

function undoablePolicy(service: Service, node: Mapping, at: At): readonly Problem[] {
  const place = at(service, 'pullPolicy');
  const lacks = (key: string, message: string, hint: string): readonly Problem[] => {
    if (entryOf(node, key) !== undefined) return [];
    return [problemOf(place.node, place.path, { code: 'pull-policy', message, hint }, place.span)];
  };
  if (service.pullPolicy === 'build')
    return lacks(
      'build',
      `service ${quote(service.name)} has no "build"`,
      'add one, or write `pull_policy: always`',
    );
  if (service.pullPolicy === 'always')
    return lacks(
      'image',
      `service ${quote(service.name)} has no "image" to pull`,
      'write `pull_policy: build`',
    );
  return [];
}

/** What is built gets a name; a digest can only be found out. */
function builtDigest(service: Service, node: Mapping, at: At): readonly Problem[] {
  if (entryOf(node, 'build') === undefined || !service.image.includes('@')) return [];
  const place = at(service, 'image');
  const facts = {
    code: 'bad-image',
    message: `what is built cannot get the digest of ${quote(service.image)}`,
    hint: `write ${service.image.replace(/@.*/, '')}, or remove "build"`,
  };
  return [problemOf(place.node, place.path, facts, place.span)];
}
