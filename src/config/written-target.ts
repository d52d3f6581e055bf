/** The long form of a target. */
export interface WrittenTarget {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly container?: string | undefined;
}

/** The short form of a target's long one, right or wrong. Pure. */
export function writtenTarget({ kind, name, namespace, container }: WrittenTarget): string {
  const path = [kind, name, ...(container === undefined ? [] : [container])].join('/');
  return namespace === undefined ? path : `${namespace}:${path}`;
}
