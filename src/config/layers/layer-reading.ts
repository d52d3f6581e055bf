import { DevenvError } from '../../common/errors.ts';
import { Effectless } from '../effectless.ts';
import type { Environment } from '../environment.ts';
import type { Room } from '../interpolate.ts';
import { interpolateTree } from '../interpolate-tree.ts';
import type { UnsetVariables } from '../judge-unset.ts';
import type { Manners } from '../manners.ts';
import { parseYaml } from '../parse.ts';
import { type Problem, type ProblemFacts, problemAt } from '../problem.ts';
import type { Source } from '../source.ts';
import { LARGE_BYTES, type TextFiles } from '../text-files.ts';
import { entryOf, type Mapping, type Node } from '../tree.ts';
import type { Variables } from '../variables.ts';
import { without } from './merge.ts';
import { MAX_VALUES, sizeOf } from './size.ts';

/** Where a layer comes from, and what holds for all that is written in it. */
export interface Origin {
  /** Variables that its values may use. */
  readonly variables: Variables;
  /** Whose words it is written in. */
  readonly manners: Manners;
  /** Directory that its paths start from. Default: its own. */
  readonly directory?: string | undefined;
  /** Absolute paths of the files that include it, the outermost first. */
  readonly includedBy: readonly string[];
}

/** A parsed file whose variables are not replaced yet. */
export interface ParsedFile {
  readonly source: Source;
  readonly root: Node;
}

/** More files than this are none that a person has put together. */
const MAX_FILES = 200;

/** What the reading of all layers shares and gathers. */
export class LayerReading {
  readonly texts: TextFiles;
  /** What the variables of all files may still become. */
  readonly room: Room;
  /** Where `~` leads. */
  readonly home: string;
  readonly problems: Problem[] = [];
  /** Keys that change nothing, which are in none of the trees. */
  readonly effectless = new Effectless();
  /** Variables that are not set and stand for nothing, file by file. */
  readonly unset: UnsetVariables[] = [];
  /** All that was read as YAML, in order; a file that is read twice is there twice. */
  readonly sources: Source[] = [];
  /** What was read, each as it is written: the trees of files, or the parts of them that others extend. */
  readonly trees: Node[] = [];
  /** Where the variables of included projects come from. */
  readonly environments: Environment[] = [];
  #isPartial = false;
  #values = 0;
  private readonly origins = new Map<Source, Origin>();

  constructor(facts: Pick<LayerReading, 'texts' | 'room' | 'home'>) {
    this.texts = facts.texts;
    this.room = facts.room;
    this.home = facts.home;
  }

  /** Whether something could not be read, so that what is missing may be there. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  /** Notes that something is missing because a variable is not set, which is told already. */
  lacksValueOf(node: Node): void {
    this.#isPartial ||= node.kind === 'scalar' && node.unresolved === true;
  }

  /** Notes a problem because of which something is missing. */
  lacks(...problems: readonly Problem[]): void {
    this.#isPartial ||= problems.length > 0;
    this.problems.push(...problems);
  }

  /** The variables that values of a source may use. Errors: an `Error` for a source that was not read here. */
  readonly variablesIn = (source: Source): Variables => this.originOf(source).variables;

  /** Whose words a source is written in. Errors: an `Error` for a source that was not read here. */
  readonly mannersIn = (source: Source): Manners => this.originOf(source).manners;

  private originOf(source: Source): Origin {
    const origin = this.origins.get(source);
    if (origin === undefined) throw new Error(`${source.file} was read by nobody`);
    return origin;
  }

  /** Why a file that is there cannot be read, in words; undefined when it can. Errors: `cancelled`. */
  async unreadable(file: string): Promise<Omit<ProblemFacts, 'code'> | undefined> {
    try {
      await this.texts.read(file, LARGE_BYTES);
      return undefined;
    } catch (error) {
      if (!(error instanceof DevenvError) || error.code === 'cancelled') throw error;
      return { message: error.message, hint: error.hint };
    }
  }

  /**
   * Reads and parses a file; undefined when it is not there, or its problems, which are noted, leave nothing. One of
   * which nothing is asked may be empty. Errors: those of `TextFiles.read`.
   */
  async parse(
    file: string,
    origin: Origin,
    emptiness: 'refused' | 'allowed',
  ): Promise<ParsedFile | undefined> {
    const text = await this.texts.read(file, LARGE_BYTES);
    if (text === undefined) return undefined;
    const { directory = text.source.directory } = origin;
    const source = { ...text.source, directory };
    this.sources.push(source);
    this.origins.set(source, origin);
    if (this.sources.length > MAX_FILES) {
      if (this.sources.length === MAX_FILES + 1) this.lacks(tooManyFiles(source));
      return undefined;
    }
    this.lacks(...text.problems);
    if (text.problems.length > 0) return undefined;
    const { root, problems } = parseYaml(source);
    this.lacks(...problems);
    if (root === undefined || isNothing(root)) {
      if (problems.length === 0 && emptiness === 'refused') this.lacks(emptyFile(source));
      return undefined;
    }
    this.#values += sizeOf(root);
    if (this.#values <= MAX_VALUES || this.sources.length === 1) return { source, root };
    this.lacks(tooManyValues(source));
    return undefined;
  }

  /** The tree of a file, or of a part of one, with its variables replaced, and without what has no effect. */
  interpolated(root: Node, origin: Origin): Node {
    const known = origin.manners === 'compose' && root.kind === 'mapping' ? without(root, 'version') : root;
    const effective = this.effectless.takenOutOf(known);
    const emptiness = origin.manners === 'compose' ? 'empty' : 'refused';
    const {
      root: tree,
      problems,
      unset,
    } = interpolateTree(effective, origin.variables, this.room, emptiness);
    this.problems.push(...problems);
    this.unset.push({ unset, variables: origin.variables });
    this.trees.push(tree);
    return tree;
  }
}

/** The mapping under a key; undefined when there is none. */
export function mappingUnder(mapping: Mapping | undefined, key: string): Mapping | undefined {
  const value = mapping === undefined ? undefined : entryOf(mapping, key)?.value;
  return value?.kind === 'mapping' ? value : undefined;
}

function isNothing(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null && !node.unresolved;
}

function emptyFile(source: Source): Problem {
  const end = source.text.trimEnd().length;
  return problemAt({ source, start: end, end }, [], {
    code: 'empty-file',
    message: end === 0 ? 'the file is empty' : 'the file holds no settings',
    hint: 'begin with a service, for example `services: {app: {image: "shop-api:dev"}}`',
  });
}

function tooManyValues(source: Source): Problem {
  return problemAt({ source, start: 0, end: 0 }, [], {
    code: 'too-many-values',
    message: `with this one, the files hold more than ${MAX_VALUES} values`,
    hint: 'include fewer files, or use fewer aliases',
  });
}

function tooManyFiles(source: Source): Problem {
  return problemAt({ source, start: 0, end: 0 }, [], {
    code: 'too-many-files',
    message: `with this one, more than ${MAX_FILES} files are included or extended`,
    hint: 'put some of them together',
  });
}
