import { UserError } from '../../src/errors.ts'

/** @throws UserError always: the API makes no list views, the package does */
export async function createSegments(): Promise<never> {
  throw new UserError(
    'In Salesforce the lists are list views, which come with the package (docs/salesforce.md)',
  )
}
