import { sql } from 'kysely'
import type { Connection, Write, WriteOutcome } from '../../connectors/connector.ts'
import type { OurValues } from '../../connectors/page.ts'
import { writeBack } from '../../jobs/write-back.ts'
import type { Db } from '../../src/store/database.ts'
import type { Installation } from '../../src/store/installations.ts'
import { crmOf } from './crm-of.ts'
import { makeInstallation } from './database.ts'
import { type MovableClock, movableClock, stageDeps } from './deps.ts'
import { type SmallCrm, smallCrm } from './small-crm.ts'
import { unusedConnection } from './unused-connection.ts'

/** A small CRM that takes our writes, keeps them, and shows them to be read. */
export interface OurCrm extends SmallCrm {
  readonly installation: Installation
  readonly clock: MovableClock
  /** Every push so far. */
  readonly pushes: (readonly Write[])[]
  /** Writes what is due; whoever waits for a full batch has waited long enough. */
  write(): Promise<void>
  /** What the next pushes are answered; `apply` keeps the values first. */
  answers(answer: (write: Write, apply: () => void) => WriteOutcome | Promise<WriteOutcome>): void
  /** Somebody changes fields in the CRM, now. */
  edits(id: string, values: Readonly<Record<string, string>>): void
  /** What stands in our fields of a record. */
  stands(id: string): Readonly<Record<string, string>>
  /** What reading the record gives now. */
  ours(id: string): OurValues
  /** The record is read as it is now. */
  read(id: string): Promise<void>
  forward(ms: number): void
  rows(query: string): Promise<readonly object[]>
  overwrites(): Promise<readonly object[]>
  rejections(): Promise<readonly { id: string; reason: string; attempts: number }[]>
  dueAt(id: string): Promise<Date | null>
}

type Answer = Parameters<OurCrm['answers']>[0]

/** Of an installation of its own, with people only. It is noon. */
export async function ourCrm(db: Db): Promise<OurCrm> {
  const installation = await makeInstallation(db)
  const clock = movableClock(new Date('2026-11-22T12:00:00Z'))
  const crm = smallCrm(db, installation, clock)
  const born = clock.now()
  const pushes: (readonly Write[])[] = []
  const fields = new Map<string, { values: Record<string, string>; updatedAt: Date }>()
  const taken: Answer = ({ subject: { id } }, apply) => {
    apply()
    return { id, status: 'written' }
  }
  let answer = taken
  const put = (id: string, values: Readonly<Record<string, string>>) => {
    fields.set(id, { values: { ...fields.get(id)?.values, ...values }, updatedAt: clock.now() })
  }
  const forward = (ms: number) => clock.moveTo(new Date(clock.now().getTime() + ms))
  const connection: Connection = {
    ...unusedConnection,
    async push(writes) {
      pushes.push(writes)
      const outcomes: WriteOutcome[] = []
      for (const write of writes) {
        outcomes.push(await answer(write, () => put(write.subject.id, write.values)))
      }
      return outcomes
    },
  }
  const deps = stageDeps(db, clock, { crm: crmOf(connection, { batchSize: 2 }) })
  const ours = (id: string): OurValues => {
    const record = fields.get(id) ?? { values: {}, updatedAt: born }
    return { subject: { kind: 'person', id }, ...record }
  }
  const rows = async <R extends object>(query: string): Promise<readonly R[]> =>
    (await sql.raw<R>(query.replace('$id', `'${installation.id}'`)).execute(db)).rows
  return {
    ...crm,
    installation,
    clock,
    pushes,
    forward,
    ours,
    rows,
    async write() {
      forward(3_000)
      await writeBack({ installationId: installation.id }, deps)
    },
    answers(next) {
      answer = next
    },
    edits: put,
    stands: (id) => fields.get(id)?.values ?? {},
    read: (id) => crm.says({ ours: [ours(id)] }),
    overwrites: () =>
      rows(`select subject_id as id, field, ours, theirs, times, settled_at is not null as settled
        from field_overwrite where installation_id = $id order by 1, 2`),
    rejections: () =>
      rows(`select subject_id as id, reason, attempts from rejection
        where installation_id = $id and resolved_at is null order by 1`),
    async dueAt(id) {
      const [row] = await rows<{ at: Date }>(`select due_at as at from due
        where installation_id = $id and stage = 'write_back' and subject_id = '${id}'`)
      return row?.at ?? null
    },
  }
}
