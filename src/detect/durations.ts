/** Durations in the summaries of findings. */

/** `38 ms`, `4.2 s`. */
export const duration = (seconds: number): string =>
  seconds < 0.995 ? `${Math.max(1, Math.round(seconds * 1000))} ms` : `${seconds.toFixed(1)} s`;
