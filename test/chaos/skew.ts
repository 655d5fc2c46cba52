/**
 * Makes the clock of a process wrong: `node --import file:///…/skew.ts?ms=300000 src/main.ts`. Only the time of day is
 * shifted; timers and `performance.now()` go by another clock, as on a machine whose time was set wrongly.
 */
const offsetMs = Number(new URL(import.meta.url).searchParams.get('ms'))
const RealDate = Date

class SkewedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + offsetMs)
    // The overloads of Date take no list of unknown length.
    else super(...(given as [number]))
  }

  static override now(): number {
    return RealDate.now() + offsetMs
  }
}

Object.defineProperty(globalThis, 'Date', { value: SkewedDate, writable: true, configurable: true })
