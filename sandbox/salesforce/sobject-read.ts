import {
  type Answer,
  apiCall,
  dataPath,
  type Endpoint,
  param,
  type SandboxRequest,
  typeIn,
} from './endpoint.ts'
import { apiError, noSuchColumn, notFound } from './errors.ts'
import { to18, typeOf } from './ids.ts'
import { fieldsOf, findField, isVisible } from './objects.ts'
import { storedSql } from './objects-value.ts'
import type { Org } from './org.ts'
import type { SObjectType } from './record.ts'
import { readRecords, seenByIds } from './soql-read.ts'
import { openScope, resolveField, type Scope } from './soql-scope.ts'
import { seenRecords } from './soql-seen.ts'

/** More matches than this are not listed. */
const MATCHES_MAX = 100

function scopeIn(org: Org, { user, now }: SandboxRequest, type: SObjectType): Scope {
  return openScope({ org, user, now, isAll: true }, type, undefined, 'r')
}

/** The fields that a caller names, or all that it sees. */
function wantedFields(scope: Scope, { query }: SandboxRequest): string[] {
  const named = query.get('fields')
  if (named !== null) return named.split(',').map((name) => name.trim())
  return fieldsOf(scope.org.store, scope.type)
    .filter((field) => isVisible(scope.org, scope.user, scope.type, field))
    .map(({ name }) => name)
}

function answerWith(scope: Scope, request: SandboxRequest, id: string): Answer {
  const columns = wantedFields(scope, request).map((name) => resolveField(scope, name))
  const [record] = seenByIds(scope, [id])
  if (!record) throw notFound()
  if (record.isDeleted) throw apiError(404, 'ENTITY_IS_DELETED', 'entity is deleted')
  const [body] = readRecords(scope, { columns, children: [] }, [id], dataPath(request))
  return { status: 200, body }
}

function readById(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const text = param(request, 'id')
  const id = to18(text)
  if (id === undefined || typeOf(id) !== type)
    throw notFound(`Provided external ID field does not exist or is not accessible: ${text}`)
  return answerWith(scopeIn(org, request, type), request, id)
}

/** The records whose external id has this value. */
function matchesOf(scope: Scope, name: string, value: string): string[] {
  const { source, condition } = seenRecords({ ...scope, isAll: false })
  const rows = scope.org.store.db
    .prepare(
      `select r.id from ${source} where ${condition}
       and cast(${storedSql('r', name)} as text) = ? collate nocase order by r.id limit ?`,
    )
    .all(value, MATCHES_MAX)
  return rows.map((row) => String(row['id']))
}

/** One match is answered, several are listed by their addresses. */
function readByExternalId(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const scope = scopeIn(org, request, type)
  const name = param(request, 'field')
  const field = findField(org.store, type, name)
  if (!field || !isVisible(org, request.user, type, field)) throw noSuchColumn(name, type)
  if (!field.externalId)
    throw notFound(`Provided external ID field does not exist or is not accessible: ${name}`)
  const [first, ...more] = matchesOf(scope, field.name, param(request, 'value'))
  if (first === undefined) throw notFound()
  if (more.length === 0) return answerWith(scope, request, first)
  const address = (id: string) => `${dataPath(request)}/sobjects/${type}/${id}`
  return { status: 300, body: [first, ...more].map(address) }
}

/** Single records, by their id or by an external one. */
export function readEndpoints(org: Org): Endpoint[] {
  const counted = (path: string, run: Endpoint['run']) =>
    apiCall('get', `/sobjects/:type/${path}`, run)
  return [
    counted(':id', (request) => readById(org, request)),
    counted(':field/:value', (request) => readByExternalId(org, request)),
  ]
}
