/**
 * The whole pipeline beside the bare minimum: the same portal read page by page and written batch by batch
 * with plain requests; nothing stored, nothing scored. Both keep to the pace that HubSpot allows, against the
 * same look-alike, one after the other in one run: `npm run bench -- 5000`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { z } from 'zod'
import { SANDBOX_APP } from '../src/cli/demo/sandbox-process.ts'
import { startPlumbline } from '../src/main.ts'
import { consentToken } from '../test/e2e/oracle.ts'
import {
  installIn,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../test/helpers/portal.ts'
import { startTestPostgres } from '../test/helpers/postgres-server.ts'

const TYPES = ['companies', 'deals', 'calls', 'emails', 'meetings', 'communications', 'contacts']
/** Those that our values are written into. */
const SCORED = ['companies', 'contacts']
const Page = z.object({
  results: z.array(z.object({ id: z.string() })),
  paging: z.object({ next: z.object({ after: z.string() }) }).optional(),
})

let nextCallAt = 0

/** A call every 91 ms: 110 in 10 seconds. */
async function paced(url: string, init: RequestInit): Promise<Response> {
  nextCallAt = Math.max(nextCallAt, performance.now()) + 10_000 / 110
  await sleep(nextCallAt - performance.now())
  return fetch(url, init)
}

async function bareMinimum({ url }: TestPortal): Promise<void> {
  const headers = {
    authorization: `Bearer ${await consentToken(url, SANDBOX_APP)}`,
    'content-type': 'application/json',
  }
  for (const type of TYPES) {
    let after: string | undefined
    do {
      const query = new URLSearchParams({ limit: '100', ...(after && { after }) })
      const answer = await paced(`${url}/crm/objects/2026-09/${type}?${query}`, { headers })
      const page = Page.parse(await answer.json())
      if (SCORED.includes(type)) await writeBack(url, headers, type, page.results)
      after = page.paging?.next.after
    } while (after)
  }
}

/** Something every portal has stands in for our values: the number of writes is what counts. */
async function writeBack(
  url: string,
  headers: Readonly<Record<string, string>>,
  type: string,
  records: readonly { id: string }[],
): Promise<void> {
  const inputs = records.map(({ id }) => ({ id, properties: { lifecyclestage: 'lead' } }))
  const path = `${url}/crm/objects/2026-09/${type}/batch/update`
  const answer = await paced(path, { method: 'POST', headers, body: JSON.stringify({ inputs }) })
  if (!answer.ok) throw new Error(await answer.text())
}

async function wholePipeline(portal: TestPortal): Promise<number> {
  const postgres = await startTestPostgres()
  const config = await testConfig(postgres.url, portal, null)
  const plumbline = await startPlumbline(config, pino({ level: 'silent' }))
  const seconds = await timed(async () => {
    const since = new Date()
    const installation = await installIn(plumbline)
    await untilQuiet(plumbline, installation.id, since)
  })
  await plumbline.close()
  await postgres.stop()
  return seconds
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await work()
  return (performance.now() - start) / 1000
}

const people = Number(process.argv[2] ?? 2_000)
const portal = await startPortal(people)
const bare = await timed(() => bareMinimum(portal))
const whole = await wholePipeline(portal)
await portal.close()
console.log(`people                    ${people}`)
console.log(`bare reading and writing  ${bare.toFixed(2)} s, ${Math.round(people / bare)} people/s`)
console.log(
  `whole pipeline            ${whole.toFixed(2)} s, ${Math.round(people / whole)} people/s`,
)
console.log(`ratio                     ${(whole / bare).toFixed(2)}`)
