import type { ErrorFacts } from '../common/errors.ts';
import type { Verb } from './plan.ts';
import type { PlaceCount } from './target-side.ts';

/** Everything the engine tells the outside. Rendered by `cli/render`; sent as it is over the control socket. */
export type Event =
  /** The plan of a pass, before anything is done. */
  | {
      readonly type: 'plan';
      /** Where the targets live, in words; absent when everything is given back. */
      readonly place?: string;
      readonly steps: readonly PlannedStep[];
    }
  /** A step started or ended. */
  | {
      readonly type: 'step';
      readonly resource: string;
      readonly verb: Verb;
      readonly state: 'started' | 'done' | 'failed' | 'undone';
      /** Milliseconds from start to end; absent while it runs. */
      readonly ms?: number;
      /** Why it failed; absent in the other states. */
      readonly error?: ErrorFacts;
    }
  /** Long work within a step or before it: an image that is pulled or built. */
  | { readonly type: 'progress'; readonly resource: string; readonly message: string }
  /** Something that lives changed by itself: a bridge rests, a connection was lost. */
  | {
      readonly type: 'state';
      readonly resource: string;
      readonly state: LiveState;
      /** Why, in words, when it is not obvious from the state. */
      readonly reason?: string;
      /** Of a bridge that is live at some of its target's places only: at how many. */
      readonly count?: PlaceCount;
    }
  | {
      readonly type: 'log';
      readonly service: string;
      readonly stream: 'stdout' | 'stderr';
      readonly line: string;
    }
  | { readonly type: 'warning'; readonly message: string; readonly hint?: string }
  | { readonly type: 'error'; readonly error: ErrorFacts }
  /** Somebody at a terminal is asked to say yes or no; without a text it is not asked any more. Told to those who attend alone. */
  | { readonly type: 'question'; readonly id: string; readonly text?: string }
  /** The session as a whole. */
  | { readonly type: 'session'; readonly state: SessionState; readonly reason?: string };

/**
 * States of bridges and connections. `resting`: the original answers; `waiting`: it does so until a debugger attaches
 * to the service, and a debugger itself when it does not answer yet; `lost`: being restored.
 */
export type LiveState = 'up' | 'live' | 'resting' | 'waiting' | 'lost' | 'running' | 'exited';

/**
 * `converging` and one of `ready`, `unchanged` and `incomplete` alternate; `stopping` and `ended` come once. `incomplete`:
 * all is there but what the reason names, which is tried again.
 */
export type SessionState = 'converging' | 'ready' | 'unchanged' | 'incomplete' | 'stopping' | 'ended';

/** A step as shown to people and programs, without its operation. */
export interface PlannedStep {
  readonly resource: string;
  readonly verb: Verb;
  readonly cause: string;
  readonly destructive: boolean;
}

/** Takes events; never throws and never waits. */
export type Reporter = (event: Event) => void;
