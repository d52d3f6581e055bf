/** A value as it may be written in a YAML file, on one line. */
export function yamlText(value: unknown): string {
  if (Array.isArray(value)) {
    // One string in quotes puts all of them in quotes: mixed lists look like a mistake.
    const loud = value.some((item) => typeof item === 'string' && !isPlain(item));
    return `[${value.map((item) => (loud && typeof item === 'string' ? JSON.stringify(item) : yamlText(item))).join(', ')}]`;
  }
  if (value !== null && typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, under]) => `${key}: ${yamlText(under)}`)
      .join(', ')}}`;
  }
  if (typeof value !== 'string') return String(value);
  return isPlain(value) ? value : JSON.stringify(value);
}

/** Whether a string needs no quotes anywhere in YAML, and nobody would take it for something else. */
function isPlain(text: string): boolean {
  if (/^(true|false|null|yes|no|on|off|y|n|~)$|\s$/i.test(text)) return false;
  // A number with a unit is nothing but text.
  if (/^\d+[a-z]{1,2}$/.test(text)) return true;
  return /^[A-Za-z./_~][\w./~ -]*(:[\w./-]*[A-Za-z./][\w./-]*)?$/.test(text);
}
