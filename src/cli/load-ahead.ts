/**
 * Loads what a session loads only where it is needed: when it is, an upgrade or a rebuild may have taken its file away.
 * Engine, platform and terminal are not among it, which a session opens at its start.
 */
export async function loadAhead(): Promise<void> {
  await Promise.all([
    import('../common/display-width.ts'),
    import('../image/context-archive.ts'),
    import('./render/wrap-words.ts'),
  ]);
}
