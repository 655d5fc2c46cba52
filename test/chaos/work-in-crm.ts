import { sql } from 'kysely'
import { chanceOf } from '../connectors/simulation/chance.ts'
import type { InstalledCrm, LiveStage } from './stage.ts'
import type { WorkDone } from './types.ts'
import { hubspotWorks } from './work-in-hubspot.ts'
import { salesforceWorks } from './work-in-salesforce.ts'
import { openTools, type Works } from './work-tools.ts'

/** People who work in the CRM while faults strike: whatever is lost, they did. */
export interface CrmWorker extends Omit<WorkDone, 'reconnects'> {
  step(): Promise<void>
  /** How often each was done. */
  readonly done: Readonly<Record<string, number>>
  /** Somebody whom nobody else changes, for a probe; each once. */
  probe(): string | undefined
}

const PROBES = 80

export async function workInCrm(
  { db }: Pick<LiveStage, 'db'>,
  crm: InstalledCrm,
  seed: number,
): Promise<CrmWorker> {
  const { rows } = await sql<{ id: string }>`
    select id from person where installation_id = ${crm.installationId}
      and deleted_at is null and merged_into is null order by md5(id || ${String(seed)})`.execute(
    db,
  )
  const ids = rows.map(({ id }) => id)
  const probes = ids.splice(0, Math.min(PROBES, Math.floor(ids.length / 4)))
  const tools = openTools(crm, ids, chanceOf(seed))
  const works = crm.crm === 'hubspot' ? hubspotWorks(tools) : salesforceWorks(tools)
  const done: Record<string, number> = {}
  return {
    winners: tools.winners,
    erased: tools.erased,
    done,
    probe: () => probes.pop(),
    async step() {
      const name = choose(works, tools.chance.next())
      await works[name]?.run()
      done[name] = (done[name] ?? 0) + 1
    },
  }
}

function choose(works: Works, at: number): string {
  let left = at
  for (const [name, { share }] of Object.entries(works)) {
    left -= share
    if (left <= 0) return name
  }
  return Object.keys(works)[0] ?? ''
}
