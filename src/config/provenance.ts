import { relative } from 'node:path';
import { DevenvError } from '../common/errors.ts';
import { nearest } from '../common/nearest.ts';
import { safeLine } from '../common/terminal-text.ts';
import type { Workspace } from '../model/workspace.ts';
import { withoutSecrets } from './format.ts';
import { type Path, pathText } from './problem.ts';
import { positionOf } from './source.ts';
import { type Node, nodeAt, plainValue } from './tree.ts';
import { written } from './written.ts';
import { yamlText } from './yaml-text.ts';

/** What is needed to tell where values come from. */
export interface Explainable {
  readonly workspace: Workspace;
  /** What the files come to, merged. */
  readonly root: Node;
  /** Absolute paths of the layers. */
  readonly layers: readonly string[];
}

/** How it is told. */
export interface ProvenanceOptions {
  /** Paths are shown relative to it. */
  readonly directory: string;
  /** Whether secrets are shown. */
  readonly showSecrets: boolean;
}

/**
 * Where the value at a path such as `services.app.ports[0]` comes from: each value below it with its file, line and
 * column, and those of earlier layers whose place it took. Errors: `usage` for a path that leads nowhere.
 */
export function explainValue(path: string, explained: Explainable, options: ProvenanceOptions): string {
  const steps = parsePath(path);
  const { workspace, root } = explained;
  const whole: unknown = JSON.parse(JSON.stringify(written(workspace)));
  const found = nodeAt(root, steps)?.node;
  const value = valueAt(whole, steps);
  if (found === undefined && value === undefined) throw nowhere(path, steps, whole);
  const lines =
    found === undefined ? [`${pathText(steps)}: ${shown(value, steps, options)}`, unwritten(steps)] : [];
  const walk = (node: Node, at: Path): void => {
    if (node.kind !== 'scalar' && node.replaced === undefined && !isSimpleList(node)) {
      const children =
        node.kind === 'mapping'
          ? node.entries
          : node.items.map((item, index) => ({ key: index, value: item }));
      for (const child of children) walk(child.value, [...at, child.key]);
      if (children.length === 0) lines.push(...history(node, at, explained, options));
    } else {
      lines.push(...history(node, at, explained, options), ...outside(node, at, whole, options));
    }
  };
  if (found !== undefined) walk(found, steps);
  return `${lines.map(safeLine).join('\n')}\n`;
}

/** Where a value is from that none of the files has. */
function unwritten(steps: Path): string {
  const isVariable = steps[0] === 'services' && steps[2] === 'environment' && steps.length === 4;
  return isVariable ? '  by a file of `env_file`' : '  by default';
}

/** A list of single values is one value for people, unless a later layer has taken an item's place. */
function isSimpleList(node: Node): boolean {
  return (
    node.kind === 'sequence' &&
    node.items.length > 0 &&
    node.items.every(
      (item) =>
        item.kind === 'scalar' &&
        item.replaced === undefined &&
        item.span.source.file === node.span.source.file,
    )
  );
}

function history(
  node: Node,
  at: Path,
  { layers }: Explainable,
  options: ProvenanceOptions,
): readonly string[] {
  const before = node.replaced ?? [];
  const how = before.length > 0 ? ', which counts: it comes later' : '';
  return [
    `${pathText(at)}: ${shown(textual(node), at, options)}`,
    `  ${place(node, layers, options)}${how}`,
    ...before.map((one) => `  ${place(one, layers, options)}: ${shown(textual(one), at, options)}`),
  ];
}

/** What the command line or a variable says instead of the files. */
function outside(node: Node, at: Path, whole: unknown, options: ProvenanceOptions): readonly string[] {
  if (isMine(node, at))
    return [`  that is ${shown(valueAt(whole, at), at, options)}: --as, GEFYRA_AS or else your name says so`];
  if (!['name', 'connection.context', 'connection.namespace'].includes(pathText(at))) return [];
  const value = valueAt(whole, at);
  if (value === undefined || value === plainValue(node)) return [];
  return [`  instead, an option or a variable says ${shown(value, at, options)}, which counts`];
}

function isMine(node: Node, at: Path): boolean {
  return (
    node.kind === 'scalar' && node.value === 'mine' && /\.bridges\[\d+\]\.match(\[\d+\])?$/.test(pathText(at))
  );
}

function place(node: Node, layers: readonly string[], { directory }: ProvenanceOptions): string {
  const { source, start } = node.span;
  const { line, column } = positionOf(source, start);
  const near = relative(directory, source.file);
  const where = `${near.startsWith('..') ? source.file : near}:${line}:${column}`;
  return layers.includes(source.file) ? where : `${where} (included or extended)`;
}

/** Single values as they are spelled: `1.10` is no number to those who read it. */
function textual(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value === null ? null : node.text;
    case 'sequence':
      return node.items.map(textual);
    case 'mapping':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, textual(entry.value)]));
  }
}

/** A value with its secrets masked, which its name and the names around it tell. */
function shown(value: unknown, at: Path, { showSecrets }: ProvenanceOptions): string {
  if (showSecrets) return yamlText(value);
  const nested = at.reduceRight<unknown>(
    (inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }),
    value,
  );
  const masked = withoutSecrets(nested, '');
  return yamlText(
    valueAt(
      masked,
      at.map((step) => (typeof step === 'number' ? 0 : step)),
    ),
  );
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, step) => {
    if (Array.isArray(inner)) return inner[Number(step)];
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, step)) return undefined;
    return Reflect.get(inner, step);
  }, value);
}

/** The steps of a path as problems and this command write it; what stands in brackets may be in quotes. */
function parsePath(text: string): Path {
  const steps: (string | number)[] = [];
  const step = /\.?(?:([^.[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\])/y;
  while (step.lastIndex < text.length) {
    const at = step.lastIndex;
    const match = step.exec(text);
    if (match === null) {
      throw new DevenvError({
        code: 'usage',
        message: `${JSON.stringify(text)} is no path: what is ${JSON.stringify(text.slice(at))}?`,
        hint: 'write, for example, services.app.ports[0], or services["my.app"].image',
        owner: 'user',
      });
    }
    steps.push(match[3] === undefined ? (match[1] ?? match[2] ?? '') : Number(match[3]));
  }
  return steps;
}

function nowhere(path: string, steps: Path, whole: unknown): DevenvError {
  const end = steps.findIndex((_, index) => valueAt(whole, steps.slice(0, index + 1)) === undefined);
  const parent = valueAt(whole, steps.slice(0, Math.max(0, end)));
  const names = typeof parent === 'object' && parent !== null ? Object.keys(parent) : [];
  const [near] = nearest(String(steps[end] ?? ''), names);
  const meant =
    near === undefined ? undefined : pathText([...steps.slice(0, end), near, ...steps.slice(end + 1)]);
  return new DevenvError({
    code: 'usage',
    message: `there is nothing at ${path}`,
    hint: meant === undefined ? `there is ${names.join(', ') || 'nothing below'}` : `did you mean ${meant}?`,
    owner: 'user',
  });
}
