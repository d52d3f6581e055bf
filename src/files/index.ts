/**
 * Directories of workloads inside services: which there are, filling them, and keeping them current. They lie in memory
 * that gateway and service share, so that nothing of them reaches a disk.
 */
export { applyFiles, type FilesContext } from './apply.ts';
export { LiveFiles } from './live-files.ts';
export type { FilesOperation } from './operation.ts';
export { planFiles } from './plan.ts';
