import type { SharedDirectory } from '../model/shared-directory.ts';

/** What can be done to the directories that a service has of its workload. */
export type FilesOperation =
  /** Read them, put them where the service finds them, and keep them current from then on. */
  | {
      readonly kind: 'bring-files';
      readonly service: string;
      readonly directories: readonly SharedDirectory[];
    }
  /** Keep those of before current no longer, and bring these. */
  | {
      readonly kind: 'replace-files';
      readonly service: string;
      readonly directories: readonly SharedDirectory[];
    }
  /** Keep them current no longer. */
  | { readonly kind: 'leave-files'; readonly service: string };
