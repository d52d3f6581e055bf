const BLOCK = 512;

/** True when a tar archive has a file of this name at its top. */
export function hasEntry(archive: Buffer, name: string): boolean {
  for (let at = 0; at + BLOCK <= archive.length; ) {
    const header = archive.subarray(at, at + BLOCK);
    const path = header.subarray(0, 100).toString('utf8').replace(/\0.*$/s, '');
    if (path.replace(/^\.\//, '') === name) return true;
    const size = Number.parseInt(header.subarray(124, 136).toString('ascii'), 8) || 0;
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return false;
}
