import { readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseModelText } from '../../jobs/models.ts'
import { requestSync } from '../../jobs/schedule.ts'
import type { Plumbline } from '../../src/main.ts'
import type { Installation } from '../../src/store/installations.ts'
import { publish } from '../../src/store/models.ts'
import { useDatabase } from '../helpers/database.ts'
import {
  installIn,
  startPortal,
  type TestPortal,
  testConfig,
  untilQuiet,
} from '../helpers/portal.ts'
import { startStack } from '../helpers/stack.ts'

const PEOPLE = 60

/** A portal with everything written, in a database of its own. */
function stage() {
  const database = useDatabase()
  let portal: TestPortal
  let plumbline: Plumbline
  let installation: Installation
  beforeEach(async () => {
    portal = await startPortal(PEOPLE)
    plumbline = await startStack(await testConfig(database.url, portal, null))
    installation = await installIn(plumbline)
    await untilQuiet(plumbline, installation.id, new Date(0))
    await portal.resetLedger()
  })
  afterEach(() => portal.close())

  const query = async <R extends object>(text: string): Promise<readonly R[]> =>
    (await sql.raw<R>(text.replaceAll('$id', `'${installation.id}'`)).execute(plumbline.db)).rows
  const somebody = async () => {
    const [row] = await query<{ id: string; tier: string }>(`select subject_id as id,
      written_values->>'plumbline_tier' as tier from written
      where installation_id = $id and subject_kind = 'person' order by 1 limit 1`)
    if (!row) throw new Error('nobody was written')
    return row
  }
  const reads = async (kind: 'delta' | 'full') => {
    const since = new Date()
    await requestSync(plumbline.db, installation.id, kind, since)
    await plumbline.deps.wake('sync', installation.id)
    await untilQuiet(plumbline, installation.id, since)
  }
  const edit = (id: string, properties: Readonly<Record<string, string>>) =>
    portal.mutate({ op: 'update', type: 'contacts', id, properties })
  const overwrites = () =>
    query(`select subject_id as id, field, theirs, settled_at is not null as settled
      from field_overwrite where installation_id = $id`)
  const writtenSince = async () => {
    const { recordsWritten } = await portal.ledger()
    await portal.resetLedger()
    return recordsWritten
  }
  const publishes = async (text: string) => {
    const decision = { actor: 'ann', reason: null, at: new Date() }
    await publish(plumbline.db, installation.id, parseModelText(text, 'renamed.yaml'), decision)
    await plumbline.deps.wake('score', installation.id)
    await untilQuiet(plumbline, installation.id, new Date(0))
  }
  return { query, somebody, reads, edit, overwrites, writtenSince, publishes }
}

describe('our fields in a portal where others work', () => {
  const here = stage()
  test('are read back without writing, restored where they were changed, filled where they were cleared', async () => {
    await here.reads('delta')
    await here.reads('full')
    expect(await here.writtenSince()).toBe(0)
    expect(await here.overwrites()).toEqual([])

    const { id, tier } = await here.somebody()
    const theirs = tier === 'A' ? 'B' : 'A'
    await here.edit(id, { plumbline_tier: theirs })
    await here.reads('delta')
    expect(await here.writtenSince()).toBe(1)
    const filed = [{ id, field: 'plumbline_tier', theirs, settled: true }]
    expect(await here.overwrites()).toEqual(filed)
    await here.reads('full')
    expect(await here.writtenSince()).toBe(0)

    await here.edit(id, { plumbline_score: '', plumbline_stage: '' })
    await here.reads('delta')
    expect(await here.writtenSince()).toBe(1)
    expect(await here.overwrites()).toEqual(filed)
  })
})

describe('a model with tiers of its own names', () => {
  const here = stage()
  test('is published and written though nothing was read since', async () => {
    const text = await readFile('config/models/b2b-starter.yaml', 'utf8')
    const renamed = text
      .replace(/^tiers:[\s\S]*?\n(?=\w)/m, 'tiers: { Gold: { score: 30 }, Silver: {} }\n\n')
      .replace(/^examples:[\s\S]*$/m, '')
      .replace(/^model: .*$/m, 'model: renamed')
    await here.publishes(renamed)
    const tiers = await here.query<{ tier: string }>(`
      select distinct written_values->>'plumbline_tier' as tier from written
      where installation_id = $id and subject_kind = 'person' order by 1`)
    expect(tiers.map(({ tier }) => tier)).toEqual(['Gold', 'Silver'])
    expect(await here.query('select 1 from rejection where resolved_at is null')).toEqual([])
  })
})
