/** Times of a heartbeat, milliseconds. */
export interface Pulse {
  /** Between two beats. */
  readonly intervalMs: number;
  /** After so long without a sign of the other end, whoever relies on it should stop doing so. */
  readonly silentAfterMs: number;
  /** After so long it is given up. */
  readonly deadAfterMs: number;
}

/** What a heartbeat does, and what it says about the other end. */
export interface Beating {
  /** Each interval: gives the other end a reason to make itself heard. */
  readonly beat: () => void;
  /** Nothing was heard for `silentAfterMs`. */
  readonly onSilent?: (() => void) | undefined;
  /** Something was heard again after `onSilent`. */
  readonly onHeard?: (() => void) | undefined;
  /** Nothing was heard for `deadAfterMs`; said each interval until the heart is stopped. */
  readonly onDead: () => void;
}

/** A heartbeat that runs. */
export interface Heart {
  /** To be called at any sign of the other end. */
  readonly heard: () => void;
  readonly stop: () => void;
}

/**
 * Beats, and judges the silence of another end by the time this process could have heard something: a laptop that
 * slept, or a process that did not get the processor, starts the count anew.
 */
export function startHeart(pulse: Pulse, { beat, onSilent, onHeard, onDead }: Beating): Heart {
  let heardAt = performance.now();
  let tickedAt = heardAt;
  let silent = false;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - tickedAt > 2 * pulse.intervalMs) heardAt = now;
    tickedAt = now;
    beat();
    if (now - heardAt > pulse.deadAfterMs) onDead();
    else if (!silent && now - heardAt > pulse.silentAfterMs) {
      silent = true;
      onSilent?.();
    }
  }, pulse.intervalMs);
  return {
    heard() {
      heardAt = performance.now();
      if (!silent) return;
      silent = false;
      onHeard?.();
    },
    stop: () => clearInterval(timer),
  };
}
