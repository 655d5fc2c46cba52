import { duplicateErrors } from './duplicates.ts'
import { typeOf } from './ids.ts'
import { fieldsOf, findField } from './objects.ts'
import { permissionErrors } from './permission-checks.ts'
import { findRecord } from './record-table.ts'
import { automationErrors, validationErrors } from './validation.ts'
import type { Draft, WriteContext } from './writer-context.ts'
import { DELETED, NOT_FOUND_ID, type SaveError, saveError } from './writer-result.ts'

type Check = (context: WriteContext, draft: Draft) => SaveError[]

function missingErrors(
  { org }: WriteContext,
  { type, before, changes, after }: Draft,
): SaveError[] {
  const missing = fieldsOf(org.store, type)
    .filter(({ name, type: kind, nillable, createable, updateable }) => {
      if (nillable || kind === 'boolean' || !(createable || updateable)) return false
      const isMeant = before === undefined || name in changes
      return isMeant && (after[name] ?? null) === null
    })
    .map(({ name }) => name)
  if (missing.length === 0) return []
  const message = `Required fields are missing: [${missing.join(', ')}]`
  return [saveError('REQUIRED_FIELD_MISSING', message, missing)]
}

function convertedErrors({ rules }: WriteContext, { type, before }: Draft): SaveError[] {
  if (type !== 'Lead' || before?.fields['IsConverted'] !== true) return []
  if (rules.permissions.viewAndEditConvertedLeads) return []
  return [saveError('CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead')]
}

function lockErrors({ rules: { locks }, isHeld }: WriteContext, draft: Draft): SaveError[] {
  const id = draft.before?.id
  const account = String(draft.after['AccountId'] ?? '')
  const isByAccount = locks.accountIds.some((one) => one === account || one === id)
  const isById = id !== undefined && locks.ids.includes(id)
  // The draw comes first: what one row meets must not depend on other locks.
  if (!isHeld() && !isByAccount && !isById) return []
  const row = isByAccount && account !== '' ? account : (id ?? account)
  const message = `unable to obtain exclusive access to this record or 1 records: ${row}`
  return [saveError('UNABLE_TO_LOCK_ROW', message)]
}

function readOnlyErrors({ rules }: WriteContext): SaveError[] {
  if (rules.permissions.editRecords) return []
  const message = 'insufficient access rights on object id'
  return [saveError('INSUFFICIENT_ACCESS_OR_READONLY', message)]
}

function referenceError({ org }: WriteContext, name: string, id: string): SaveError | undefined {
  const type = typeOf(id)
  const record = type && findRecord(org.store, type, id)
  if (!record) return { ...NOT_FOUND_ID, fields: [name] }
  return record.isDeleted ? { ...DELETED, fields: [name] } : undefined
}

/** Every record that a new value points to must be there. */
function referenceErrors(context: WriteContext, { type, before, changes }: Draft): SaveError[] {
  const errors: SaveError[] = []
  for (const [name, value] of Object.entries(changes)) {
    if (typeof value !== 'string' || value === before?.fields[name]) continue
    if (findField(context.org.store, type, name)?.type !== 'reference') continue
    const error = referenceError(context, name, value)
    if (error) errors.push(error)
  }
  return errors
}

/** In the order in which the real API comes across them; the first that finds something ends it. */
const FOR_API: readonly Check[] = [
  missingErrors,
  convertedErrors,
  lockErrors,
  readOnlyErrors,
  referenceErrors,
  permissionErrors,
  validationErrors,
  duplicateErrors,
  automationErrors,
]
/** What stops an administrator in the browser, too. */
const FOR_ALL: readonly Check[] = [missingErrors, referenceErrors, permissionErrors]

/** Why a record cannot be saved; nothing where it can. */
export function checkDraft(context: WriteContext, draft: Draft): SaveError[] {
  for (const check of context.actor.isApi ? FOR_API : FOR_ALL) {
    const errors = check(context, draft)
    if (errors.length > 0) return errors
  }
  return []
}
