/**
 * How a program is run under a debugger, and how an editor attaches to it. Pure: what an image holds is asked of the
 * caller.
 */
export { type AttachConfiguration, attachConfiguration } from './attach-configuration.ts';
export { interpreterIn } from './interpreter.ts';
export {
  type DebuggedProgram,
  type FindScript,
  type Program,
  underDebugger,
} from './program.ts';
