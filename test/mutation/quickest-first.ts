import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A mutant is given up at the first test that notices it: what takes long comes last. */
export class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const slowestFirst = await super.sort(files)
    return slowestFirst.toReversed()
  }
}
