import { logWrite } from '../common/write-log.ts'
import { ownerByRules } from './assignment.ts'
import { countOwnerChange } from './assignment-counts.ts'
import { addHistory, recordHistory } from './history.ts'
import { to18, typeOf } from './ids.ts'
import type { Org } from './org.ts'
import type { Fields, StoredRecord } from './record.ts'
import { changeRecord, findRecord, insertRecord } from './record-table.ts'
import { checkDraft } from './writer-checks.ts'
import {
  type Actor,
  type Draft,
  openContext,
  type SaveInput,
  type SaveOptions,
  type WriteContext,
} from './writer-context.ts'
import { defaultFields, derivedFields } from './writer-derived.ts'
import { type FieldBook, openFieldBook, readFields } from './writer-fields.ts'
import {
  DELETED,
  NOT_FOUND_ID,
  refused,
  type SaveError,
  type SaveResult,
  saved,
  saveError,
} from './writer-result.ts'
import { writeTogether } from './writer-transaction.ts'

type Found = { readonly before: StoredRecord | undefined } | { readonly errors: SaveError[] }

/** The record that an input means; nothing is wrong with a new one. */
function findTarget({ org }: WriteContext, { type, id: text }: SaveInput): Found {
  if (text === undefined) return { before: undefined }
  const id = to18(text)
  if (id === undefined) return { errors: [saveError('MALFORMED_ID', `malformed id ${text}`)] }
  if (typeOf(id) !== type)
    return {
      errors: [saveError('MALFORMED_ID', `${type} ID: id value of incorrect type: ${text}`)],
    }
  const before = findRecord(org.store, type, id)
  if (!before) return { errors: [NOT_FOUND_ID] }
  return before.isDeleted ? { errors: [DELETED] } : { before }
}

function draftOf(
  { org, actor, stamps }: WriteContext,
  { type }: SaveInput,
  before: StoredRecord | undefined,
  given: Fields,
): Draft {
  const defaults = before ? {} : defaultFields(org.store, type, actor.userId)
  const own = { ...defaults, ...given }
  const whole = { ...before?.fields, ...own }
  const derived = derivedFields(org.store, type, whole, own, stamps.stampedAt)
  // An administrator may set by hand what otherwise follows.
  const changes = actor.isApi ? { ...own, ...derived } : { ...derived, ...own }
  return { type, before, changes, after: { ...before?.fields, ...changes } }
}

/** Gives a lead the owner that the assignment rules say, in the same transaction. */
function withOwner({ org, options, rules }: WriteContext, draft: Draft): Draft {
  const { autoAssign } = options
  if (draft.type !== 'Lead' || autoAssign === false) return draft
  // The id of a rule is documented for new records only.
  const ruleId = typeof autoAssign === 'string' && !draft.before ? autoAssign : undefined
  const owner = ownerByRules(org.store, rules, draft.after, ruleId)
  if (owner === undefined || owner === draft.after['OwnerId']) return draft
  countOwnerChange(org.store, 'byAutoAssign')
  const change = { OwnerId: owner }
  return {
    ...draft,
    changes: { ...draft.changes, ...change },
    after: { ...draft.after, ...change },
  }
}

function insert(context: WriteContext, { type, changes }: Draft): string {
  const { org, actor, stamps } = context
  const by = { CreatedById: actor.userId, LastModifiedById: actor.userId }
  const fields = { ...changes, ...by }
  const { id } = insertRecord(org.store, {
    type,
    fields,
    createdAt: stamps.stampedAt,
    ...(stamps.visibleAt !== undefined && { visibleAt: stamps.visibleAt }),
  })
  noteWrite(context, { type, id }, changes, Object.keys(changes))
  addHistory(context, { type, id }, { field: 'created', before: null, after: null })
  const filled = Object.entries(fields).filter(([, value]) => value !== null)
  context.tell({
    entity: type,
    changeType: 'CREATE',
    changedFields: filled.map(([name]) => name),
    values: Object.fromEntries(filled),
    id,
  })
  return id
}

/** Keeps what an app wrote; what people do in the browser is no effect of anybody's sync. */
function noteWrite(
  { org, actor }: WriteContext,
  { type, id }: Pick<StoredRecord, 'type' | 'id'>,
  values: Fields,
  changed: readonly string[],
): void {
  if (actor.isApi) logWrite(org.store, { type, id, values, changed, at: org.clock.now() })
}

/** Stamps move even where every value is as it was, as in the real org. */
function update(context: WriteContext, before: StoredRecord, { changes }: Draft): string {
  const { org, actor, stamps } = context
  const { type, id } = before
  const fields = { ...changes, LastModifiedById: actor.userId }
  changeRecord(org.store, type, id, fields, stamps)
  noteWrite(context, before, changes, Object.keys(changedValues(before.fields, changes)))
  recordHistory(context, before, before.fields, { ...before.fields, ...changes })
  const values = changedValues(before.fields, fields)
  const changedFields = [...Object.keys(values), 'LastModifiedDate']
  context.tell({ entity: type, changeType: 'UPDATE', changedFields, values, id })
  return id
}

function changedValues(before: Fields, changes: Fields): Fields {
  const differing = Object.entries(changes).filter(
    ([name, value]) => value !== (before[name] ?? null),
  )
  return Object.fromEntries(differing)
}

function saveOne(context: WriteContext, book: FieldBook, input: SaveInput): SaveResult {
  const isNew = input.id === undefined
  const read = readFields(book, context.actor, input.type, input.fields, isNew)
  if ('errors' in read) return refused(read.errors)
  const found = findTarget(context, input)
  if ('errors' in found) return refused(found.errors)
  const draft = draftOf(context, input, found.before, read.fields)
  const errors = checkDraft(context, draft)
  if (errors.length > 0) return refused(errors)
  const whole = withOwner(context, draft)
  const id = found.before ? update(context, found.before, whole) : insert(context, whole)
  return saved(id, isNew)
}

/**
 * Saves what one call writes, in one transaction and with one stamp; the results are in the order of the inputs.
 * With `allOrNone` one that fails undoes them all.
 */
export function saveAll(
  org: Org,
  actor: Actor,
  inputs: readonly SaveInput[],
  options: SaveOptions & { readonly allOrNone?: boolean },
): SaveResult[] {
  const ids = inputs.map(({ id }) => id)
  return writeTogether(org, options.allOrNone ?? false, ids, () => {
    const context = openContext(org, actor, options, inputs.length)
    const book = openFieldBook(org, actor)
    const results = inputs.map((input) => saveOne(context, book, input))
    context.tellAll()
    return results
  })
}

/** Saves one record as the real org would: with every check, history, assignment, stamp and event. */
export function save(org: Org, actor: Actor, input: SaveInput, options: SaveOptions): SaveResult {
  const [result] = saveAll(org, actor, [input], options)
  if (result) return result
  throw new Error('a record was neither saved nor refused')
}
