import { describe, expect, it } from 'vitest';
import { parseYaml } from '../../../src/config/parse.ts';
import { makeSource, spanText } from '../../../src/config/source.ts';
import { nodeAt, partOf, plainValue } from '../../../src/config/tree.ts';

function parse(text: string) {
  const { root, problems } = parseYaml(makeSource('/shop/gefyra.yaml', text));
  return {
    root,
    value: root === undefined ? undefined : plainValue(root),
    problems: problems.map(({ line, column, code }) => `${line}:${column} ${code}`),
  };
}

describe('parsing', () => {
  it('reads YAML 1.2: only true and false are booleans, and 22:22 is a string', () => {
    const { value } = parse('a: yes\nb: true\nc: 22:22\nd: 0o12\ne: ~\nf: on\n');
    expect(value).toEqual({ a: 'yes', b: true, c: '22:22', d: 10, e: null, f: 'on' });
  });

  it('resolves aliases to the last anchor before them', () => {
    expect(parse('a: &x 1\nb: *x\nc: &x 2\nd: *x\n').value).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  it('merges with explicit keys first and earlier mappings over later ones', () => {
    const text = 'x: &x {a: x, b: x, c: x}\ny: &y {b: y, d: y}\nz:\n  c: z\n  <<: [*y, *x]\n';
    expect(parse(text).value).toMatchObject({ z: { a: 'x', b: 'y', c: 'z', d: 'y' } });
  });

  it('merges mappings that merge others', () => {
    const text = 'x: &x {a: x}\ny: &y {<<: *x, b: y}\nz: {<<: *y}\n';
    expect(parse(text).value).toMatchObject({ z: { a: 'x', b: 'y' } });
  });

  it('takes keys as they are spelled', () => {
    expect(parse('8080: a\ntrue: b\n1.10: c\n').value).toEqual({ '8080': 'a', true: 'b', '1.10': 'c' });
  });

  it('keeps the spelling of numbers', () => {
    const { root } = parse('a: 1.10\nb: 0x1F\nc: 12345678901234567890\n');
    const texts = ['a', 'b', 'c'].map((key) => {
      const node = root === undefined ? undefined : nodeAt(root, [key])?.node;
      return node?.kind === 'scalar' ? node.text : undefined;
    });
    expect(texts).toEqual(['1.10', '0x1F', '12345678901234567890']);
  });

  it.each([
    ['a: 1\nb: 2\na: 3\n', ['3:1 duplicate-key']],
    ['a: {b: 1, b: 2}\n', ['1:11 duplicate-key']],
    ['a: 1\n"a": 2\n', ['2:1 duplicate-key']],
    ['a: *x\n', ['1:4 unknown-alias']],
    ['a: *x\nb: &x 1\n', ['1:4 unknown-alias']],
    ['a: &x [*x]\n', ['1:8 alias-cycle']],
    ['a: !x 1\n', ['1:4 unknown-tag']],
    ['a: !!set {b}\n', ['1:4 unknown-tag']],
    ['a: &x !y 1\n', ['1:7 unknown-tag']],
    ['a: {<<: 5}\n', ['1:9 bad-merge']],
    ['[a]: b\n', ['1:1 odd-key']],
    ['a: 1\n---\nb: 2\n', ['2:1 several-documents']],
  ])('of %j finds %j', (text, expected) => {
    expect(parse(text).problems).toEqual(expected);
  });

  it.each([
    ['a: plain text', 'text'],
    ['a: "double text"', 'text'],
    ["a: 'single text'", 'text'],
    ['a: "tab\\ttext"', 'text'],
    ['a: |\n  block\n  text', 'text'],
    ['a: >-\n  folded\n  text', 'text'],
    ['a: text-text', 'text'],
  ])('knows where a part of %j stands', (text, part) => {
    const { root } = parse(text);
    const node = root === undefined ? undefined : nodeAt(root, ['a'])?.node;
    if (node?.kind !== 'scalar') throw new Error('no scalar');
    const from = node.text.lastIndexOf(part);
    const span = partOf(node, from, from + part.length);
    expect(spanText(span)).toBe(part);
    expect(span.start).toBe(text.lastIndexOf(part));
  });
});
