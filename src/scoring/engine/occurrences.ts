import type { ScoredActivity } from '../result.ts'

/** One activity on the time line; `at` in ms since the epoch. */
export interface Moment {
  readonly at: number
  readonly activity: ScoredActivity
}

/** A moment that matched one step of a sequence. */
export interface StepMoment extends Moment {
  readonly step: number
}

/** Says whether one more occurrence counts, and remembers that it did. */
type Admit = (at: number) => boolean

export interface AtMost {
  readonly times: number
  /** Length of a period in ms; infinite when the limit is for ever. */
  readonly per: number
}

/**
 * The first occurrence opens a period; within it only the first `times` count; the first one at or after its
 * end opens the next.
 */
export function limiter({ times, per }: AtMost): Admit {
  let opened = Number.NEGATIVE_INFINITY
  let counted = 0
  return (at) => {
    if (at - opened >= per) {
      opened = at
      counted = 0
    }
    if (counted >= times) return false
    counted++
    return true
  }
}

/**
 * The moments at which `times` occurrences lay inside `within` (ms). What completes a run that counts is used
 * up; a run that does not count leaves its occurrences to the next.
 */
export function completedRuns(
  moments: readonly Moment[],
  times: number,
  within: number,
  admit: Admit,
): Moment[] {
  const completed: Moment[] = []
  let run: Moment[] = []
  for (const moment of moments) {
    run.push(moment)
    if (run.length > times) run.shift()
    const [first] = run
    if (first === undefined || run.length < times || moment.at - first.at > within) continue
    if (!admit(moment.at)) continue
    completed.push(moment)
    run = []
  }
  return completed
}

/**
 * The moments at which all steps had followed each other, each strictly later than the one before, the last
 * at most `within` (ms) after the first. For every step only the latest possible start is kept: whatever a
 * later start cannot complete in time, an earlier one cannot either.
 */
export function completedSequences(
  moments: readonly StepMoment[],
  steps: number,
  within: number,
  admit: Admit,
): Moment[] {
  const completed: Moment[] = []
  let starts: number[] = []
  for (const together of sameTime(moments)) {
    const { reached, last } = advance(together, starts, steps, within)
    starts = reached
    if (last === undefined || !admit(last.at)) continue
    completed.push(last)
    starts = []
  }
  return completed
}

/** `starts[n]` is the latest start of a run that has done steps 0..n. */
function advance(
  together: readonly StepMoment[],
  starts: readonly number[],
  steps: number,
  within: number,
): { reached: number[]; last: StepMoment | undefined } {
  const reached = [...starts]
  let last: StepMoment | undefined
  for (const moment of together) {
    const { at, step } = moment
    const start = step === 0 ? at : starts[step - 1]
    if (start === undefined || at - start > within) continue
    if (step === steps - 1) last ??= moment
    else reached[step] = Math.max(reached[step] ?? start, start)
  }
  return { reached, last }
}

/** Groups moments of the same millisecond: nobody knows which of them came first. */
function sameTime(moments: readonly StepMoment[]): StepMoment[][] {
  const groups: StepMoment[][] = []
  for (const moment of moments) {
    const group = groups.at(-1)
    if (group?.[0]?.at === moment.at) group.push(moment)
    else groups.push([moment])
  }
  return groups
}
