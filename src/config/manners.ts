/** Whose words a file is written in: in Compose's, a variable that is not set is empty, and said to be so. */
export type Manners = 'gefyra' | 'compose';

/** Files that are Compose's by their name are read with its manners, and so is all that they refer to. */
export function mannersOf(file: string, within: Manners): Manners {
  if (within === 'compose') return 'compose';
  return /compose[^/\\]*\.ya?ml$/i.test(file) ? 'compose' : 'gefyra';
}
