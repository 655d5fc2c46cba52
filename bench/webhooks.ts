/**
 * From a change in the CRM to the new score in it, through webhooks: `node bench/webhooks.ts`, with
 * `--people 20000 --seconds 60`. The sandbox keeps HubSpot's limits; its clock and ours are the same.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import { z } from 'zod'
import { type Change, change, plannedChanges } from './live/changes.ts'
import { type Live, startLive } from './live/stage.ts'

const RATES = [1, 20, 100] as const

const Report = z.object({
  recorded: z.number(),
  delivered: z.number(),
  failed: z.number(),
  attempts: z.number(),
  lateAnswers: z.number(),
  slowestMs: z.number(),
})

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      people: { type: 'string', default: '20000' },
      seconds: { type: 'string', default: '60' },
    },
  })
  const seconds = Number(values.seconds)
  const live = await startLive(Number(values.people))
  try {
    const total = RATES.reduce((sum, rate) => sum + rate * seconds, 0)
    const changes = await plannedChanges(live, total)
    console.log(
      `${Number(values.people).toLocaleString('en')} contacts; ${seconds} s at each rate; change in the CRM to new score in the CRM\n`,
    )
    console.log(
      'events/s   events  written  same values  lost   median      p99      max   slowest answer  over 5 s',
    )
    for (const rate of RATES) {
      console.log(await measure(live, changes.splice(0, rate * seconds), rate))
    }
  } finally {
    await live.close()
  }
}

async function measure(live: Live, changes: readonly Change[], rate: number): Promise<string> {
  await live.control('DELETE', '__webhooks')
  const changed = await changeEvenly(live, changes, rate)
  await untilDelivered(live)
  await live.quiet(new Date(0))
  const written = await latencies(live, changed)
  const report = await readReport(live)
  const { written: times, same, lost } = written
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]
  const cell = (text: unknown, width: number) => String(text).padStart(width)
  const s = (ms: number | undefined) => `${((ms ?? 0) / 1000).toFixed(2)} s`
  return [
    cell(rate, 8),
    cell(changes.length, 8),
    cell(times.length, 8),
    cell(same, 12),
    cell(lost, 5),
    cell(s(at(0.5)), 8),
    cell(s(at(0.99)), 8),
    cell(s(times.at(-1)), 8),
    cell(`${report.slowestMs} ms`, 16),
    cell(report.lateAnswers, 9),
  ].join(' ')
}

/** What was changed, and when, by record. */
type Changed = ReadonlyMap<string, { readonly at: number; readonly title: string }>

async function changeEvenly(
  live: Live,
  changes: readonly Change[],
  rate: number,
): Promise<Changed> {
  const start = performance.now()
  const moments = new Map<string, { at: number; title: string }>()
  const running: Promise<void>[] = []
  for (const [place, each] of changes.entries()) {
    const wait = start + (place * 1_000) / rate - performance.now()
    if (wait > 0) await sleep(wait)
    running.push(
      change(live, each).then((at) => void moments.set(each.id, { at, title: each.title })),
    )
  }
  await Promise.all(running)
  return moments
}

async function readReport({ control }: Live): Promise<z.infer<typeof Report>> {
  return Report.parse(await (await control('GET', '__webhooks')).json())
}

async function untilDelivered(live: Live): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    const { recorded, delivered, failed } = await readReport(live)
    if (delivered + failed >= recorded) return
    await sleep(100)
  }
  throw new Error('the webhooks were not all delivered within two minutes')
}

/** A change that makes no difference to any written value is scored and not written. */
async function latencies(
  { db, installation }: Live,
  changed: Changed,
): Promise<{ written: number[]; same: number; lost: number }> {
  const { rows } = await sql<{ id: string; writtenAt: Date | null; title: string | null }>`
    select p.id, w.written_at as "writtenAt", p.facts->>'title' as title
    from person p
    left join written w on w.installation_id = p.installation_id and w.subject_kind = 'person'
      and w.subject_id = p.id
    where p.installation_id = ${installation.id} and p.id = any(${[...changed.keys()]})`.execute(db)
  const written: number[] = []
  let same = 0
  let lost = changed.size - rows.length
  for (const { id, writtenAt, title } of rows) {
    const change = changed.get(id)
    const ms = (writtenAt?.getTime() ?? 0) - (change?.at ?? 0)
    if (title !== change?.title) lost += 1
    else if (ms > 0) written.push(ms)
    else same += 1
  }
  return { written: written.toSorted((a, b) => a - b), same, lost }
}

await main()
