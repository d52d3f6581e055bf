// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what is tested
import { describe, expect, it } from 'vitest';
import { parseEnvFile } from '../../../src/config/env-file.ts';
import { makeSource } from '../../../src/config/source.ts';

function parse(text: string, environment: Readonly<Record<string, string>> = {}) {
  const { values, problems, masked } = parseEnvFile(
    makeSource('/shop/.env', text),
    (name) => environment[name],
  );
  return {
    values: Object.fromEntries(values),
    problems: problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
    masked,
  };
}

describe('an env file', () => {
  it.each([
    ['KEY=value', 'value'],
    ['KEY=', ''],
    ['KEY = value', 'value'],
    ['KEY:value', 'value'],
    ['export KEY=value', 'value'],
    ['  KEY=value  ', 'value'],
    ['KEY=a=b', 'a=b'],
    ['KEY=two words', 'two words'],
    ['KEY=value # comment', 'value'],
    ['KEY=value\t# comment', 'value'],
    ['KEY=value#no-comment', 'value#no-comment'],
    ['KEY=#no-comment', '#no-comment'],
    ['KEY= # comment', ''],
    ["KEY='a # b'", 'a # b'],
    ["KEY='$NAME ${NAME} \\n'", '$NAME ${NAME} \\n'],
    ['KEY="a # b"', 'a # b'],
    ['KEY="a" # comment', 'a'],
    ['KEY="a\\nb\\t\\"c\\" \\\\"', 'a\nb\t"c" \\'],
    ['KEY="\\$NAME costs \\$5"', '$NAME costs $5'],
    ['KEY="line 1\nline 2"', 'line 1\nline 2'],
    ["KEY='line 1\n# line 2'", 'line 1\n# line 2'],
    ['KEY=$NAME', 'shop'],
    ['KEY="${NAME}-${NONE:-x}"', 'shop-x'],
    ['KEY=pa$$word', 'pa$word'],
    ['# comment\n\nKEY=value\n', 'value'],
    ['KEY=first\nKEY=second', 'second'],
    ['BEFORE=a\nKEY=${BEFORE}b', 'ab'],
    ['NAME=mine\nKEY=$NAME', 'shop'],
    ['KEY=value\r\nOTHER=x\r\n', 'value'],
    ['KEY="a"\r\nOTHER=x\r\n', 'a'],
    ['\uFEFFKEY=value', 'value'],
  ])('reads %j', (text, expected) => {
    const { values, problems } = parse(text, { NAME: 'shop' });
    expect(problems).toEqual([]);
    expect(values.KEY).toBe(expected);
  });

  it('takes a name without value from the environment, or leaves it out', () => {
    expect(parse('NAME\nexport NONE', { NAME: 'shop' }).values).toEqual({ NAME: 'shop' });
  });

  it.each([
    ['A=1\nnot a variable\nB=2', ['2:1 this line is not of the form NAME=value']],
    ['1A=x', ['1:1 this line is not of the form NAME=value']],
    ['A="open\nB=2', ['1:3 this quote is never closed']],
    ["A='open", ['1:3 this quote is never closed']],
    ['A="x" y', ['1:3 something follows the closing quote of this value']],
    ['A=x$NONE', ['1:4 the variable NONE is not set']],
    ['A="\\n${NONE}"', ['1:6 the variable NONE is not set']],
    ['A=${NONE:?say it}', ['1:3 the variable NONE needs a value: say it']],
    ['A=${NONE', ['1:3 ${ is never closed']],
  ])('finds what is wrong with %j', (text, expected) => {
    expect(parse(text).problems).toEqual(expected);
  });

  it('goes on after a line that is wrong', () => {
    expect(parse('A="x" y\nB=2\n???\nC=3').values).toEqual({ A: '', B: '2', C: '3' });
  });

  it('shows no value when it is masked, except the variable that is the problem', () => {
    const text = '# note\nA=secret\nB="two\nlines" # note\npasted secret\nC=pa$NONE\n';
    expect(parse(text).masked).toBe('# note\nA=******\nB=****\n****** # note\n****** ******\nC=**$NONE\n');
  });
});
