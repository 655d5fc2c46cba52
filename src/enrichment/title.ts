import { jobFunctionOf } from './job-function.ts'
import { seniorityOf } from './seniority.ts'
import { titlesIn } from './title-text.ts'
import type { JobFunction, Seniority } from './vocabulary.ts'

/** What a job title says; undefined where it says nothing. */
export interface TitleReading {
  readonly seniority: Seniority | undefined
  readonly jobFunction: JobFunction | undefined
}

/** Reads an English job title with its usual abbreviations, as typed. Never throws, never guesses. */
export function readTitle(typed: string): TitleReading {
  const titles = titlesIn(typed)
  const seniority = seniorityOf(titles)
  return { seniority, jobFunction: placeOf(seniority, jobFunctionOf(titles)) }
}

/** A law student has no place in a legal department; whoever is at the top of no department is an executive. */
function placeOf(
  seniority: Seniority | undefined,
  named: JobFunction | undefined,
): JobFunction | undefined {
  if (seniority === 'student') return undefined
  if (seniority === 'c_level') return named ?? 'executive'
  // "Executive Assistant, CEO" names somebody else; chiefs of staff and executive directors are directors.
  return named === 'executive' && seniority !== 'director' ? undefined : named
}
