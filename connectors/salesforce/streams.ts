import { UserError } from '../../src/errors.ts'
import { S_OBJECTS, type SObject } from './fields.ts'

/** @throws UserError for a stream that Salesforce does not have */
export function objectOf(stream: string): SObject {
  const object = S_OBJECTS.find((known) => known === stream)
  if (object) return object
  throw new UserError(`Salesforce has no stream "${stream}"; known are ${S_OBJECTS.join(', ')}`)
}
