/** Permission bits as the file spells them, e.g. `0o1777`; undefined where there are none. */
export function octal(mode: number): string;
export function octal(mode: number | undefined): string | undefined;
export function octal(mode: number | undefined): string | undefined {
  return mode === undefined ? undefined : `0o${mode.toString(8)}`;
}
