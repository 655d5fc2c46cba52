import { z } from 'zod'
import {
  type CustomField,
  customFields,
  removeCustomField,
  saveCustomField,
} from './custom-fields.ts'
import {
  type Answer,
  apiCall,
  bodyOf,
  dataPath,
  type Endpoint,
  param,
  type SandboxRequest,
} from './endpoint.ts'
import { apiError, invalidType, malformedQuery, notFound } from './errors.ts'
import { nextId, to18 } from './ids.ts'
import { findField, findType } from './objects.ts'
import { field } from './objects-field.ts'
import type { Org } from './org.ts'
import { S_OBJECT_TYPES, type SObjectType } from './record.ts'
import { readRules } from './rules.ts'
import { transaction } from './store.ts'
import { FieldMetadata, metadataAnswer, shapeOf } from './tooling-metadata.ts'
import { queryRows } from './tooling-query.ts'

const FULL_NAME = /^(\w+)\.([A-Za-z]\w*)__c$/
const DEVELOPER_NAME_MAX = 40
const COLUMNS = [
  'Id',
  'DeveloperName',
  'TableEnumOrId',
  'NamespacePrefix',
  'FullName',
  'Metadata',
  'CreatedDate',
]

const Create = z.object({ FullName: z.string(), Metadata: z.unknown() })
const Change = z.object({ Metadata: z.unknown() })

interface Placed {
  readonly type: SObjectType
  readonly field: CustomField
}

const developerName = ({ name }: CustomField) => name.replace(/__c$/, '')

function refuseUser(org: Org): void {
  if (readRules(org.store).permissions.customizeApplication) return
  throw apiError(403, 'INSUFFICIENT_ACCESS', 'insufficient access rights on object id', [])
}

function integrity(message: string, fields: readonly string[] = []) {
  return apiError(400, 'FIELD_INTEGRITY_EXCEPTION', message, fields)
}

/** @throws ApiError 400 that names the part of the definition that is wrong. */
function readMetadata(raw: unknown): FieldMetadata {
  const parsed = FieldMetadata.safeParse(raw)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') || 'Metadata'
  throw integrity(`${place}: ${issue?.message ?? 'not understood'}`, [place])
}

/** The object and name that a full name means. @throws ApiError 400 */
function readName(org: Org, fullName: string): { type: SObjectType; name: string } {
  const [, object = '', developer = ''] = FULL_NAME.exec(fullName) ?? []
  const type = findType(org.store, object)
  if (!type || developer.length > DEVELOPER_NAME_MAX || /__|_$/.test(developer))
    throw integrity(`Field name ${fullName} is invalid`, ['FullName'])
  return { type, name: `${developer}__c` }
}

function build(
  { type, name }: { type: SObjectType; name: string },
  metadata: FieldMetadata,
  own: Pick<CustomField, 'id' | 'createdAt' | 'isOpen'>,
): Placed {
  const made = shapeOf(metadata)
  return {
    type,
    field: {
      ...field(name, made.type, made.shape),
      ...own,
      custom: true,
      metadata: metadataAnswer(metadata),
    },
  }
}

/** Makes a field. Nobody sees it, not even its maker, until a permission set grants it. */
function create(org: Org, request: SandboxRequest): Answer {
  refuseUser(org)
  const { FullName, Metadata } = bodyOf(request, Create)
  const named = readName(org, FullName)
  const metadata = readMetadata(Metadata)
  if (findField(org.store, named.type, named.name)) {
    const message = `There is already a field named ${named.name.replace(/__c$/, '')} on ${named.type}.`
    throw apiError(400, 'DUPLICATE_DEVELOPER_NAME', message, ['FullName'])
  }
  const id = nextId(org.store, 'CustomField')
  const made = build(named, metadata, { id, createdAt: request.now, isOpen: false })
  saveCustomField(org.store, made.type, made.field)
  const body = { id, success: true, errors: [], warnings: [], infos: [] }
  return { status: 201, body, written: 1 }
}

function allFields({ store }: Org): Placed[] {
  return S_OBJECT_TYPES.flatMap((type) =>
    customFields(store, type).map((one) => ({ type, field: one })),
  )
}

function rowOf({ type, field: one }: Placed): Record<string, unknown> {
  return {
    Id: one.id,
    DeveloperName: developerName(one),
    TableEnumOrId: type,
    NamespacePrefix: null,
    FullName: `${type}.${one.name}`,
    Metadata: one.metadata,
    CreatedDate: new Date(one.createdAt).toISOString().replace('Z', '+0000'),
  }
}

function attributes(request: SandboxRequest, id: unknown) {
  const url = `${dataPath(request)}/tooling/sobjects/CustomField/${String(id)}`
  return { type: 'CustomField', url }
}

function query(org: Org, request: SandboxRequest): Answer {
  const soql = request.query.get('q')
  if (soql === null) throw malformedQuery('SOQL statements cannot be empty or null')
  const found = queryRows(soql, COLUMNS, allFields(org).map(rowOf))
  if (found.entity.toLowerCase() !== 'customfield') throw invalidType(found.entity)
  const records = found.rows.map((row) => ({ attributes: attributes(request, row['Id']), ...row }))
  const size = records.length
  const body = {
    size,
    totalSize: size,
    done: true,
    queryLocator: null,
    entityTypeName: 'CustomField',
    records,
  }
  return { status: 200, body }
}

/** The field with the id in a path. @throws ApiError 404 */
function placedIn(org: Org, request: SandboxRequest): Placed {
  const id = to18(param(request, 'id'))
  const found = allFields(org).find((one) => one.field.id === id)
  if (found) return found
  throw notFound()
}

function change(org: Org, request: SandboxRequest): Answer {
  refuseUser(org)
  const { type, field: old } = placedIn(org, request)
  const metadata = readMetadata(bodyOf(request, Change).Metadata)
  const { id, createdAt, isOpen } = old
  const made = build({ type, name: old.name }, metadata, { id, createdAt, isOpen })
  if (made.field.type !== old.type)
    throw integrity(`The type of ${old.name} cannot be changed`, ['Metadata'])
  saveCustomField(org.store, type, made.field)
  return { status: 204, written: 1 }
}

/** Removes a field with its values. */
function remove(org: Org, request: SandboxRequest): Answer {
  refuseUser(org)
  const { type, field: old } = placedIn(org, request)
  transaction(org.store, () => {
    removeCustomField(org.store, type, old.name)
    org.store
      .sql('update record set fields = json_remove(fields, ?) where type = ?')
      .run(`$."${old.name}"`, type)
  })
  return { status: 204, written: 1 }
}

/** Custom fields by the Tooling API. */
export function toolingEndpoints(org: Org): Endpoint[] {
  const endpoint = (
    method: Endpoint['method'],
    path: string,
    run: (org: Org, request: SandboxRequest) => Answer,
  ) => apiCall(method, `/tooling/${path}`, (request) => run(org, request))
  return [
    endpoint('get', 'query', query),
    endpoint('post', 'sobjects/CustomField', create),
    endpoint('get', 'sobjects/CustomField/:id', (_, request) => {
      const row = rowOf(placedIn(org, request))
      return { status: 200, body: { attributes: attributes(request, row['Id']), ...row } }
    }),
    endpoint('patch', 'sobjects/CustomField/:id', change),
    endpoint('delete', 'sobjects/CustomField/:id', remove),
  ]
}
