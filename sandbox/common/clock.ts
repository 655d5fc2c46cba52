/** A sandbox's own time: real time (or a test's) plus an offset that tests move. */
export interface SandboxClock {
  now(): number
  setOffset(offsetMs: number): void
}

/** A clock that runs with `base` (milliseconds since the epoch) until it is moved. */
export function movableClock(base: () => number): SandboxClock {
  let offset = 0
  return {
    now: () => base() + offset,
    setOffset(offsetMs) {
      offset = offsetMs
    },
  }
}
