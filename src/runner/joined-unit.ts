const JOINED = 'container:';

/** Id of the unit whose network namespace one of this `networkMode` has joined; undefined = it has joined none. */
export function joinedUnit(networkMode: string): string | undefined {
  return networkMode.startsWith(JOINED) ? networkMode.slice(JOINED.length) : undefined;
}
