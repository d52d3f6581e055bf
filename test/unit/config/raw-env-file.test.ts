import { describe, expect, it } from 'vitest';
import { parseRawEnvFile } from '../../../src/config/raw-env-file.ts';
import { makeSource } from '../../../src/config/source.ts';

function parse(text: string, environment: Readonly<Record<string, string>> = {}) {
  return parseRawEnvFile(makeSource('/shop/raw.env', text), (name) => environment[name]);
}

describe('a raw env file', () => {
  it('has values as they are, with quotes, dollar signs, comment signs and blanks', () => {
    expect([...parse('A="x y"\nB=$HOME #1 \r\nC=\n  D=a=b\n').values]).toEqual([
      ['A', '"x y"'],
      ['B', '$HOME #1 '],
      ['C', ''],
      ['D', 'a=b'],
    ]);
  });

  it('skips comments and empty lines', () => {
    expect([...parse('# A=1\n\n   \n  #B=2\nC=3').values]).toEqual([['C', '3']]);
  });

  it('takes names without value from the environment, and leaves unset ones out', () => {
    expect([...parse('A\nB \n', { A: '1' }).values]).toEqual([['A', '1']]);
  });

  it('points at lines of another form', () => {
    const { problems, values } = parse('A=1\n  export B=2\n');
    expect([...values.keys()]).toEqual(['A']);
    expect(problems.map(({ line, column, length, code }) => [line, column, length, code])).toEqual([
      [2, 3, 10, 'env-file-syntax'],
    ]);
  });

  it('is shown without its values', () => {
    expect(parse('# note\nA=se cret\nB\nnot this\n').masked).toBe('# note\nA=** ****\nB\n*** ****\n');
  });
});
