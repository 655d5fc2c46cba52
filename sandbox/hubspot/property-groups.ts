import { z } from 'zod'
import {
  type Answer,
  bodyOf,
  type Endpoint,
  type SandboxRequest,
  segment,
  typeIn,
} from './endpoint.ts'
import { apiError, notFound } from './errors.ts'
import {
  deleteGroup,
  findGroup,
  groupsOf,
  insertGroup,
  type PropertyGroup,
  propertiesOf,
} from './property-table.ts'
import type { Sandbox } from './sandbox.ts'
import { schemaScopes } from './scopes.ts'

const GroupInput = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]*$/, { error: 'must be lowercase snake_case' }),
  label: z.string().min(1),
  displayOrder: z.int().default(-1),
})

const view = (group: PropertyGroup) => ({ ...group, archived: false })

function list({ store }: Sandbox, request: SandboxRequest): Answer {
  return { status: 200, body: { results: groupsOf(store, typeIn(request)).map(view) } }
}

function mustFind({ store }: Sandbox, request: SandboxRequest): PropertyGroup {
  const name = segment(request, 'name')
  const group = findGroup(store, typeIn(request), name)
  if (group) return group
  throw notFound(`There is no property group ${name}`)
}

function create({ store }: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const group = bodyOf(request, GroupInput)
  if (findGroup(store, type, group.name))
    throw apiError(409, 'OBJECT_ALREADY_EXISTS', `A property group named '${group.name}' exists`, {
      subCategory: 'PropertyGroupError.PROPERTY_GROUP_WITH_NAME_EXISTS',
    })
  insertGroup(store, type, group)
  return { status: 201, body: view(group) }
}

function remove(sandbox: Sandbox, request: SandboxRequest): Answer {
  const type = typeIn(request)
  const { name } = mustFind(sandbox, request)
  const used = [...propertiesOf(sandbox.store, type).values()].some(
    ({ definition, archived }) => !archived && definition.groupName === name,
  )
  if (used)
    throw apiError(400, 'VALIDATION_ERROR', `The group ${name} still has properties in use`, {
      subCategory: 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
      errors: [{ message: 'Active properties remain', code: 'GROUP_WITH_ACTIVE_PROPERTIES' }],
    })
  deleteGroup(sandbox.store, type, name)
  return { status: 204 }
}

/** Groups of properties. Served before the properties, whose paths would swallow `groups`. */
export function propertyGroupEndpoints(sandbox: Sandbox): Endpoint[] {
  const base = '/crm/properties/:version/:type/groups'
  const endpoint = (
    method: Endpoint['method'],
    path: string,
    run: (sandbox: Sandbox, request: SandboxRequest) => Answer,
  ): Endpoint => ({
    method,
    path,
    budget: 'counted',
    scopes: (request) => schemaScopes(typeIn(request), method === 'get' ? 'read' : 'write'),
    run: (request) => run(sandbox, request),
  })
  return [
    endpoint('get', base, list),
    endpoint('post', base, create),
    endpoint('get', `${base}/:name`, (_, request) => ({
      status: 200,
      body: view(mustFind(sandbox, request)),
    })),
    endpoint('delete', `${base}/:name`, remove),
  ]
}
