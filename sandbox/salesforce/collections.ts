import { z } from 'zod'
import {
  type Answer,
  apiCall,
  bodyOf,
  type Endpoint,
  type SandboxRequest,
  typeNamed,
} from './endpoint.ts'
import { apiError } from './errors.ts'
import type { Org } from './org.ts'
import { readRules } from './rules.ts'
import { saveAll } from './writer.ts'
import type { Actor, SaveInput } from './writer-context.ts'
import { deleteAll } from './writer-delete.ts'
import { openFieldBook, readFields } from './writer-fields.ts'
import { apiActor, saveOptions } from './writer-headers.ts'
import { refused, type SaveResult, saveError } from './writer-result.ts'

const RECORDS_MAX = 200
const CHUNKS_MAX = 10

const Collection = z.object({
  allOrNone: z.boolean().default(false),
  records: z.array(z.looseObject({ attributes: z.looseObject({ type: z.string() }) })),
})

/** What is wrong with a body, not with a record in it: nobody has published which of the two unknown fields are. */
const WHOLE_REQUEST = ['INVALID_FIELD', 'JSON_PARSER_ERROR']

function checkSize(count: number): void {
  if (count <= RECORDS_MAX) return
  const message = `record limit reached. cannot submit more than ${RECORDS_MAX} records into this call`
  throw apiError(400, 'EXCEEDED_ID_LIMIT', message)
}

/** Records of one type in a row are a chunk. */
function checkChunks(types: readonly string[]): void {
  const chunks = types.filter((type, index) => type !== types[index - 1]).length
  if (chunks <= CHUNKS_MAX) return
  const message = `Limit Exceeded. The request has ${chunks} chunks of types, and at most ${CHUNKS_MAX} are allowed`
  throw apiError(400, 'LIMIT_EXCEEDED', message)
}

function inputsOf(org: Org, records: z.infer<typeof Collection>['records']): SaveInput[] {
  return records.map(({ attributes, ...values }) => {
    const type = typeNamed(org, attributes.type)
    const named = Object.entries(values)
    const id = named.find(([name]) => name.toLowerCase() === 'id')?.[1]
    const fields = Object.fromEntries(named.filter(([name]) => name.toLowerCase() !== 'id'))
    return { type, fields, ...(id !== undefined && { id: String(id) }) }
  })
}

/** @throws ApiError 400 for the whole call where a record of it cannot even be read. */
function refuseUnreadable(org: Org, actor: Actor, inputs: readonly SaveInput[]): void {
  if (readRules(org.store).unknownFields === 'record') return
  const book = openFieldBook(org, actor)
  for (const { type, id, fields } of inputs) {
    const read = readFields(book, actor, type, fields, id === undefined)
    if (!('errors' in read)) continue
    const fault = read.errors.find(({ statusCode }) => WHOLE_REQUEST.includes(statusCode))
    if (fault) throw apiError(400, fault.statusCode, fault.message)
  }
}

function shown({ id, success, errors }: SaveResult): unknown {
  return id === undefined ? { success, errors } : { id, success, errors }
}

function answerOf(results: readonly SaveResult[]): Answer {
  const written = results.filter(({ success }) => success).length
  return { status: 200, body: results.map(shown), written }
}

const WITHOUT_ID = refused([saveError('MISSING_ARGUMENT', 'Id not specified in an update call')])
const WITH_ID = refused([
  saveError('INVALID_FIELD_FOR_INSERT_UPDATE', 'cannot specify Id in an insert call', ['Id']),
])

function write(org: Org, request: SandboxRequest, isNew: boolean): Answer {
  const { allOrNone, records } = bodyOf(request, Collection)
  checkSize(records.length)
  const inputs = inputsOf(org, records)
  checkChunks(inputs.map(({ type }) => type))
  const actor = apiActor(request)
  refuseUnreadable(org, actor, inputs)
  const isFit = ({ id }: SaveInput) => (id === undefined) === isNew
  const fit = inputs.filter(isFit)
  const unfit = isNew ? WITH_ID : WITHOUT_ID
  if (allOrNone && fit.length < inputs.length) return answerOf(inputs.map(() => unfit))
  const done = saveAll(org, actor, fit, { ...saveOptions(request), allOrNone })
  const results = inputs.map((input) => (isFit(input) ? (done.shift() ?? unfit) : unfit))
  return answerOf(results)
}

function remove(org: Org, request: SandboxRequest): Answer {
  const ids = (request.query.get('ids') ?? '').split(',').filter(Boolean)
  if (ids.length === 0) throw apiError(400, 'MISSING_ARGUMENT', 'ids: no records to delete')
  checkSize(ids.length)
  const allOrNone = request.query.get('allOrNone')?.toLowerCase() === 'true'
  return answerOf(deleteAll(org, apiActor(request), ids, { ...saveOptions(request), allOrNone }))
}

/** Up to 200 records in one call: answered with 200, whatever became of each. */
export function collectionEndpoints(org: Org): Endpoint[] {
  const endpoint = (method: Endpoint['method'], run: Endpoint['run']) =>
    apiCall(method, '/composite/sobjects', run)
  return [
    endpoint('post', (request) => write(org, request, true)),
    endpoint('patch', (request) => write(org, request, false)),
    endpoint('delete', (request) => remove(org, request)),
  ]
}
