import { basename } from 'node:path';
import { nearest } from '../../common/nearest.ts';
import { realFiles } from '../file-system.ts';
import { mannersOf } from '../manners.ts';
import { meantOr } from '../meant-or.ts';
import { missingPath } from '../missing-path.ts';
import type { Path, ProblemFacts } from '../problem.ts';
import { expandPath } from '../read/path.ts';
import { stringIn, under, type Value } from '../read/reading.ts';
import { type Entry, entryOf, type Mapping, problemOf, quote } from '../tree.ts';
import { listed } from '../wording.ts';
import { type LayerReading, mappingUnder, type Origin } from './layer-reading.ts';
import { mergeLayers, without } from './merge.ts';
import { MAX_EXTENDED_VALUES, sizeOf } from './size.ts';

/** A file in which services are looked for by name. */
export interface Scope {
  /** Absolute path. */
  readonly file: string;
  /** As it is written. */
  readonly tree: Mapping;
  /** What it is merged over: a service may be found there, too. */
  readonly earlier: Mapping | undefined;
  readonly origin: Origin;
  /** Whether only those services of it count that are extended, whose variables are replaced then. */
  readonly isOther?: true;
}

/** A service that extends leads to, and those on the way to it. */
interface Step {
  readonly scope: Scope;
  readonly name: string;
}

/** Deeper than this, nobody extends. */
const MAX_STEPS = 100;

/** Whether a service of a file extends another one. */
export function hasExtends(tree: Mapping): boolean {
  const services = mappingUnder(tree, 'services')?.entries ?? [];
  return services.some(({ value }) => value.kind === 'mapping' && entryOf(value, 'extends') !== undefined);
}

/** Services over those that they extend, from the same file or another one. */
export class Extending {
  readonly #reading: LayerReading;
  readonly #found = new Map<Scope, Map<string, Promise<Mapping | undefined>>>();
  /** Those that were told, whichever service they were met from. */
  readonly #cycles = new Set<string>();
  /** How many values all services have taken over. */
  #values = 0;
  readonly #scopes = new Map<string, Promise<Scope | undefined>>();

  constructor(reading: LayerReading) {
    this.#reading = reading;
  }

  /** A file over what came before it, where each of its services is merged over the one that it extends. */
  async merged(base: Mapping | undefined, own: Mapping, scope: Scope): Promise<Mapping> {
    const services = mappingUnder(own, 'services');
    if (services === undefined) return mergeLayers(base, own);
    const found: Entry[] = [];
    for (const { key, value, keySpan } of services.entries) {
      if (value.kind !== 'mapping') continue;
      const extended = await this.#extended(value, [{ scope, name: key }]);
      if (extended !== undefined) found.push({ key, keySpan, value: extended });
    }
    const place = entryOf(own, 'services')?.keySpan ?? services.mark;
    const alone = { key: 'services', keySpan: place, value: { ...services, entries: found } };
    const extended = mergeLayers(base, { ...own, entries: [alone] });
    const entries = own.entries.map((entry) =>
      entry.value === services ? { ...entry, value: withoutExtends(services) } : entry,
    );
    return inOrder(mergeLayers(extended, { ...own, entries }), base, services);
  }

  /** What a service is merged over; undefined when it extends nothing that can be found, which is noted. */
  async #extended(service: Mapping, steps: readonly Step[]): Promise<Mapping | undefined> {
    const here = steps.at(-1);
    const node = entryOf(service, 'extends')?.value;
    if (here === undefined || node === undefined) return undefined;
    const path: Path = ['services', here.name, 'extends'];
    const value: Value = { node, path };
    const place = under(value, 'service') ?? value;
    const name = stringIn(place);
    const file = under(value, 'file');
    for (const part of file === undefined ? [place] : [place, file]) this.#reading.lacksValueOf(part.node);
    if (name === undefined || (file !== undefined && stringIn(file) === undefined)) return undefined;
    const scope = await this.#scopeOf(file, here.scope);
    if (scope === undefined) return undefined;
    const report = (facts: ProblemFacts) => {
      this.#reading.lacks(problemOf(place.node, place.path, facts));
      return undefined;
    };
    const next = { scope, name };
    const again = steps.findIndex((step) => step.name === name && step.scope.file === scope.file);
    if (again >= 0)
      return this.#isNew(steps.slice(again)) ? report(cycle([...steps.slice(again), next])) : undefined;
    if (steps.length > MAX_STEPS) return report(tooDeep);
    const found = await this.#service(next, steps);
    if (found === undefined) return report(unknownService(next, here.scope));
    const isFull = this.#values > MAX_EXTENDED_VALUES;
    this.#values += sizeOf(found);
    if (this.#values <= MAX_EXTENDED_VALUES) return found;
    return isFull ? undefined : report(tooManyValues);
  }

  #isNew(steps: readonly Step[]): boolean {
    const cycle = steps
      .map(({ scope, name }) => `${scope.file} ${name}`)
      .sort()
      .join('\n');
    if (this.#cycles.has(cycle)) return false;
    this.#cycles.add(cycle);
    return true;
  }

