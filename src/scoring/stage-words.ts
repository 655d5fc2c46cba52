import type { Stage } from './result.ts'

/** Stages as sales people say them. */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  disqualified: 'disqualified',
  nurture: 'nurture',
  mql: 'MQL',
  sql: 'SQL',
}
