/** What is asked of the system's C library, which Node does not offer. */
export interface Native {
  /** Error number, 0 = done. `operation`: as of flock(2). */
  readonly flock: (descriptor: number, operation: number) => number;
  /** Length of what was written to `value`; undefined when the system refuses. */
  readonly getsockopt: (
    descriptor: number,
    level: number,
    name: number,
    value: Uint8Array,
  ) => number | undefined;
}

let loading: Promise<Native | undefined> | undefined;

/**
 * The C library of this process; undefined where none is to be had, such as on a machine for which koffi has no binary.
 * Loaded when it is first needed: it takes 15 ms.
 */
export function native(): Promise<Native | undefined> {
  loading ??= load().catch(() => undefined);
  return loading;
}

/** Loads it before it is needed: then an upgrade may have taken its files away. */
export async function loadNative(): Promise<void> {
  await native();
}

async function load(): Promise<Native | undefined> {
  if (process.platform === 'win32') return undefined;
  const { default: koffi } = await import('koffi');
  // The library that Node itself runs on, whatever its name.
  const libc = koffi.load(null);
  const flock = libc.func('int flock(int fd, int operation)');
  const getsockopt = libc.func(
    'int getsockopt(int fd, int level, int name, _Out_ uint8_t *value, _Inout_ uint32_t *length)',
  );
  return {
    flock: (descriptor, operation) => (flock(descriptor, operation) === 0 ? 0 : koffi.errno()),
    getsockopt: (descriptor, level, name, value) => {
      const length = [value.length];
      return getsockopt(descriptor, level, name, value, length) === 0 ? length[0] : undefined;
    },
  };
}
