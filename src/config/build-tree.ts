import { type Alias, type Document, isAlias, isMap, isScalar, type ParsedNode, type YAMLMap } from 'yaml';
import { type Aliases, resolveAliases } from './aliases.ts';
import { layerTag, untagged } from './layers/tags.ts';
import type { Parsed } from './parse.ts';
import { type Path, type Problem, type ProblemFacts, problemAt } from './problem.ts';
import { lineEnd, type Source, type Span, spanText } from './source.ts';
import type { Entry, Node, Scalar } from './tree.ts';
import {
  bareTemplate,
  duplicateKey,
  MAX_ALIASED_LENGTH,
  MAX_ALIASED_VALUES,
  MAX_DEPTH,
  oddKey,
  tooManyLevels,
  tooManyValues,
  unknownAlias,
  unknownTag,
} from './tree-problems.ts';

/** Tags that only say what a value is anyway. */
const CORE_TAG = /^tag:yaml\.org,2002:(map|seq|str|int|float|bool|null)$/;

/** Where a value hangs: its path, the key it belongs to, and the alias that leads to it. */
interface Spot {
  readonly path: Path;
  readonly key?: Span | undefined;
  readonly via?: Span | undefined;
}

/** Resolves the aliases and merge keys of a document without syntax errors and gives every value its place. */
export function buildTree(document: Document.Parsed, source: Source): Parsed {
  if (document.contents === null) return { problems: [] };
  const builder = new TreeBuilder(source, document.contents);
  const root = builder.build(document.contents, { path: [] });
  // Of a tree that was left unfinished nothing else can be told.
  const unfinished = builder.problems.find(({ code }) => code === 'too-deep' || code === 'too-many-values');
  return unfinished === undefined ? { root, problems: builder.problems } : { problems: [unfinished] };
}

class TreeBuilder {
  readonly problems: Problem[] = [];
  private readonly source: Source;
  private readonly aliases: Aliases;
  /** Collections that are being built, to notice an alias inside its own value. */
  private readonly open = new Set<ParsedNode>();
  /** What stands behind aliases, every time that it does. */
  private readonly aliased = { values: 0, length: 0, isTooMuch: false };

  constructor(source: Source, contents: ParsedNode) {
    this.source = source;
    this.aliases = resolveAliases(contents, source.text);
  }

  build(node: ParsedNode, spot: Spot): Node {
    const span = this.spanOf(node);
    const via = spot.via === undefined ? {} : { via: spot.via };
    const tag = layerTag(node);
    const place = { span, mark: markOf(span, spot.key), ...via, ...(tag === undefined ? {} : { tag }) };
    const unknown: Scalar = {
      kind: 'scalar',
      value: null,
      text: '',
      quoted: false,
      unresolved: true,
      ...place,
    };
    if (spot.via !== undefined && !this.hasRoomFor(node, spot.via, spot.path)) return unknown;
    // Each alias may add as many levels as a file may have, and what follows walks the tree down to its end.
    if (this.open.size > MAX_DEPTH) {
      this.report(spot.via ?? place.mark, spot.path, tooManyLevels);
      return unknown;
    }
    if (isAlias(node)) return this.follow(node, spot) ?? unknown;
    if (tag === undefined && node.tag !== undefined && !CORE_TAG.test(node.tag)) {
      const unknownTagSpan = tagSpan(span);
      this.report(unknownTagSpan, spot.path, unknownTag(spanText(unknownTagSpan)));
      return unknown;
    }
    if (isScalar(node)) {
      const facts = scalarFacts(tag === undefined ? node : untagged(node));
      return facts === undefined ? unknown : { kind: 'scalar', ...facts, ...place };
    }
    if (isMap(node) && isTemplate(node)) {
      this.report(place.mark, spot.path, bareTemplate(spanText(span)));
      return unknown;
    }
    this.open.add(node);
    const built: Node = isMap(node)
      ? { kind: 'mapping', entries: this.entriesOf(node, spot), ...place }
      : { kind: 'sequence', items: this.itemsOf(node.items, spot), ...place };
    this.open.delete(node);
    return built;
  }

  private hasRoomFor(node: ParsedNode, via: Span, path: Path): boolean {
    const { aliased } = this;
    aliased.values += 1;
    if (isScalar(node)) aliased.length += node.range[1] - node.range[0];
    if (aliased.values <= MAX_ALIASED_VALUES && aliased.length <= MAX_ALIASED_LENGTH) return true;
    if (!aliased.isTooMuch) this.report(via, path, tooManyValues);
    aliased.isTooMuch = true;
    return false;
  }

  private itemsOf(items: readonly ParsedNode[], spot: Spot): Node[] {
    return items.map((item, index) => this.build(item, { path: [...spot.path, index], via: spot.via }));
  }

