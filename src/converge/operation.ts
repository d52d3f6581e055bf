import type { BridgeOperation } from '../bridges/index.ts';
import type { ConnectionOperation } from '../connection/index.ts';
import type { ContainerOperation } from '../containers/index.ts';
import type { FilesOperation } from '../files/index.ts';
import type { ForwardOperation } from '../forwards/index.ts';

/** Everything a plan can ask for. */
export type Operation =
  | ConnectionOperation
  | ContainerOperation
  | FilesOperation
  | ForwardOperation
  | BridgeOperation;
