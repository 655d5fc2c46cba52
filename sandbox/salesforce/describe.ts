import { describeField } from './describe-field.ts'
import {
  type Answer,
  apiCall,
  dataPath,
  type Endpoint,
  NEWEST_VERSION,
  OLDEST_VERSION,
  type SandboxRequest,
  typeIn,
} from './endpoint.ts'
import { KEY_PREFIX } from './ids.ts'
import { fieldAccess, fieldsOf, hasObject, isHistoryType } from './objects.ts'
import { childRelationships } from './objects-children.ts'
import type { Org } from './org.ts'
import { S_OBJECT_TYPES, type SObjectType } from './record.ts'

const SEASONS = ['Winter', 'Spring', 'Summer']
/** Version 68 is of Winter '27; three come every year. */
const WINTER_27 = 68

function seasonOf(version: number): string {
  const steps = version - WINTER_27
  const season = SEASONS[((steps % 3) + 3) % 3] ?? ''
  return `${season} '${String(27 + Math.floor(steps / 3)).padStart(2, '0')}`
}

function versions(): Answer {
  const numbers = Array.from(
    { length: NEWEST_VERSION - OLDEST_VERSION + 1 },
    (_, index) => OLDEST_VERSION + index,
  )
  const body = numbers.map((number) => ({
    label: seasonOf(number),
    url: `/services/data/v${number}.0`,
    version: `${number}.0`,
  }))
  return { status: 200, body }
}

const RESOURCES = [
  'sobjects',
  'query',
  'queryAll',
  'limits',
  'composite',
  'tooling',
  'jobs',
  'actions',
]

function resources(request: SandboxRequest): Answer {
  const path = dataPath(request)
  return {
    status: 200,
    body: Object.fromEntries(RESOURCES.map((name) => [name, `${path}/${name}`])),
  }
}

function summary(type: SObjectType, path: string) {
  const isHistory = isHistoryType(type)
  const url = `${path}/sobjects/${type}`
  return {
    name: type,
    label: type.replaceAll(/([a-z])([A-Z])/g, '$1 $2'),
    labelPlural: `${type.replaceAll(/([a-z])([A-Z])/g, '$1 $2')}s`,
    keyPrefix: KEY_PREFIX[type],
    custom: false,
    createable: !isHistory,
    updateable: !isHistory,
    deletable: !isHistory,
    undeletable: !isHistory,
    queryable: true,
    retrieveable: true,
    replicateable: true,
    searchable: !isHistory,
    triggerable: !isHistory,
    layoutable: !isHistory,
    mergeable: type === 'Lead' || type === 'Contact' || type === 'Account',
    deprecatedAndHidden: false,
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}` },
  }
}

function describeGlobal({ store }: Org, request: SandboxRequest): Answer {
  const sobjects = S_OBJECT_TYPES.filter((type) => hasObject(store, type)).map((type) =>
    summary(type, dataPath(request)),
  )
  return { status: 200, body: { encoding: 'UTF-8', maxBatchSize: 200, sobjects } }
}

/** Fields that nobody granted to the caller are as if they did not exist. */
function describeObject(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const fields = fieldsOf(org.store, type).flatMap((field) => {
    const access = fieldAccess(org, request.user, type, field)
    return access === 'none' ? [] : [describeField(field, access)]
  })
  const children = childRelationships(type).map((child) => ({
    childSObject: child.type,
    field: child.field,
    relationshipName: child.name,
    cascadeDelete: false,
  }))
  const body = {
    ...summary(type, dataPath(request)),
    fields,
    childRelationships: children,
    recordTypeInfos: [],
  }
  return { status: 200, body }
}

function objectInfo(org: Org, request: SandboxRequest): Answer {
  const type = typeIn(org, request)
  const body = { objectDescribe: summary(type, dataPath(request)), recentItems: [] }
  return { status: 200, body }
}

/** What the org has: versions, objects, fields. */
export function describeEndpoints(org: Org): Endpoint[] {
  const counted = (path: string, run: Endpoint['run']) => apiCall('get', `${path}`, run)
  return [
    { method: 'get', path: '/services/data', counted: false, auth: 'none', run: versions },
    counted('', resources),
    counted('/sobjects', (request) => describeGlobal(org, request)),
    counted('/sobjects/:type', (request) => objectInfo(org, request)),
    counted('/sobjects/:type/describe', (request) => describeObject(org, request)),
  ]
}