  private entriesOf(map: YAMLMap.Parsed, spot: Spot): Entry[] {
    const entries = new Map<string, Entry>();
    const merges: { value: ParsedNode; path: Path; key: Span }[] = [];
    for (const pair of map.items) {
      const keySpan = this.spanOf(pair.key);
      const key = keyText(pair.key);
      if (key === undefined) {
        const colon = this.source.text.indexOf(':', keySpan.start);
        const missing = isScalar(pair.key);
        this.report(
          missing ? { ...keySpan, start: colon, end: colon + 1 } : markOf(keySpan),
          spot.path,
          oddKey(missing),
        );
        continue;
      }
      const path = [...spot.path, key];
      const value = pair.value ?? undefined;
      if (isMergeKey(pair.key)) {
        if (value !== undefined) merges.push({ value, path, key: keySpan });
        continue;
      }
      const first = entries.get(key);
      if (first !== undefined) {
        this.report(keySpan, path, duplicateKey(key, first.keySpan));
        continue;
      }
      const built =
        value === undefined ? undefined : this.build(value, { path, key: keySpan, via: spot.via });
      entries.set(key, { key, keySpan, value: built ?? emptyAt(keySpan, spot.via) });
    }
    for (const merge of merges) this.mergeInto(entries, merge.value, merge.path, spot.via ?? merge.key);
    return [...entries.values()];
  }

  /** Adds the entries of merged mappings; keys that are there already win, as YAML wants it. */
  private mergeInto(entries: Map<string, Entry>, value: ParsedNode, path: Path, key: Span): void {
    const built = this.build(value, { path, key });
    const sources: readonly Node[] = built.kind === 'sequence' ? built.items : [built];
    for (const source of sources) {
      if (source.kind !== 'mapping') {
        if (source.kind === 'scalar' && source.unresolved) continue;
        this.report(source.via ?? source.mark, path, {
          code: 'bad-merge',
          message: 'only mappings can be merged with <<',
          hint: 'write `<<: *anchor`, or `<<: [*one, *two]`, where the anchors mark mappings',
        });
        continue;
      }
      for (const entry of source.entries) if (!entries.has(entry.key)) entries.set(entry.key, entry);
    }
  }

  private follow(alias: Alias.Parsed, spot: Spot): Node | undefined {
    const via = this.spanOf(alias);
    const target = this.aliases.targets.get(alias);
    if (target === undefined) {
      this.report(via, spot.path, unknownAlias(alias.source, this.aliases.anchors));
      return undefined;
    }
    if (this.open.has(target)) {
      this.report(via, spot.path, {
        code: 'alias-cycle',
        message: `*${alias.source} stands inside the value that it repeats`,
        hint: 'a value cannot contain itself; take the alias out',
      });
      return undefined;
    }
    return this.build(target, { path: spot.path, via });
  }

  private spanOf(node: ParsedNode): Span {
    return { source: this.source, start: node.range[0], end: node.range[1] };
  }

  private report(span: Span, path: Path, facts: ProblemFacts): void {
    this.problems.push(problemAt(span, path, facts));
  }
}

function isMergeKey(key: ParsedNode): boolean {
  return isScalar(key) && typeof key.value === 'symbol';
}

/** `{{ … }}`, which to YAML is a mapping within a mapping. */
function isTemplate(map: YAMLMap.Parsed): boolean {
  const [pair] = map.items;
  if (map.items.length !== 1 || pair === undefined || !isMap(pair.key) || pair.value !== null) return false;
  return map.flow === true && pair.key.flow === true;
}

/** The text of a key; undefined when it is a collection, an alias or empty. */
function keyText(key: ParsedNode): string | undefined {
  if (!isScalar(key) || key.value === null) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}

/** The value of a scalar; undefined when its tag makes it something that JSON has no word for. */
function scalarFacts(node: {
  value: unknown;
  source?: string;
  type?: string;
}): Pick<Scalar, 'value' | 'text' | 'quoted'> | undefined {
  const { value } = node;
  const quoted = node.type !== undefined && node.type !== 'PLAIN';
  if (value === null) return { value, text: '', quoted };
  if (typeof value === 'string') return { value, text: value, quoted };
  if (typeof value === 'number' || typeof value === 'boolean') {
    return { value, text: node.source ?? String(value), quoted };
  }
  return undefined;
}

function emptyAt(keySpan: Span, via: Span | undefined): Scalar {
  const place = {
    span: { ...keySpan, start: keySpan.end },
    mark: keySpan,
    ...(via === undefined ? {} : { via }),
  };
  return { kind: 'scalar', value: null, text: '', quoted: false, ...place };
}

/** An empty value, or one of several lines, is shown by its key; without a key by its first line. */
function markOf(span: Span, key?: Span): Span {
  const end = lineEnd(span.source, span.start);
  if (key !== undefined && (span.end <= span.start || span.end > end)) return key;
  return { ...span, end: Math.min(span.end, end) };
}

/** The tag stands before the value, perhaps with an anchor between. */
function tagSpan(value: Span): Span {
  const { source } = value;
  const start = source.text.lastIndexOf('!', value.start - 1);
  if (start < 0) return value;
  const shorthand = source.text[start - 1] === '!' ? start - 1 : start;
  const length = /^\S*/.exec(source.text.slice(shorthand))?.[0].length ?? 1;
  return { source, start: shorthand, end: shorthand + length };
}
