/**
 * Ten minutes of bad weather over 20,000 contacts: limits, outages, partial and broken answers, expiring tokens,
 * webhooks twice, late, in disorder or never, while people work in the CRM. In the end every live record must
 * carry what a fresh computation gives. `node bench/storm.ts --people 20000 --minutes 10`; `--calm` makes the
 * same changes in good weather, to compare the calls.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { z } from 'zod'
import { requestSync } from '../jobs/schedule.ts'
import { replayRejections } from '../src/store/rejections.ts'
import type { Judges } from '../test/e2e/oracle.ts'
import { type Live, startLive } from './live/stage.ts'
import { judgeEndState, steadyModel } from './live/verdict.ts'
import { type Worker, workInCrm } from './live/work-in-crm.ts'

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '20000' },
    minutes: { type: 'string', default: '10' },
    calm: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
})

const WEATHER = [
  {
    match: { probability: 0.03, route: '/crm/' },
    do: { kind: '429', policyName: 'TEN_SECONDLY_ROLLING' },
  },
  { match: { probability: 0.03, route: '/crm/' }, do: { kind: 'status', status: 503 } },
  {
    match: { probability: 0.01, route: '/crm/' },
    do: { kind: 'status', status: 502, html: '<html>Bad gateway</html>' },
  },
  { match: { probability: 0.01, route: '/crm/' }, do: { kind: 'status', status: 423 } },
  // A token that has expired before its time: one renewal for all callers.
  { match: { probability: 0.01, route: '/crm/' }, do: { kind: 'status', status: 401 } },
  { match: { probability: 0.02, route: '/crm/' }, do: { kind: 'reset' } },
  { match: { probability: 0.02, route: 'batch/update' }, do: { kind: 'apply-then-reset' } },
  {
    match: { probability: 0.05, route: 'batch/update' },
    do: { kind: 'partial', count: 3, category: 'RATE_LIMITS' },
  },
  // Refused for good: replayed by an operator when the weather has cleared.
  { match: { probability: 0.02, route: 'batch/update' }, do: { kind: 'partial', count: 1 } },
  { match: { probability: 0.01, route: '/crm/' }, do: { kind: 'truncate' } },
  { match: { probability: 0.05, route: '/search' }, do: { kind: 'index-lag', maxMs: 20_000 } },
  { match: { probability: 0.05 }, do: { kind: 'delay', ms: 700 } },
]
const CHAOS = { seed: 1, duplicate: 0.3, shuffle: 10_000, drop: 0.1, mixPortals: true }

const Ledger = z.object({
  /** Against the limit of 110 in ten seconds. */
  counted: z.number(),
  byRoute: z.record(z.string(), z.number()),
  rateLimited: z.number(),
  recordsWritten: z.number(),
  updateCalls: z.number(),
  byStatus: z.record(z.string(), z.number()),
})

async function main(): Promise<void> {
  const people = Number(values.people)
  const minutes = Number(values.minutes)
  const model = await steadyModel()
  const live = await startLive(people, model.file)
  try {
    await live.control('DELETE', '__ledger')
    if (!values.calm) await setWeather(live)
    const worker = workInCrm(live, Number(values.seed))
    const ends = performance.now() + minutes * 60_000
    while (performance.now() < ends) {
      await worker.step()
      await sleep(60)
    }
    const { at, replayed } = await calm(live)
    const recoverySeconds = (Date.now() - at) / 1_000
    await report(live, worker, model.judges, { recoverySeconds, replayed })
  } finally {
    await live.close()
  }
}

async function setWeather({ control }: Live): Promise<void> {
  await control('POST', '__faults', { faults: WEATHER, seed: Number(values.seed) })
  await control('POST', '__webhooks', { chaos: CHAOS })
}

/**
 * The weather clears; a full reading, as every night makes one, and `plumbline rejections --replay`, as an
 * operator would.
 */
async function calm(live: Live): Promise<{ at: number; replayed: number }> {
  const { control, db, installation } = live
  await control('POST', '__faults', { faults: [] })
  await control('POST', '__webhooks', { chaos: {} })
  await untilWebhooksAreQuiet(live)
  const calmAt = new Date()
  await requestSync(db, installation.id, 'full', calmAt)
  await live.quiet(calmAt)
  const choice = { stage: null, ids: null }
  const replayed = await replayRejections(db, installation.id, choice, new Date())
  await untilNothingWaits(live)
  return { at: calmAt.getTime(), replayed: replayed.write_back ?? 0 }
}

/** What failed often waits longest: nothing may be left that waits for its next try. */
async function untilNothingWaits({ db, installation }: Live): Promise<void> {
  for (let tries = 0; tries < 3_000; tries++) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from due
      where installation_id = ${installation.id} and stage in ('fetch', 'enrich', 'write_back')`.execute(
      db,
    )
    if (rows[0]?.n === 0) return
    await sleep(500)
  }
  throw new Error('something still waits for its next try after 25 minutes')
}

const Queue = z.object({ queued: z.number(), requestsUnderWay: z.number() })

async function untilWebhooksAreQuiet({ control }: Live): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    await control('POST', '__webhooks/flush', { all: true })
    const report = Queue.parse(await (await control('GET', '__webhooks')).json())
    if (report.queued + report.requestsUnderWay === 0) return
    await sleep(100)
  }
  throw new Error('webhooks are still queued after a minute')
}

async function report(
  live: Live,
  worker: Worker,
  judges: Judges,
  { recoverySeconds, replayed }: { recoverySeconds: number; replayed: number },
): Promise<void> {
  const ledger = Ledger.parse(await (await live.control('GET', '__ledger')).json())
  const end = await judgeEndState(live, judges, worker.winners)
  const { contacts, archived } = end.verdict
  const lines = {
    weather: `${values.calm ? 'calm' : 'storm'}, ${values.minutes} minutes, seed ${values.seed}`,
    contacts: `${contacts} live, ${archived} archived`,
    'changes in the CRM': JSON.stringify(worker.done()),
    calls: callWords(ledger),
    answers: JSON.stringify(ledger.byStatus),
    'records written': `${ledger.recordsWritten} in ${ledger.updateCalls} calls`,
    'all done': `${recoverySeconds.toFixed(1)} s after the weather cleared, full reading included`,
    'refused and replayed': String(replayed),
    'values that are wrong': String(end.wrong.length),
    'not to be judged': `${end.ofMerged} values of merged contacts and their accounts`,
    'scores not in the CRM': String(end.unwritten),
  }
  for (const [name, value] of Object.entries(lines)) console.log(`${name.padEnd(24)}${value}`)
  for (const line of end.wrong.slice(0, 20)) console.log(`  ${line}`)
  if (end.wrong.length + end.unwritten > 0) process.exitCode = 1
}

/** Searches have a limit of their own; associations and the journal have none that is counted. */
function callWords({ counted, byRoute }: z.infer<typeof Ledger>): string {
  const of = (words: string) =>
    Object.entries(byRoute)
      .filter(([route]) => route.includes(words))
      .reduce((sum, [, n]) => sum + n, 0)
  return `${counted} counted, ${of('/search')} searches, ${of('/associations/')} of associations, ${of('journal')} of the journal`
}

await main()
