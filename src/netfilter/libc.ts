import { createRequire } from 'node:module';

type Library = ReturnType<typeof import('koffi').load>;

let loaded: Library | undefined;

/**
 * A function of the C library that returns a number, by its prototype. The binary that calls it is loaded when the first
 * is called: an agent that takes no ports over never needs it.
 */
export function libc(prototype: string): (...values: readonly unknown[]) => number {
  let found: ReturnType<Library['func']> | undefined;
  return (...values) => {
    found ??= library().func(prototype);
    return Number(found(...values));
  };
}

function library(): Library {
  if (loaded === undefined) {
    const koffi: typeof import('koffi') = createRequire(import.meta.url)('koffi');
    loaded = koffi.load('libc.so.6');
  }
  return loaded;
}
