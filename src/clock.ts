/** The only source of "now" outside the composition root; tests move it by hand. */
export interface Clock {
  /** The present moment. */
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
