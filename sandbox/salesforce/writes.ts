import { z } from 'zod'
import { collectionEndpoints } from './collections.ts'
import { compositeEndpoint } from './composite.ts'
import {
  type Answer,
  apiCall,
  bodyOf,
  dataPath,
  type Endpoint,
  param,
  type SandboxRequest,
  typeIn,
} from './endpoint.ts'
import { ApiError, apiError, notFound } from './errors.ts'
import { to18, typeOf } from './ids.ts'
import { findField } from './objects.ts'
import type { Org } from './org.ts'
import type { SObjectType } from './record.ts'
import { save } from './writer.ts'
import { deleteAll } from './writer-delete.ts'
import { namedActor, saveOptions } from './writer-headers.ts'
import type { SaveResult } from './writer-result.ts'

const Body = z.record(z.string(), z.unknown())

function statusOf(code: string): number {
  if (code === 'ENTITY_IS_DELETED' || code === 'NOT_FOUND') return 404
  return code.startsWith('INSUFFICIENT_ACCESS') ? 403 : 400
}

/** @throws ApiError where a record was not saved, with every reason. */
function refuseUnsaved({ success, errors }: SaveResult): void {
  if (success) return
  const faults = errors.map(({ statusCode, message, fields }) => ({
    message,
    errorCode: statusCode,
    fields,
  }))
  throw new ApiError(statusOf(errors[0]?.statusCode ?? ''), faults)
}

/** A body of values alone: what a path already says must not stand in it. */
function valuesOf(request: SandboxRequest, inPath: readonly string[]): Record<string, unknown> {
  const { attributes: _, ...values } = bodyOf(request, Body)
  const twice = Object.keys(values).find((name) =>
    inPath.some((other) => other.toLowerCase() === name.toLowerCase()),
  )
  if (twice === undefined) return values
  throw apiError(
    400,
    'INVALID_FIELD',
    `The ${twice} field should not be specified in the sobject data.`,
  )
}

function create(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const input = { type, fields: valuesOf(request, ['Id']) }
  const result = save(org, namedActor(request), input, saveOptions(request))
  refuseUnsaved(result)
  const { id } = result
  const headers = { Location: `${dataPath(request)}/sobjects/${type}/${id}` }
  return { status: 201, body: { id, success: true, errors: [] }, headers, written: 1 }
}

/** The id in a path, in its long form. @throws ApiError 404 for what cannot be one of this object. */
function idIn(request: SandboxRequest, type: SObjectType): string {
  const id = to18(param(request, 'id'))
  if (id !== undefined && typeOf(id) === type) return id
  throw notFound(
    `Provided external ID field does not exist or is not accessible: ${param(request, 'id')}`,
  )
}

/** In a path, an id that leads nowhere is a resource that does not exist. */
function refuseMissing(result: SaveResult): void {
  const [error] = result.errors
  if (error?.statusCode === 'INVALID_CROSS_REFERENCE_KEY' && error.fields.length === 0)
    throw notFound()
  refuseUnsaved(result)
}

function update(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const input = { type, id: idIn(request, type), fields: valuesOf(request, ['Id']) }
  refuseMissing(save(org, namedActor(request), input, saveOptions(request)))
  return { status: 204, written: 1 }
}

function remove(org: Org, request: SandboxRequest): Answer {
  const id = idIn(request, typeIn(org, request))
  const [result] = deleteAll(org, namedActor(request), [id], saveOptions(request))
  if (result) refuseMissing(result)
  return { status: 204, written: 1 }
}

function holders(org: Org, type: SObjectType, name: string, value: string): string[] {
  const rows = org.store
    .sql(
      `select id from record where type = ? and is_deleted = 0
       and lower(json_extract(fields, ?)) = lower(?) order by id limit 2000`,
    )
    .all(type, `$."${name}"`, value)
  return rows.map((row) => String(row['id']))
}

function upsert(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const field = findField(org.store, type, param(request, 'field'))
  if (!field?.externalId)
    throw notFound(
      `Provided external ID field does not exist or is not accessible: ${param(request, 'field')}`,
    )
  const value = param(request, 'value')
  const values = valuesOf(request, ['Id', field.name])
  const ids = holders(org, type, field.name, value)
  if (ids.length > 1) {
    const body = ids.map((id) => `${dataPath(request)}/sobjects/${type}/${id}`)
    return { status: 300, body }
  }
  const [id] = ids
  const input =
    id === undefined
      ? { type, fields: { ...values, [field.name]: value } }
      : { type, id, fields: values }
  const result = save(org, namedActor(request), input, saveOptions(request))
  refuseUnsaved(result)
  const { created } = result
  const body = { id: result.id, success: true, errors: [], created }
  return { status: created ? 201 : 200, body, written: 1 }
}

/** Single records, collections, and calls made of calls. */
export function writeEndpoints(org: Org): Endpoint[] {
  const endpoint = (
    method: Endpoint['method'],
    path: string,
    run: (org: Org, request: SandboxRequest) => Answer,
  ) => apiCall(method, `/sobjects/${path}`, (request) => run(org, request))
  const single = [
    endpoint('post', ':type', create),
    endpoint('patch', ':type/:id', update),
    endpoint('delete', ':type/:id', remove),
    endpoint('patch', ':type/:field/:value', upsert),
  ]
  const collections = collectionEndpoints(org)
  return [...single, ...collections, compositeEndpoint(org, [...single, ...collections])]
}
