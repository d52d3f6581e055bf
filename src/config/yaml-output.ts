import { Document, Scalar, visit } from 'yaml';
import { isUnsafe, safeYamlEscapes } from '../common/terminal-text.ts';

/** A value as YAML that can be written to a terminal, and means the same: what no terminal shows stands in escapes. */
export function safeYaml(value: unknown): string {
  const document = new Document(value);
  visit(document, {
    Scalar(_, scalar) {
      if (typeof scalar.value === 'string' && isUnsafe(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return safeYamlEscapes(document.toString());
}
