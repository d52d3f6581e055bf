import type { FakeProgram } from '../../fakes/index.ts';

/** What containers of the contract suite run. The third word says what; see there. */
export declare const contractProgram: FakeProgram;
