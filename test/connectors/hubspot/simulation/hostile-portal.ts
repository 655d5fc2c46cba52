import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import type { Chance } from '../../simulation/chance.ts'
import type { VirtualTime } from '../../simulation/delta-reader.ts'
import { type Indexed, SearchIndex } from './search-index.ts'

const PEOPLE = 16_000
/** A bulk job of the CRM stamps this many records with one millisecond. */
const GREAT_TIE = 15_000
const SINGLE_EVERY_MS = 700
const RESULT_CAP = 10_000

const Search = z.object({
  filterGroups: z.tuple([
    z.object({ filters: z.array(z.object({ operator: z.string(), value: z.string() })).length(3) }),
  ]),
  limit: z.number(),
  after: z.string().optional(),
})

/** A look-alike of the search alone, over real HTTP, whose records change while they are read. */
export interface HostilePortal {
  readonly url: string
  readonly index: SearchIndex
  calls(): number
  /** Nothing changes any more. */
  calm(): void
  close(): Promise<void>
}

export async function startHostilePortal(
  chance: Chance,
  time: VirtualTime,
  lengthMs: number,
): Promise<HostilePortal> {
  const index = new SearchIndex(PEOPLE, chance, time.now - 86_400_000)
  const greatTieAt = time.now + chance.between(60_000, lengthMs - 60_000)
  let changedUpTo = time.now
  let isCalm = false
  let lastUntil = 0
  let calls = 0

  /** Lets happen what happens until now. */
  function goOn(): void {
    if (changedUpTo < greatTieAt && greatTieAt <= time.now) {
      index.change(somePlaces(chance, GREAT_TIE), greatTieAt)
    }
    while (changedUpTo + SINGLE_EVERY_MS <= time.now) {
      changedUpTo += SINGLE_EVERY_MS
      index.change([chance.between(0, PEOPLE - 1)], changedUpTo - chance.between(0, 600))
    }
  }

  /** Hundreds of records at the very edge of the window that has just been opened. */
  function tieAtEdge(until: number): void {
    if (until === lastUntil) return
    lastUntil = until
    if (chance.next() < 0.7) {
      index.change(somePlaces(chance, chance.between(300, 700)), until + chance.between(-1, 1))
    }
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    calls += 1
    const { pathname } = new URL(request.url ?? '/', 'http://portal')
    if (!pathname.endsWith('/contacts/search')) return { status: 200, body: { results: [] } }
    const wanted = Search.parse(JSON.parse(await text(request)))
    if (Number(wanted.after ?? 0) >= RESULT_CAP)
      return { status: 400, body: { category: 'VALIDATION_ERROR' } }
    const bound = (operator: string) =>
      Number(wanted.filterGroups[0].filters.find((each) => each.operator === operator)?.value)
    time.now += chance.between(50, 400)
    if (!isCalm) {
      tieAtEdge(bound('LTE'))
      goOn()
    }
    const found = index.search(time.now, bound('GTE'), bound('LTE'), bound('GT'), wanted.limit)
    return { status: 200, body: { total: found.total, results: found.results.map(view) } }
  }

  const server = createServer(async (request, response) => {
    const { status, body } = await answer(request)
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the portal has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    index,
    calls: () => calls,
    calm() {
      goOn()
      isCalm = true
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function* somePlaces(chance: Chance, count: number): Iterable<number> {
  const first = chance.between(0, PEOPLE - 1)
  for (let step = 0; step < count; step++) yield (first + step) % PEOPLE
}

function view({ id, modifiedAt }: Indexed) {
  const moment = new Date(modifiedAt).toISOString()
  return {
    id,
    // A company, so that no association is asked for.
    properties: { associatedcompanyid: '1', lastmodifieddate: moment },
    createdAt: '2020-01-01T00:00:00.000Z',
    updatedAt: moment,
    archived: false,
  }
}
