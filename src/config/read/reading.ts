import { noEffect } from '../effectless.ts';
import type { Fault } from '../fault.ts';
import type { FileSystem } from '../file-system.ts';
import type { Room } from '../interpolate.ts';
import { countsAsEmpty } from '../judge-unset.ts';
import type { Manners } from '../manners.ts';
import type { Path, Problem, ProblemFacts } from '../problem.ts';
import type { Source, Span } from '../source.ts';
import type { TextFiles } from '../text-files.ts';
import { entryOf, type Node, partOf, problemOf } from '../tree.ts';
import type { Variables } from '../variables.ts';

/** A value of the file and its path. */
export interface Value {
  readonly node: Node;
  readonly path: Path;
}

/** Where something of the model came from. */
export interface Place extends Value {
  /** What to underline when it is wrong. */
  readonly span: Span;
}

/** Finds the place of a part of the model, or of one of its fields; used by the rules. */
export type At = (thing: object, field?: string) => Place;

/** What one reading of a file gathers besides the model itself. */
export class Reading {
  /** Directory of the project, after which it is named by default. */
  readonly directory: string;
  /** Where `~` leads. */
  readonly home: string;
  /** Name that marks the requests of whoever reads the file, where it was given; undefined = the user's name will do. */
  readonly as: string | undefined;
  /** Variables that a file may use: an included one has some of its own. */
  private readonly variablesIn: (source: Source) => Variables;
  /** Whose words a file is written in. */
  private readonly mannersIn: (source: Source) => Manners;
  /** Where the existence of files is looked up; undefined = whatever does not exist is passed over. */
  readonly files: FileSystem | undefined;
  /** The text files that were read, and more of them. */
  readonly texts: TextFiles;
  /** What the variables of env files may still become. */
  readonly room: Room;
  /** How many targets could not be read: the platform may be theirs. */
  unreadTargets = 0;
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  /** Problems within the env files that services name. */
  readonly envFileProblems: Problem[] = [];
  /** Texts of those env files with every value masked, by absolute path. */
  readonly maskedEnvFiles = new Map<string, string>();
  readonly #notes = new Map<
    string,
    {
      readonly value: Value;
      readonly key: string;
      readonly reason: string;
      span: Span | undefined;
      times: number;
    }
  >();
  private readonly places = new Map<object, Map<string, Place>>();

  constructor(
    facts: Pick<Reading, 'directory' | 'home' | 'as' | 'files' | 'texts' | 'room'> & {
      readonly variablesIn: (source: Source) => Variables;
      readonly mannersIn: (source: Source) => Manners;
    },
  ) {
    this.directory = facts.directory;
    this.home = facts.home;
    this.as = facts.as;
    this.variablesIn = facts.variablesIn;
    this.mannersIn = facts.mannersIn;
    this.files = facts.files;
    this.texts = facts.texts;
    this.room = facts.room;
  }

  /** The variables that a value may use, by the file it stands in. */
  variablesOf({ node }: Value): Variables {
    return this.variablesIn(node.span.source);
  }

  /** Notes a problem of a value, or of a part of it. */
  report(value: Value, facts: ProblemFacts, span?: Span): void {
    this.problems.push(problemOf(value.node, value.path, facts, span));
  }

  /** Notes that a value has no effect here, or not quite; each reason is told once, at its first place. */
  note(value: Value, key: string, reason: string, span?: Span): void {
    const known = this.#notes.get(`${key} ${reason}`);
    if (known === undefined) this.#notes.set(`${key} ${reason}`, { value, key, reason, span, times: 1 });
    else known.times += 1;
  }

  /** The notes so far. */
  get notes(): readonly Problem[] {
    return [...this.#notes.values()].map(({ value, key, reason, span, times }) =>
      problemOf(value.node, value.path, noEffect(key, reason, times), span),
    );
  }

