import type { EventEmitter } from 'node:events';
import { type ErrorFacts, errorFacts } from './errors.ts';

/**
 * Calls `tell` for each error that nobody has caught, and each rejection that nobody owns, which would otherwise end the
 * program. It goes on; a program that cannot ends itself in `tell`. Never throws, whatever `tell` does.
 */
export function onFault(tell: (fault: ErrorFacts) => void, program: EventEmitter = process): void {
  const heard = (error: unknown) => {
    try {
      tell(errorFacts(error));
    } catch {
      // An error in here would be heard here again.
    }
  };
  program.on('uncaughtException', heard);
  program.on('unhandledRejection', heard);
}

/** Survives faults as a program of the image does: each is a line of its output, and `tell` gets it for its sessions. */
export function surviveFaults(tell: (line: string) => void): void {
  onFault((fault) => {
    const line = faultLine(fault);
    console.error(`unhandled: ${line}`);
    tell(line);
  });
}

/** A fault in one line: its message, and where it came from if that is known. */
export function faultLine({ message, evidence }: ErrorFacts): string {
  const where = evidence?.[0]?.trim();
  const line = where === undefined ? message : `${message} (${where})`;
  return line.replace(/\s*\n\s*/g, ' ');
}
