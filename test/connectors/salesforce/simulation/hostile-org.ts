import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Chance } from '../../simulation/chance.ts'
import type { VirtualTime } from '../../simulation/delta-reader.ts'
import { type Bounds, type Lead, LeadTable } from './lead-table.ts'

const LEADS = 6_500
/** A job of the customer's stamps this many records with one second. */
const GREAT_TIE = 5_000
const SINGLE_EVERY_MS = 2_000
const LIMIT = 2_000

/** A look-alike of queries by time alone, over real HTTP, whose records change while they are read. */
export interface HostileOrg {
  readonly url: string
  readonly table: LeadTable
  calls(): number
  /** Nothing changes any more; what is under way commits. */
  calm(): void
  close(): Promise<void>
}

export async function startHostileOrg(chance: Chance, time: VirtualTime): Promise<HostileOrg> {
  const table = new LeadTable(LEADS, chance, time.now - 86_400_000)
  const later = new Map<string, Bounds>()
  const startedAt = time.now
  let changedUpTo = time.now
  let hadGreatTie = false
  let lastUntil = 0
  let isCalm = false
  let calls = 0

  /** Lets happen what happens until now. */
  function goOn(): void {
    while (changedUpTo + SINGLE_EVERY_MS <= time.now) {
      changedUpTo += SINGLE_EVERY_MS
      table.change([chance.between(0, LEADS - 1)], changedUpTo, time.now)
    }
  }

  /** Thousands of records in the very second in which the window ends that has just been opened, or beside it. */
  function tieAtEdge(until: number): void {
    if (until === lastUntil) return
    lastUntil = until
    const isGreat = !hadGreatTie && time.now - startedAt > 400_000 && chance.next() < 0.5
    hadGreatTie ||= isGreat
    const size = isGreat ? GREAT_TIE : chance.between(300, 700)
    if (isGreat || chance.next() < 0.7) {
      table.change(somePlaces(chance, size), until + chance.between(-1, 1) * 1_000, time.now)
    }
  }

  function page(bounds: Bounds): object {
    time.now += chance.between(50, 400)
    if (!isCalm) {
      tieAtEdge(bounds.until)
      goOn()
    }
    const found = table.query(time.now, bounds).slice(0, LIMIT)
    const size = chance.next() < 0.4 ? chance.between(0, found.length) : found.length
    const locator = `/services/data/v66.0/queryAll/01g${calls}-${size}`
    if (size < found.length) later.set(locator, bounds)
    return {
      totalSize: found.length,
      done: size === found.length,
      ...(size < found.length && { nextRecordsUrl: locator }),
      records: found.slice(0, size).map(view),
    }
  }

  function answer(url: URL): object | undefined {
    calls += 1
    if (url.pathname.endsWith('/describe')) return DESCRIBED
    const query = url.searchParams.get('q')
    const bounds = query === null ? later.get(url.pathname) : boundsOf(query)
    return bounds && page(bounds)
  }

  const server = createServer((request, response) => {
    const body = answer(new URL(request.url ?? '/', 'http://org'))
    response.writeHead(body ? 200 : 400, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? [{ errorCode: 'MALFORMED_QUERY' }]))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the org has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    table,
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

/** What the connector asks, and nothing else: an unknown condition must not be taken for none. */
const QUERY =
  /^SELECT .+ FROM Lead WHERE (?:SystemModstamp >= (\S+)|\(SystemModstamp > (\S+) OR \(SystemModstamp = (\S+) AND Id > '(\w{18})'\)\)) AND SystemModstamp <= (\S+) ORDER BY SystemModstamp, Id LIMIT 2000$/

function boundsOf(query: string): Bounds | undefined {
  const [, first, behind, same, afterId, until] = QUERY.exec(query) ?? []
  const since = first ?? behind
  if (since === undefined || until === undefined || behind !== same) return undefined
  return { since: Date.parse(since), afterId: afterId ?? '', until: Date.parse(until) }
}

const DESCRIBED = {
  fields: ['LastName', 'MasterRecordId', 'IsConverted', 'ConvertedContactId'].map((name) => ({
    name,
    type: 'string',
  })),
}

function* somePlaces(chance: Chance, count: number): Iterable<number> {
  const first = chance.between(0, LEADS - 1)
  for (let step = 0; step < count; step++) yield (first + step) % LEADS
}

function view({ id, stampedAt }: Lead) {
  return {
    attributes: { type: 'Lead' },
    Id: id,
    IsDeleted: false,
    CreatedDate: '2020-01-01T00:00:00.000+0000',
    SystemModstamp: new Date(stampedAt).toISOString().replace('Z', '+0000'),
    LastName: 'Long',
    MasterRecordId: null,
    IsConverted: false,
    ConvertedContactId: null,
  }
}
