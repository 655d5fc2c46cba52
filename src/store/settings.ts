import { sql } from 'kysely'
import { z } from 'zod'
import { ActivityMapping } from '../leads/activity-mapping.ts'
import type { Db } from './database.ts'

/** Tasks for the owners of people who reach a tier. */
export const TaskSettings = z.strictObject({
  /** Tiers whose reaching makes a task. */
  tiers: z.array(z.string().min(1)).min(1),
  /** So many a day and owner, the best scores first; in the installation's time zone. */
  perOwnerPerDay: z.number().int().min(1).max(200),
})
export type TaskSettings = z.infer<typeof TaskSettings>

/** Tiers whose reaching has the CRM's own assignment rules choose the owner anew. */
export const RoutingSettings = z.strictObject({ tiers: z.array(z.string().min(1)).min(1) })
export type RoutingSettings = z.infer<typeof RoutingSettings>

/** What an operator set for one installation; what is absent has its default. */
const Settings = z.strictObject({
  /** What becomes of our fields when a user of the CRM changes them: ours again, or theirs until they clear it. */
  overwrites: z.enum(['restore', 'respect']).default('restore'),
  /** Null: no tasks. */
  tasks: TaskSettings.nullable().default(null),
  /** Null: owners stay who they are, until the CRM's own automation changes them. */
  routing: RoutingSettings.nullable().default(null),
  mapping: ActivityMapping.prefault({}),
  /** Of the calls that the CRM allows the account in a day; the others are for the customer's other apps. */
  apiShare: z.number().min(0.05).max(0.95).default(0.5),
})
export type Settings = z.infer<typeof Settings>

/** The settings of one installation, complete. */
export async function readSettings(db: Db, installationId: string): Promise<Settings> {
  const { rows } = await sql<{ settings: unknown }>`
    select settings from installation where id = ${installationId}`.execute(db)
  return Settings.parse(rows[0]?.settings ?? {})
}

/** Changes some settings of one installation and leaves the others. */
export async function changeSettings(
  db: Db,
  installationId: string,
  changes: Partial<Settings>,
  now: Date,
): Promise<void> {
  await sql`
    update installation set settings = settings || ${JSON.stringify(changes)}::jsonb, updated_at = ${now}
    where id = ${installationId}`.execute(db)
}
