import { refusalOf } from './failures.ts';

/** The answer, or undefined when what was asked about does not exist. */
export async function orMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  return await exceptFor(404, answer);
}

/** The answer, or undefined when nothing had to be done. */
export async function orUnchanged<T>(answer: Promise<T>): Promise<T | undefined> {
  return await exceptFor(304, answer);
}

async function exceptFor<T>(status: number, answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (refusalOf(error)?.status === status) return undefined;
    throw error;
  }
}
