/**
 * Text from outside in several lines, as it may be written to a terminal: tabs and line ends stay, every other control
 * character and whatever would be invisible or turn the direction of writing is shown, as `\x1b` or `<U+202E>`.
 */
export function safeText(text: string): string {
  return text.replace(UNSAFE, shown);
}

/** The same in one line: line ends with the blanks around them become one blank, tabs as well. */
export function safeLine(text: string): string {
  return safeText(text.replace(/\s*[\r\n\u0085\u2028\u2029]\s*/g, ' ').replaceAll('\t', ' '));
}

/**
 * Text that was made for a terminal, as it may be written there: colours stay, everything else that `safeText` shows is
 * shown. The last thing that is done with whatever is written, so that nothing is forgotten.
 */
export function withColorsOnly(text: string): string {
  return text.replace(COLOR_OR_UNSAFE, (found) => (found.startsWith('\u001b[') ? found : shown(found)));
}

/** JSON as it may be written to a terminal: what `safeText` would show stands there as `\u009b`, and means the same. */
export function safeJson(json: string): string {
  return json.replace(UNSAFE, (found) =>
    [...Array(found.length).keys()]
      .map((at) => `\\u${found.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

/** The same for YAML in which all that `safeText` would show stands between double quotes. */
export function safeYamlEscapes(yaml: string): string {
  return yaml.replace(UNSAFE, (found) => {
    const digits = (found.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
  });
}

/** Whether `safeText` would show something of it. */
export function isUnsafe(text: string): boolean {
  return text.search(UNSAFE) !== -1;
}

/** A character that is not written as it is, in a form that a person can read and search for. */
function shown(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  return code < 0x100 ? `\\x${digits.padStart(2, '0')}` : `<U+${digits.toUpperCase().padStart(4, '0')}>`;
}

/**
 * Control characters but for tab and line feed, separators of lines and paragraphs, halves of surrogate pairs, and what
 * is invisible. Selectors of how an emoji looks are visible in effect, and so is the joiner within one.
 */
const UNSAFE_PARTS = [
  String.raw`(?![\t\n])\p{Cc}`,
  String.raw`[\p{Zl}\p{Zp}\p{Cs}\ufff9-\ufffb]`,
  String.raw`(?<!\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d`,
  String.raw`\u200d(?!\p{Extended_Pictographic})`,
  String.raw`(?![\u200d\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}`,
].join('|');

const UNSAFE = new RegExp(UNSAFE_PARTS, 'gu');

/** A sequence that sets colours and weights, or an unsafe character. */
const COLOR_OR_UNSAFE = new RegExp(String.raw`\x1b\[[\d;:]*m|${UNSAFE_PARTS}`, 'gu');
