import { Document, Scalar, visit } from 'yaml';
import { isUnsafe, safeYamlEscapes } from '../common/terminal-text.ts';
import { UNSEEN } from './odd-characters.ts';

/** A value as YAML that can be written to a terminal, and means the same: what no terminal shows stands in escapes, and what nobody sees in quotes. */
export function safeYaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && (isUnsafe(scalar.value) || hasUnseenEdge(scalar.value)))
        scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return safeYamlEscapes(document.toString());
}

/** What begins or ends with a character that nobody sees is refused as a plain word. */
function hasUnseenEdge(text: string): boolean {
  return UNSEEN.test(text.charAt(0)) || UNSEEN.test(text.charAt(text.length - 1));
}
