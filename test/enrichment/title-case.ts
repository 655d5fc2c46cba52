import type { JobFunction, Seniority } from '../../src/enrichment/vocabulary.ts'

/** A title as typed and what it says; `-` where it must say nothing. */
export type TitleCase = readonly [
  title: string,
  seniority: Seniority | '-',
  jobFunction: JobFunction | '-',
]
