import { z } from 'zod'
import { type Answer, bodyOf, type Endpoint, lever, type SandboxRequest } from './endpoint.ts'
import type { Org } from './org.ts'
import { readSetting, type Store, writeSetting } from './store.ts'

const SETTING = 'bulk_levers'

const Settings = z.object({
  /** So many of the next jobs fail with this message. */
  failNext: z.int().nonnegative().default(0),
  failMessage: z.string().default('InternalServerError : Unknown Error'),
  /** Jobs begin and get no further until this is taken back. */
  stall: z.boolean().default(false),
  /** Locators that were given out before it changed lead nowhere. */
  locatorAge: z.int().default(0),
})
type Settings = z.infer<typeof Settings>

const Lever = z.strictObject({
  failNext: z.int().nonnegative().optional(),
  failMessage: z.string().optional(),
  stall: z.boolean().optional(),
  expireLocators: z.literal(true).optional(),
})

export function bulkSettings(store: Store): Settings {
  return Settings.parse(JSON.parse(readSetting(store, SETTING) ?? '{}'))
}

function save(store: Store, settings: Settings): void {
  writeSetting(store, SETTING, JSON.stringify(settings))
}

/** The message that the next job is to fail with; undefined for one that may go on. */
export function takeFailure(store: Store): string | undefined {
  const settings = bulkSettings(store)
  if (settings.failNext === 0) return undefined
  save(store, { ...settings, failNext: settings.failNext - 1 })
  return settings.failMessage
}

function pull({ store }: Org, request: SandboxRequest): Answer {
  const { expireLocators, ...changes } = bodyOf(request, Lever)
  const settings = bulkSettings(store)
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  const locatorAge = settings.locatorAge + (expireLocators ? 1 : 0)
  save(store, Settings.parse({ ...settings, ...Object.fromEntries(given), locatorAge }))
  return { status: 204 }
}

function report({ store }: Org): Answer {
  const rows = store
    .sql(`select kind || ' ' || state as what, count(*) as n from bulk_job group by 1 order by 1`)
    .all()
  const jobs = Object.fromEntries(rows.map((row) => [String(row['what']), Number(row['n'])]))
  return { status: 200, body: { jobs, settings: bulkSettings(store) } }
}

/** Makes jobs fail or stand still and locators expire; says how many jobs are in which state. */
export function bulkControls(org: Org): Endpoint[] {
  return [
    lever('post', '/__bulk', (request) => pull(org, request)),
    lever('get', '/__bulk', () => report(org)),
  ]
}
