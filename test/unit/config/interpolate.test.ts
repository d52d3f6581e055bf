// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are what is tested
import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../src/config/interpolate.ts';

const variables: Readonly<Record<string, string>> = {
  NAME: 'shop',
  _under: 'low',
  Mixed1: 'mix',
  EMPTY: '',
  NESTED: '$NAME ${NAME}',
};
const lookup = (name: string) => variables[name];

function failuresOf(template: string): string[] {
  return interpolate(template, lookup).failures.map(
    ({ kind, from, to }) => `${kind} ${template.slice(from, to)}`,
  );
}

describe('interpolation', () => {
  it.each([
    ['plain text', 'plain text'],
    ['', ''],
    ['$NAME', 'shop'],
    ['${NAME}', 'shop'],
    ['a-$NAME-b', 'a-shop-b'],
    ['$NAME$NAME', 'shopshop'],
    ['$NAME.dev', 'shop.dev'],
    ['${_under}${Mixed1}', 'lowmix'],
    ['[$EMPTY]', '[]'],
    // A dollar sign that begins nothing.
    ['$', '$'],
    ['5$', '5$'],
    ['$5', '$5'],
    ['$(date)', '$(date)'],
    ['a $ b', 'a $ b'],
    // Escapes.
    ['$$', '$'],
    ['$$NAME', '$NAME'],
    ['$${NAME}', '${NAME}'],
    ['$$$NAME', '$shop'],
    ['$$$$', '$$'],
    // Defaults.
    ['${NONE:-x}', 'x'],
    ['${NONE-x}', 'x'],
    ['${EMPTY:-x}', 'x'],
    ['${EMPTY-x}', ''],
    ['${NAME:-x}', 'shop'],
    ['${NAME-x}', 'shop'],
    ['${NONE:-}', ''],
    ['${NONE-}', ''],
    ['${NONE:-a b:c?d+e}', 'a b:c?d+e'],
    // Demands that are met.
    ['${NAME:?needed}', 'shop'],
    ['${NAME?needed}', 'shop'],
    ['${EMPTY?needed}', ''],
    // Replacements.
    ['${NAME:+x}', 'x'],
    ['${NAME+x}', 'x'],
    ['${EMPTY:+x}', ''],
    ['${EMPTY+x}', 'x'],
    ['${NONE:+x}', ''],
    ['${NONE+x}', ''],
    // Words within words.
    ['${NONE:-${NAME}}', 'shop'],
    ['${NONE:-${EMPTY:-x}}', 'x'],
    ['${NONE:-${NONE2:-${NONE3:-deep}}}', 'deep'],
    ['${NONE:-$NAME-$$}', 'shop-$'],
    ['${NAME:+${NAME}!}', 'shop!'],
    ['${NONE:-{"a": {}}}', '{"a": {}}'],
    ['${NONE:-a}}', 'a}'],
    // Values are never interpolated again.
    ['$NESTED', '$NAME ${NAME}'],
    ['${NONE:-$NESTED}', '$NAME ${NAME}'],
    // Words that are not used are not looked at.
    ['${NAME:-$NONE}', 'shop'],
    ['${NAME:?$NONE}', 'shop'],
    ['${NONE:+$NONE}', ''],
  ])('turns %j into %j', (template, expected) => {
    expect(interpolate(template, lookup)).toEqual({ text: expected, failures: [] });
  });

  it.each([
    ['$NONE', ['unset $NONE']],
    ['a ${NONE} b $NONE2', ['unset ${NONE}', 'unset $NONE2']],
    ['${NONE:-$NONE2}', ['unset $NONE2']],
    ['${NAME:+${NONE}}', ['unset ${NONE}']],
    ['${NONE:?}', ['required ${NONE:?}']],
    ['${EMPTY:?why}', ['required ${EMPTY:?why}']],
    ['${NONE?why}', ['required ${NONE?why}']],
    ['${NAME', ['malformed ${NAME']],
    ['a ${', ['malformed ${']],
    ['${}', ['malformed ${}']],
    ['${ NAME }', ['malformed ${ NAME }']],
    ['${1A}', ['malformed ${1A}']],
    ['${NAME/a/b}', ['malformed ${NAME/a/b}']],
    ['${NAME:5}', ['malformed ${NAME:5}']],
    ['${NAME^^}', ['malformed ${NAME^^}']],
    ['${NONE:-{}', ['malformed ${NONE:-{}']],
  ])('finds the failures of %j', (template, expected) => {
    expect(failuresOf(template)).toEqual(expected);
  });

  it('gives the interpolated message of a demand', () => {
    const [failure] = interpolate('${NONE:?set it for $NAME}', lookup).failures;
    expect(failure).toMatchObject({ kind: 'required', name: 'NONE', message: 'set it for shop' });
  });
});
