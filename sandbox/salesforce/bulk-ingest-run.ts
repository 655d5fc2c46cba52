import { cellValue, csvLine, csvRows } from './bulk-csv.ts'
import { addProgress, type IngestJob } from './bulk-jobs.ts'
import { addLines, type Line } from './bulk-lines.ts'
import { mayGoOn } from './bulk-turns.ts'
import { typeNamed } from './endpoint.ts'
import { findField } from './objects.ts'
import type { FieldDefinition } from './objects-field.ts'
import type { Org } from './org.ts'
import type { SObjectType } from './record.ts'
import { type Store, transaction } from './store.ts'
import { saveAll } from './writer.ts'
import type { SaveInput } from './writer-context.ts'
import { refused, type SaveResult, saveError } from './writer-result.ts'

/** So many rows are one transaction of the real service, too. */
const CHUNK = 200

interface Plan {
  readonly type: SObjectType
  readonly header: readonly string[]
  readonly fields: readonly FieldDefinition[]
  readonly rows: readonly (readonly string[])[]
}

function readUpload(store: Store, jobId: string): string {
  const row = store.sql('select csv from bulk_upload where job_id = ?').get(jobId)
  return row ? String(row['csv']) : ''
}

/** @throws Error in the words of the job's errorMessage */
function planOf({ store }: Org, job: IngestJob): Plan {
  const type = typeNamed({ store }, job.object)
  const [header = [], ...rows] = csvRows(readUpload(store, job.id), job.definition)
  const fields = header.map((name) => {
    const field = findField(store, type, name)
    if (field) return field
    throw new Error(`InvalidBatch : Field name not found : ${name}`)
  })
  return { type, header, fields, rows }
}

/** The rows of an upload that have not been worked on, with their header. */
export function unprocessedRows({ store }: Org, job: IngestJob): string {
  const [header, ...rows] = csvRows(readUpload(store, job.id), job.definition)
  if (!header) return ''
  return [header, ...rows.slice(job.processed)]
    .map((cells) => csvLine(cells, job.definition))
    .join('')
}

/** The header of a job's upload; empty where nothing can be read. */
export function uploadHeader({ store }: Org, job: IngestJob): readonly string[] {
  return csvRows(readUpload(store, job.id), job.definition, 1)[0] ?? []
}

type Reading = { readonly input: SaveInput } | { readonly refusal: SaveResult }

function none(code: string, message: string): Reading {
  return { refusal: refused([saveError(code, message)]) }
}

function idsByKey(store: Store, type: SObjectType, field: string, key: unknown): string[] {
  return store
    .sql(
      `select id from record where type = ? and is_deleted = 0
       and json_extract(fields, '$."' || ? || '"') = ?`,
    )
    .all(type, field, String(key))
    .map((row) => String(row['id']))
}

type Values = Readonly<Record<string, unknown>>

/** The values of a row by field; those that the row says nothing about are missing. */
function rowValues(plan: Plan, cells: readonly string[]): Values {
  const values: Record<string, unknown> = {}
  for (const [index, field] of plan.fields.entries()) {
    const value = cellValue(field, cells[index] ?? '')
    if (value !== undefined) values[field.name] = value
  }
  return values
}

/** A row of an upsert by an external id. */
function readUpsert(store: Store, type: SObjectType, external: string, values: Values): Reading {
  const name = findField(store, type, external)?.name ?? external
  const key = values[name] ?? null
  if (key === null) return none('MISSING_ARGUMENT', `${name} not specified`)
  const [id, second] = idsByKey(store, type, name, key)
  if (second !== undefined)
    return none(
      'DUPLICATE_EXTERNAL_ID',
      `${name}: more than one record found for external id field`,
    )
  const { Id: _own, ...fields } = values
  return { input: { type, ...(id !== undefined && { id }), fields } }
}

function readRow({ store }: Org, job: IngestJob, plan: Plan, cells: readonly string[]): Reading {
  const { operation, externalIdFieldName: external = 'Id' } = job.definition
  const { type } = plan
  const values = rowValues(plan, cells)
  if (operation === 'upsert' && external.toLowerCase() !== 'id')
    return readUpsert(store, type, external, values)
  const { Id: id, ...fields } = values
  if (typeof id === 'string' && operation !== 'insert') return { input: { type, id, fields } }
  if (operation === 'update') return none('MISSING_ARGUMENT', 'Id not specified in an update call')
  return { input: { type, fields } }
}

function errorText({ errors }: SaveResult): string {
  return errors
    .map(({ statusCode, message, fields }) => `${statusCode}:${message}:${fields.join(' ')} --`)
    .join(';')
}

function lineOf(job: IngestJob, n: number, result: SaveResult, cells: readonly string[]): Line {
  const id = result.id ?? ''
  const own = result.success ? [id, String(result.created)] : [id, errorText(result)]
  const kind = result.success ? 'success' : 'failure'
  return { n, kind, line: csvLine([...own, ...cells], job.definition) }
}

/** Saves the rows from `position` on that are one transaction; what became of them is written down with it. */
function saveChunk(org: Org, job: IngestJob, plan: Plan, position: number): void {
  const chunk = plan.rows.slice(position, position + CHUNK)
  const readings = chunk.map((cells) => readRow(org, job, plan, cells))
  const inputs = readings.flatMap((reading) => ('input' in reading ? [reading.input] : []))
  const { userId, clientName } = job
  const actor = { userId, ...(clientName !== undefined && { clientName }), isApi: true }
  const autoAssign = job.definition.assignmentRuleId ?? org.app.bulkAssigns
  transaction(org.store, () => {
    const saved = saveAll(org, actor, inputs, { autoAssign, allowSave: false })[Symbol.iterator]()
    const results = readings.map((reading) =>
      'refusal' in reading ? reading.refusal : (saved.next().value ?? refused([])),
    )
    const lines = results.map((result, index) =>
      lineOf(job, position + index, result, chunk[index] ?? []),
    )
    addLines(org.store, job.id, lines)
    const failed = results.filter(({ success }) => !success).length
    addProgress(org.store, job.id, chunk.length, failed)
    org.ledger.wrote(chunk.length - failed)
  })
}

/**
 * Works on an upload from where it was left; ends early when somebody aborts the job.
 * @throws Error in the words of the job's errorMessage
 */
export async function runIngest(org: Org, job: IngestJob): Promise<void> {
  const plan = planOf(org, job)
  for (let position = job.processed; position < plan.rows.length; position += CHUNK) {
    saveChunk(org, job, plan, position)
    if (!(await mayGoOn(org, job.id))) return
  }
}
