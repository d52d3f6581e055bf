import stringWidth from 'string-width';

/**
 * How many columns of a terminal a text takes: wide characters two, combining ones and escape sequences none. Loading
 * this file takes some 15 ms, for the tables of all emoji.
 */
export function displayWidth(text: string): number {
  return stringWidth(text);
}
