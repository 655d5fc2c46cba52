import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createHubspotConnector } from '../../../connectors/hubspot/index.ts'
import { memoryCredentials, recordingBudget, silentLog } from '../helpers.ts'
import { readAll, readChanges } from '../pages.ts'
import { deviations } from './official-models.ts'
import { smallPortal } from './records.ts'
import { noWishes, openStage, type Stage, TIERS } from './stage.ts'

interface Exchange {
  readonly route: string
  readonly status: number
  readonly request: unknown
  readonly answer: unknown
}

interface Shapes {
  readonly library: string
  readonly request?: string
  readonly answers: Readonly<Record<number, string>>
}

const OBJECTS = {
  read: {
    library: 'objects',
    request: 'BatchReadInputSimplePublicObjectId',
    answers: {
      200: 'BatchResponseSimplePublicObject',
      207: 'BatchResponseSimplePublicObjectWithErrors',
    },
  },
  update: {
    library: 'objects',
    request: 'BatchInputSimplePublicObjectBatchInput',
    answers: {
      200: 'BatchResponseSimplePublicObject',
      207: 'BatchResponseSimplePublicObjectWithErrors',
    },
  },
}

/** What the client's models call the bodies of each call that we make. */
const SHAPES: Readonly<Record<string, Shapes>> = {
  'GET /crm/objects/{v}/{type}': {
    library: 'objects',
    answers: { 200: 'CollectionResponseSimplePublicObjectWithAssociationsForwardPaging' },
  },
  'POST /crm/objects/{v}/{type}/search': {
    library: 'objects',
    request: 'PublicObjectSearchRequest',
    answers: { 200: 'CollectionResponseWithTotalSimplePublicObjectForwardPaging' },
  },
  'POST /crm/objects/{v}/{type}/batch/read': OBJECTS.read,
  'POST /crm/objects/{v}/{type}/batch/update': OBJECTS.update,
  'POST /crm/objects/{v}/tasks': {
    library: 'objects',
    request: 'SimplePublicObjectInputForCreate',
    answers: { 201: 'SimplePublicObject' },
  },
  'GET /crm/objects/{v}/{type}/{id}': {
    library: 'objects',
    answers: { 200: 'SimplePublicObjectWithAssociations' },
  },
  'POST /crm/associations/{v}/{type}/{type}/batch/read': {
    library: 'associations/v4',
    request: 'BatchInputPublicFetchAssociationsBatchRequest',
    answers: {
      200: 'BatchResponsePublicAssociationMultiWithLabel',
      207: 'BatchResponsePublicAssociationMultiWithLabelWithErrors',
    },
  },
  'GET /crm/properties/{v}/{type}': {
    library: 'properties',
    answers: { 200: 'CollectionResponsePropertyNoPaging' },
  },
  'POST /crm/properties/{v}/{type}/groups': {
    library: 'properties',
    request: 'PropertyGroupCreate',
    answers: { 201: 'PropertyGroup' },
  },
  'POST /crm/properties/{v}/{type}/batch/create': {
    library: 'properties',
    request: 'BatchInputPropertyCreate',
    answers: { 201: 'BatchResponseProperty' },
  },
  'PATCH /crm/properties/{v}/{type}/{name}': {
    library: 'properties',
    request: 'PropertyUpdate',
    answers: { 200: 'Property' },
  },
  'POST /crm/lists/{v}': {
    library: 'lists',
    request: 'ListCreateRequest',
    answers: { 200: 'ListCreateResponse' },
  },
}

/**
 * Where the client's models, made for the undated paths, are narrower than the API they describe: sorts may be
 * objects (the client itself needs a cast there), an association without a label has none, and the dated properties
 * have a hint for numbers.
 */
const KNOWN = [/sorts\.\d+ is no string/, /label is no string: null/, /numberDisplayHint is not in/]

