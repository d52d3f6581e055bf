// What the programs have in use, and whether it grows.
import { readdirSync, readFileSync } from 'node:fs';
import { usageIn } from '../bench/usage.mjs';

/**
 * So many samples at each end of a run are looked at: the least of them, for garbage is collected some time, and callers
 * give back the connections that they needed for a moment. What leaks stays.
 */
const SAMPLES = 5;

/** More than so much of what there was is growth, unless it is less than what a collection of garbage may leave. */
const GROWTH = { factor: 1.2, kilobytes: 8 * 1024, descriptors: 16 };

/**
 * Anonymous memory in kilobytes, and open descriptors.
 * @typedef {{ anonymous: number, descriptors: number }} Sample
 * @typedef {{ program: string, first: Sample, last: Sample }} Growth
 */

/**
 * @param {number} pid
 * @returns {Sample}
 * @throws {Error} when there is no such process
 */
export function sampleOf(pid) {
  const { anonymous } = usageIn(readFileSync(`/proc/${pid}/status`, 'utf8'), '');
  return { anonymous, descriptors: readdirSync(`/proc/${pid}/fd`).length };
}

/**
 * @param {string} program
 * @param {readonly Sample[]} samples in the order of time
 * @returns {Growth}
 */
export function growthOf(program, samples) {
  return { program, first: least(samples.slice(0, SAMPLES)), last: least(samples.slice(-SAMPLES)) };
}

/**
 * What grew, a sentence each.
 * @param {readonly Growth[]} all
 * @returns {readonly string[]}
 */
export function growing(all) {
  return all.flatMap(({ program, first, last }) => [
    ...(grew(first.anonymous, last.anonymous, GROWTH.kilobytes) ? [`${program}: its memory grew`] : []),
    ...(grew(first.descriptors, last.descriptors, GROWTH.descriptors)
      ? [`${program}: its descriptors grew`]
      : []),
  ]);
}

/**
 * @param {number} first
 * @param {number} last
 * @param {number} least
 */
function grew(first, last, least) {
  return last > Math.max(first * GROWTH.factor, first + least);
}

/** @param {readonly Sample[]} samples */
function least(samples) {
  return {
    anonymous: samples.length === 0 ? 0 : Math.min(...samples.map(({ anonymous }) => anonymous)),
    descriptors: samples.length === 0 ? 0 : Math.min(...samples.map(({ descriptors }) => descriptors)),
  };
}
