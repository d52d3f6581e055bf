import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { isUnsafe } from '../../../src/common/terminal-text.ts';
import { safeYaml } from '../../../src/config/yaml-output.ts';
import { anyText } from '../../builders/any-text.ts';

it('what the file comes to means the same as YAML, and can be written to a terminal', () => {
  const text = fc.oneof(anyText, fc.constantFrom('a\u009bb', '\u202e', 'a: \u001b[2J\nb', '\u{e0041}'));
  fc.assert(
    fc.property(fc.dictionary(text, fc.oneof(text, fc.array(text), fc.dictionary(text, text))), (value) => {
      const yaml = safeYaml(value);
      expect(isUnsafe(yaml)).toBe(false);
      expect(JSON.stringify(parse(yaml))).toBe(JSON.stringify(value));
    }),
  );
});

it('what needs no escapes is written as ever', () => {
  const value = { name: 'shop', command: ['sh', '-c', 'echo\necho'], port: '80', text: 'Grüße 👩‍💻' };
  expect(safeYaml(value)).toBe(stringify(value));
});
