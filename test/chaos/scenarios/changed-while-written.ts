import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { crmOf, type Fault } from '../fault.ts'

const NAME = 'changed-while-written'
const WRITE_TAKES_MS = 2_500
const TITLES = ['Chief Executive Officer', 'Marketing Intern', 'VP Sales', 'Student'] as const
const CHANGED_EVERY_MS = 1_200
const PEOPLE = 20

/** Writing takes long, and the same people change again and again meanwhile: what is written last is what they are. */
export const changedWhileWritten: Fault = {
  name: NAME,
  kind: 'crm',
  recovery: 'none',
  async start(stage) {
    const { control, faults, installationId } = crmOf(stage, 'hubspot')
    const match = { route: 'batch/update' }
    await faults.set(NAME, [{ match, do: { kind: 'delay', ms: WRITE_TAKES_MS } }])
    const { rows } = await sql<{ id: string }>`
      select id from person where installation_id = ${installationId}
        and deleted_at is null and merged_into is null order by md5(id) limit ${PEOPLE}`.execute(
      stage.db,
    )
    for (const jobtitle of TITLES) {
      for (const { id } of rows) {
        const change = { op: 'update', type: 'contacts', id, properties: { jobtitle } }
        // Somebody may have been deleted meanwhile.
        await control('POST', '__mutate', change).catch(() => undefined)
      }
      await sleep(CHANGED_EVERY_MS)
    }
  },
  async stop(stage) {
    await crmOf(stage, 'hubspot').faults.clear(NAME)
  },
}
