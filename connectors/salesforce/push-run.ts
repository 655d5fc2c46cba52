import type { CrmRateLimited } from '../../src/errors.ts'
import type { SubjectObject } from './definitions.ts'
import type { Org } from './org.ts'
import type { Provisioned } from './provision.ts'
import type { Usable } from './push-values.ts'
import type { Writing } from './writing.ts'

/** Writing records of one object: what its batches share. */
export interface Run {
  readonly org: Org
  readonly sObject: SubjectObject
  /** Our fields as far as they are known to take values. */
  usable: Usable
  /** Whether our fields have been looked after: what was sent before that may pass now. */
  isHealed: boolean
  /** Looks after our fields, once however many batches want it. @returns whether trying again makes sense */
  readonly heal: () => Promise<boolean>
  /** What an admin has to do, known after healing. */
  problems: readonly string[]
  /** Set when Salesforce wants quiet: the rest is left for later. */
  pausedBy?: CrmRateLimited
  /** Cleared when small batches fail as the big ones did. */
  halvingHelps: boolean
  /** Of whole batches. */
  refusals: number
}

/** @param heal the same for all runs of a push */
export async function createRun(
  { org, book }: Writing,
  sObject: SubjectObject,
  heal: () => Promise<Provisioned>,
): Promise<Run> {
  const usable = async (unusable: Usable['unusable']) => {
    const fields = (await book.known()).get(sObject) ?? new Map()
    return { sObject, fields, unusable }
  }
  const run: Run = {
    org,
    sObject,
    usable: await usable(new Map()),
    isHealed: false,
    heal: async () => {
      const { changed, unusable, problems } = await heal()
      run.usable = await usable(unusable.get(sObject) ?? new Map())
      run.problems = problems
      run.isHealed = true
      return changed || run.usable.unusable.size > 0
    },
    problems: [],
    halvingHelps: true,
    refusals: 0,
  }
  return run
}