describe('the official client’s models', () => {
  const exchanges: Exchange[] = []
  let stage: Stage
  let closeProxy: () => Promise<void>

  beforeAll(async () => {
    stage = await openStage(smallPortal())
    const proxy = await startProxy(stage.url, exchanges)
    closeProxy = proxy.close
    const connector = createHubspotConnector({
      clientId: 'client-1',
      clientSecret: 'secret-1',
      apiUrl: proxy.url,
      authorizeUrl: `${stage.url}/oauth/authorize`,
      redirectUrl: 'http://127.0.0.1:9/oauth/hubspot',
      clock: stage.clock,
    })
    const connection = connector.connect({
      credentials: memoryCredentials(await stage.credentials.current()),
      budget: recordingBudget(),
      clock: stage.clock,
      log: silentLog,
      wishes: noWishes,
    })
    await connection.provision({ ...TIERS, person: ['A', 'B'] })
    await connection.provision({ ...TIERS, person: ['Gold', 'A', 'B'] })
    const window = { since: new Date(0), until: new Date('2027-01-01') }
    for (const stream of connector.fullPhases.flat()) await readAll(connection, stream)
    for (const stream of connector.changePhases.flat()) {
      await readChanges(connection, stream, window)
    }
    const merge = { op: 'merge', type: 'contacts', id: '3', loserId: '4' }
    await fetch(`${stage.url}/__mutate`, { method: 'POST', body: JSON.stringify(merge) })
    await connection.fetch('contacts', ['1', '2', '999999'])
    await connection.history('person', ['1'])
    await connection.owners(['1'])
    // A merged id is refused by a batch, and looked up.
    const writes = ['1', '2', '4', '999999'].map((id) => ({
      subject: { kind: 'person', id } as const,
      values: { plumbline_score: '42', plumbline_tier: 'A' },
    }))
    await connection.push(writes)
    await connection.createSegments([{ name: 'Gold', field: 'plumbline_tier', value: 'Gold' }])
    const dueAt = stage.clock.now()
    const task = { personId: '1', ownerId: '101', subject: 's', body: 'b', dueAt, key: 'k' }
    await connection.createTask(task)
  })
  afterAll(async () => {
    await closeProxy()
    await stage.close()
  })

  test('know every call that we make, and every call was made', () => {
    const called = new Set(exchanges.filter(({ status }) => status < 300).map(({ route }) => route))
    expect([...called].toSorted()).toEqual(Object.keys(SHAPES).toSorted())
  })

  test('describe every body that the connector sends', () => {
    const wrong = exchanges.flatMap(({ route, request }) => {
      const shapes = SHAPES[route]
      return shapes?.request ? told(route, shapes.library, shapes.request, request) : []
    })
    expect([...new Set(wrong)]).toEqual([])
  })

  test('describe every body that the sandbox answers', () => {
    const wrong = exchanges.flatMap(({ route, status, answer }) => {
      const shapes = SHAPES[route]
      const model = shapes?.answers[status]
      return shapes && model ? told(route, shapes.library, model, answer) : []
    })
    expect([...new Set(wrong)]).toEqual([])
  })

  test('would find a body that is not as described', () => {
    const body = { inputs: [{ id: 7, property: {} }] }
    expect(deviations('objects', 'BatchInputSimplePublicObjectBatchInput', body)).toEqual([
      'body.inputs.0.property is not in SimplePublicObjectBatchInput',
      'body.inputs.0.id is no string: 7',
      'body.inputs.0.properties is missing',
    ])
  })
})

function told(route: string, library: string, model: string, body: unknown): string[] {
  return deviations(library, model, body)
    .filter((line) => !KNOWN.some((known) => known.test(line)))
    .map((line) => `${route}: ${line.replaceAll(/\.\d+/g, '[]')}`)
}

const STREAMS = /^(contacts|companies|deals|calls|emails|meetings|communications|tasks)$/

/** `/crm/objects/2026-09/contacts/12` is `/crm/objects/{v}/{type}/{id}`. */
function routeOf(method: string, pathname: string): string {
  const parts = pathname.split('/').map((part) => {
    if (/^\d{4}-\d{2}$/.test(part)) return '{v}'
    if (STREAMS.test(part)) return '{type}'
    if (/^\d+$/.test(part)) return '{id}'
    return part.startsWith('plumbline_') ? '{name}' : part
  })
  const route = `${method} ${parts.join('/')}`
  return route === 'POST /crm/objects/{v}/{type}' ? 'POST /crm/objects/{v}/tasks' : route
}

/** Between connector and sandbox, noting what passes. */
async function startProxy(target: string, exchanges: Exchange[]) {
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const method = request.method ?? 'GET'
    const answer = await fetch(`${target}${request.url}`, {
      method,
      headers: {
        authorization: request.headers.authorization ?? '',
        'content-type': request.headers['content-type'] ?? 'application/json',
      },
      ...(body !== '' && { body }),
    })
    const said = await answer.text()
    const { pathname } = new URL(request.url ?? '/', target)
    exchanges.push({
      route: routeOf(method, pathname),
      status: answer.status,
      request: body === '' ? undefined : JSON.parse(body),
      answer: said === '' ? undefined : JSON.parse(said),
    })
    response.writeHead(answer.status, { 'content-type': 'application/json' })
    response.end(said)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