  /** Takes the problems of an env file that a value names; where Compose does so, what is not set in it is empty. */
  addOfEnvFile({ node }: Value, problems: readonly Problem[]): void {
    const isCompose = this.mannersIn(node.span.source) === 'compose';
    for (const problem of problems) {
      if (isCompose && problem.code === 'unset-variable') this.warnings.push(countsAsEmpty(problem));
      else this.envFileProblems.push(problem);
    }
  }

  /** Notes something worth knowing that does not make the file wrong. */
  warn(value: Value, facts: ProblemFacts, span?: Span): void {
    this.warnings.push(problemOf(value.node, value.path, facts, span));
  }

  /** Remembers where a part of the model came from; `fields` are those whose place is narrower. */
  remember<Thing extends object>(
    thing: Thing,
    value: Value,
    fields: Readonly<Record<string, Value | Place | undefined>> = {},
  ): Thing {
    const known = new Map([['', placeOf(value)]]);
    for (const [name, field] of Object.entries(fields))
      if (field !== undefined) known.set(name, placeOf(field));
    this.places.set(thing, known);
    return thing;
  }

  /** The remembered place of a field, else of the thing itself. Errors: an `Error` for what was never remembered. */
  readonly at: At = (thing, field = '') => {
    const known = this.places.get(thing);
    const place = known?.get(field) ?? known?.get('');
    if (place === undefined) throw new Error('a part of the workspace has no place in the file');
    return place;
  };
}

/** The value of a key; undefined when the value is no mapping or has no such key. */
export function under(value: Value | undefined, key: string): Value | undefined {
  if (value === undefined || value.node.kind !== 'mapping') return undefined;
  const entry = entryOf(value.node, key);
  return entry === undefined ? undefined : { node: entry.value, path: [...value.path, key] };
}

/** The items of a list; none when the value is no list. */
export function items(value: Value | undefined): Value[] {
  if (value === undefined || value.node.kind !== 'sequence') return [];
  return value.node.items.map((node, index) => ({ node, path: [...value.path, index] }));
}

/** The entries of a mapping by name; none when the value is no mapping. */
export function entries(
  value: Value | undefined,
): (Value & { readonly key: string; readonly keySpan: Span })[] {
  if (value === undefined || value.node.kind !== 'mapping') return [];
  return value.node.entries.map(({ key, keySpan, value: node }) => ({
    key,
    keySpan,
    node,
    path: [...value.path, key],
  }));
}

/** The string a value holds; undefined when it is missing, unresolved or something else. */
export function stringIn(value: Value | undefined): string | undefined {
  const held = heldBy(value);
  return typeof held === 'string' ? held : undefined;
}

/** The text of a single value as it is spelled, whatever its type; undefined when it is missing, empty or unresolved. */
export function textIn(value: Value | undefined): string | undefined {
  const held = heldBy(value);
  return held === undefined || held === null || value?.node.kind !== 'scalar' ? undefined : value.node.text;
}

/** The whole number a value holds; undefined when it is missing, unresolved or something else. */
export function integerIn(value: Value | undefined): number | undefined {
  const held = heldBy(value);
  return typeof held === 'number' && Number.isInteger(held) ? held : undefined;
}

/** The boolean a value holds; undefined when it is missing, unresolved or something else. */
export function booleanIn(value: Value | undefined): boolean | undefined {
  const held = heldBy(value);
  return typeof held === 'boolean' ? held : undefined;
}

/** The place of a part of a text, given by offsets into it. */
export function partIn(value: Value, from: number, to: number): Span {
  return value.node.kind === 'scalar' ? partOf(value.node, from, to) : value.node.mark;
}

/** Notes what a parser found wrong in a text. */
export function reportFault(reading: Reading, value: Value, fault: Fault): void {
  const { from, to, ...facts } = fault;
  reading.report(value, facts, to > from ? partIn(value, from, to) : undefined);
}

function heldBy(value: Value | undefined): unknown {
  if (value === undefined || value.node.kind !== 'scalar' || value.node.unresolved) return undefined;
  return value.node.value;
}

function placeOf(value: Value | Place): Place {
  return 'span' in value ? value : { ...value, span: value.node.mark };
}