  /** A service with all that it extends; undefined when there is none. */
  #service(step: Step, steps: readonly Step[]): Promise<Mapping | undefined> {
    const { scope, name } = step;
    const known = this.#found.get(scope) ?? new Map<string, Promise<Mapping | undefined>>();
    this.#found.set(scope, known);
    const found = known.get(name) ?? this.#assembled(step, steps);
    known.set(name, found);
    return found;
  }

  async #assembled(step: Step, steps: readonly Step[]): Promise<Mapping | undefined> {
    const { scope, name } = step;
    const path: Path = ['services', name];
    const earlier = mappingUnder(mappingUnder(scope.earlier, 'services'), name);
    const own = this.#ownService(scope, name);
    if (own === undefined) return earlier;
    const extended = await this.#extended(own, [...steps, step]);
    const base = extended === undefined ? earlier : mergeLayers(earlier, extended, path);
    return mergeLayers(base, without(own, 'extends'), path);
  }

  #ownService({ tree, origin, isOther }: Scope, name: string): Mapping | undefined {
    const services = mappingUnder(tree, 'services');
    const entry = services && entryOf(services, name);
    if (services === undefined || entry?.value.kind !== 'mapping') return undefined;
    if (isOther !== true) return entry.value;
    const all = tree.entries.filter(({ key }) => key === 'services');
    const part = all.map((one) => ({ ...one, value: { ...services, entries: [entry] } }));
    const replaced = this.#reading.interpolated({ ...tree, entries: part }, origin);
    return mappingUnder(mappingUnder(replaced.kind === 'mapping' ? replaced : undefined, 'services'), name);
  }

  /** The file that `extends` names; undefined when it cannot be read, which is noted. */
  async #scopeOf(place: Value | undefined, here: Scope): Promise<Scope | undefined> {
    const text = stringIn(place);
    if (place === undefined || text === undefined) return here;
    const file = expandPath(text, place, this.#reading);
    if (file === here.file) return here;
    const known = this.#scopes.get(file) ?? this.#read(file, place, here);
    this.#scopes.set(file, known);
    return known;
  }

  async #read(file: string, place: Value, here: Scope): Promise<Scope | undefined> {
    const reading = this.#reading;
    const origin = { ...here.origin, directory: undefined, manners: mannersOf(file, here.origin.manners) };
    const found = await realFiles.find(file);
    const facts = found?.kind === 'a file' ? await reading.unreadable(file) : undefined;
    if (facts !== undefined) {
      reading.lacks(problemOf(place.node, place.path, { code: 'missing-file', ...facts }));
      return undefined;
    }
    if (found?.kind === 'a file') {
      const parsed = await reading.parse(file, origin, 'refused');
      if (parsed?.root.kind !== 'mapping') return undefined;
      return { file, tree: parsed.root, earlier: undefined, origin, isOther: true };
    }
    if (found === undefined) reading.texts.note(file);
    const why =
      found === undefined
        ? await missingPath(file, realFiles)
        : { message: `${JSON.stringify(file)} is ${found.kind}`, hint: 'name a file' };
    reading.lacks(problemOf(place.node, place.path, { code: 'missing-file', ...why }));
    return undefined;
  }
}

function withoutExtends(services: Mapping): Mapping {
  const entries = services.entries.map((entry) =>
    entry.value.kind === 'mapping' ? { ...entry, value: without(entry.value, 'extends') } : entry,
  );
  return { ...services, entries };
}

/** Services in the order in which the files have them, whatever was merged first. */
function inOrder(merged: Mapping, base: Mapping | undefined, own: Mapping): Mapping {
  const before = mappingUnder(base, 'services')?.entries ?? [];
  const order = [...new Set([...before, ...own.entries].map(({ key }) => key))];
  const entries = merged.entries.map((entry) => {
    if (entry.key !== 'services' || entry.value.kind !== 'mapping') return entry;
    const byName = new Map(entry.value.entries.map((one) => [one.key, one]));
    const sorted = order.flatMap((name) => byName.get(name) ?? []);
    return { ...entry, value: { ...entry.value, entries: sorted } };
  });
  return { ...merged, entries };
}

function cycle(steps: readonly Step[]): ProblemFacts {
  const isOneFile = new Set(steps.map(({ scope }) => scope.file)).size === 1;
  const names = steps.map(({ scope, name }) => (isOneFile ? name : `${name} (${basename(scope.file)})`));
  return {
    code: 'extends-cycle',
    message: `services extend each other: ${names.join(' → ')}`,
    hint: 'take one of the `extends` out',
  };
}

const tooManyValues: ProblemFacts = {
  code: 'too-many-values',
  message: `with this one, services take over more than ${MAX_EXTENDED_VALUES} values from others`,
  hint: 'extend smaller services',
};

const tooDeep: ProblemFacts = {
  code: 'too-deep',
  message: `services extend each other more than ${MAX_STEPS} levels deep`,
  hint: 'extend fewer services of services',
};

function unknownService({ scope, name }: Step, here: Scope): ProblemFacts {
  const names = [scope.tree, scope.earlier].flatMap(
    (tree) => mappingUnder(tree, 'services')?.entries.map(({ key }) => key) ?? [],
  );
  const others = [...new Set(names)];
  const [near] = nearest(name, others);
  const known = others.length === 0 ? 'there is no service' : `there is only ${listed(others, 'and')}`;
  const where = scope === here ? '' : ` in ${basename(scope.file)}`;
  return {
    code: 'unknown-service',
    message: `service ${quote(name)} does not exist${where}`,
    ...meantOr(known, near),
  };
}
