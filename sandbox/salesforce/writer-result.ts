/** Why a record was not saved, as collections and actions say it. */
export interface SaveError {
  readonly statusCode: string
  readonly message: string
  readonly fields: readonly string[]
}

/** What became of one record. `id` is undefined where it was not saved. */
export interface SaveResult {
  readonly id: string | undefined
  readonly success: boolean
  readonly created: boolean
  readonly errors: readonly SaveError[]
}

export function saveError(
  statusCode: string,
  message: string,
  fields: readonly string[] = [],
): SaveError {
  return { statusCode, message, fields }
}

export function refused(errors: readonly SaveError[]): SaveResult {
  return { id: undefined, success: false, created: false, errors }
}

export function saved(id: string, created: boolean): SaveResult {
  return { id, success: true, created, errors: [] }
}

/** A record that would have been saved, had the others been. */
export function rolledBack(id: string | undefined): SaveResult {
  const message =
    'Record rolled back because not all records were valid and the request was using AllOrNone header'
  return { ...refused([saveError('ALL_OR_NONE_OPERATION_ROLLED_BACK', message)]), id }
}

export const NOT_FOUND_ID = saveError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
export const DELETED = saveError('ENTITY_IS_DELETED', 'entity is deleted')
