import type { Org } from './org.ts'
import { transaction } from './store.ts'
import { rolledBack, type SaveResult } from './writer-result.ts'

/** Carries the results out of a transaction that must not be kept. */
class NotAllValid extends Error {
  readonly results: readonly SaveResult[]
  constructor(results: readonly SaveResult[]) {
    super('not all records were valid')
    this.results = results
  }
}

/** Runs one call's writes in one transaction; with `allOrNone` one that fails undoes them all. */
export function writeTogether(
  { store }: Pick<Org, 'store'>,
  allOrNone: boolean,
  ids: readonly (string | undefined)[],
  write: () => SaveResult[],
): SaveResult[] {
  try {
    return transaction(store, () => {
      const results = write()
      if (allOrNone && results.some(({ success }) => !success)) throw new NotAllValid(results)
      return results
    })
  } catch (error) {
    if (!(error instanceof NotAllValid)) throw error
    return error.results.map((result, index) => (result.success ? rolledBack(ids[index]) : result))
  }
}
