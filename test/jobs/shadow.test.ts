import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import type { Deps } from '../../jobs/deps.ts'
import { createModels } from '../../jobs/models.ts'
import { score } from '../../jobs/score.ts'
import type { FactMap } from '../../src/leads/facts.ts'
import { createLog } from '../../src/log.ts'
import type { Scorer } from '../../src/scoring/result.ts'
import { mark } from '../../src/store/due.ts'
import { addFactVersions } from '../../src/store/fact-versions.ts'
import type { Installation } from '../../src/store/installations.ts'
import { type ModelText, publish, versionName } from '../../src/store/models.ts'
import { dropScores } from '../../src/store/scores.ts'
import { endShadow, setShadow } from '../../src/store/shadow.ts'
import { compareWithShadow } from '../../src/store/shadow-scores.ts'
import { upsertPeople } from '../../src/store/subjects.ts'
import { saveWritten } from '../../src/store/written.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { titleModelText } from '../helpers/model-texts.ts'

const NOW = new Date('2026-11-22T12:00:00Z')
const BY_ANN = { actor: 'ann', reason: null, at: NOW }
const LIVE = titleModelText('live', 45)
const SHADOW = titleModelText('shadow', 60)

describe('a shadow model', () => {
  const database = useDatabase()
  let installation: Installation
  let deps: ReturnType<typeof stageDeps>
  let now: Date
  beforeEach(async () => {
    installation = await makeInstallation(database.db)
    now = NOW
    deps = depsWith()
  })
  const depsWith = (changes: Partial<Deps> = {}) =>
    stageDeps(database.db, movableClock(now), { ...createModels(() => database.db), ...changes })
  const goesLive = (model: ModelText) => publish(database.db, installation.id, model, BY_ANN)
  const shadows = (model: ModelText) => setShadow(database.db, installation.id, model, BY_ANN)
  const scoreAll = (using: Deps = deps) => score({ installationId: installation.id }, using)
  const learn = async (id: string, facts: FactMap) => {
    now = new Date(now.getTime() + 1_000)
    deps = depsWith()
    const person = { id, facts, createdAt: now, updatedAt: now }
    await upsertPeople(database.db, installation.id, [person], now)
    await addFactVersions(database.db, installation.id, 'person', [person], now)
    await mark(database.db, installation.id, 'score', 'person', [id], now)
  }
  const rowsOf = async (table: string, more = '') => {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)} t
      where installation_id = ${installation.id} ${sql.raw(more)} order by t::text`.execute(
      database.db,
    )
    return rows
  }
  const tiers = async () => {
    const { rows } = await sql<{ live: string; shadow: string | null }>`
      select s.tier as live, h.tier as shadow from score s
      left join shadow_score h using (installation_id, person_id)
      where s.installation_id = ${installation.id} order by s.person_id`.execute(database.db)
    return rows
  }

  test('scores everybody beside the live one and writes nothing', async () => {
    await goesLive(LIVE)
    await learn('1', { title: 'CEO' })
    await learn('2', {})
    await scoreAll()
    const written = { id: '1', values: { plumbline_score: '45' } }
    const times = { sentAt: now, writtenAt: now, recentSince: now }
    await saveWritten(database.db, installation.id, 'person', [written], times)
    await sql`delete from due where stage = 'write_back'`.execute(database.db)
    const outside = async () => ({
      score: await rowsOf('score'),
      receipts: await rowsOf('score_receipt'),
      written: await rowsOf('written'),
      writing: await rowsOf('due', `and stage = 'write_back'`),
    })
    const before = await outside()
    expect(before.score).toHaveLength(2)

    await shadows(SHADOW)
    await scoreAll()
    expect(await rowsOf('shadow_score')).toMatchObject([
      { person_id: '1', model: versionName(SHADOW), score: '60.00', tier: 'A', stage: 'mql' },
      { person_id: '2', model: versionName(SHADOW), score: '0.00', tier: 'C', stage: 'nurture' },
    ])
    expect(await outside()).toEqual(before)
    expect(deps.woken.filter((stage) => stage === 'write_back')).toHaveLength(1)
  })

  // 45 for a title, 10 more for a vice president; tier A from 50.
  const WITH_HYSTERESIS = titleModelText('slow', 45, 'hysteresis: 10')
  const WITHOUT = titleModelText('quick', 45)

  test('holds a tier by what it said itself before', async () => {
    await goesLive(WITHOUT)
    await shadows(WITH_HYSTERESIS)
    await learn('1', { title: 'CEO', seniority: 'vp' })
    await scoreAll()
    expect(await tiers()).toEqual([{ live: 'A', shadow: 'A' }])
    await learn('1', { title: 'CEO' })
    await scoreAll()
    expect(await tiers()).toEqual([{ live: 'C', shadow: 'A' }])
  })

  test('does not hold a tier that only the live model gave', async () => {
    await goesLive(WITH_HYSTERESIS)
    await learn('1', { title: 'CEO', seniority: 'vp' })
    await scoreAll()
    await learn('1', { title: 'CEO' })
    await shadows(WITHOUT)
    await scoreAll()
    expect(await tiers()).toEqual([{ live: 'A', shadow: 'C' }])
    // A shadow that follows starts afresh as well.
    await shadows(titleModelText('slower', 45, 'hysteresis: 20'))
    await scoreAll()
    expect(await tiers()).toEqual([{ live: 'A', shadow: 'C' }])
  })

  test('that has ended leaves no scores, not even of the batch under way', async () => {
    await goesLive(LIVE)
    await shadows(SHADOW)
    await learn('1', { title: 'CEO' })
    await scoreAll()
    expect(await rowsOf('shadow_score')).toHaveLength(1)
    await learn('1', { title: 'CTO' })
    const models = createModels(() => database.db)
    const shadow = async (installationId: string) => {
      const scorer = await models.shadow(installationId)
      await endShadow(database.db, installation.id, BY_ANN)
      return scorer
    }
    await scoreAll(depsWith({ shadow }))
    expect(await rowsOf('shadow_score')).toEqual([])
    expect(await models.shadow(installation.id)).toBeNull()
  })

  test('that goes live is no shadow any more, and its scores become the real ones', async () => {
    await goesLive(LIVE)
    await shadows(SHADOW)
    await learn('1', { title: 'CEO' })
    await scoreAll()
    await goesLive(SHADOW)
    await scoreAll()
    expect(await rowsOf('shadow_score')).toEqual([])
    expect(await rowsOf('score')).toMatchObject([{ model: versionName(SHADOW), score: '60.00' }])
  })

  test('that fails for somebody is logged once, and everybody has their real score', async () => {
    await goesLive(LIVE)
    await shadows(SHADOW)
    for (const id of ['1', '2', '3']) await learn(id, { title: 'CEO' })
    await scoreAll()
    for (const id of ['1', '2', '3']) await learn(id, { title: id === '3' ? 'CTO' : 'poison' })
    const lines: Record<string, unknown>[] = []
    const log = createLog('warn', { write: (line) => void lines.push(JSON.parse(line)) })
    const failing = await poisoned()
    await scoreAll(depsWith({ log, shadow: async () => failing }))
    expect(lines).toMatchObject([{ failed: 2, scored: 1, person: '1', error: { class: 'Error' } }])
    expect(await rowsOf('score')).toHaveLength(3)
    expect(await rowsOf('rejection')).toEqual([])
    expect(await rowsOf('shadow_score')).toMatchObject([{ person_id: '3' }])
    expect(await compare()).toMatchObject({ compared: 1, missing: 2 })
  })
  const poisoned = async (): Promise<Scorer> => {
    const real = await createModels(() => database.db).shadow(installation.id)
    if (!real) throw new Error('no shadow')
    return {
      ...real,
      standing(facts, asOf) {
        if (facts.person['title'] === 'poison') throw new Error('poison')
        return real.standing(facts, asOf)
      },
    }
  }
  const compare = () =>
    compareWithShadow(database.db, installation.id, versionName(LIVE), versionName(SHADOW))

  test('that cannot be read any more does not keep anybody from their real score', async () => {
    await goesLive(LIVE)
    await shadows(SHADOW)
    await sql`update model_version set document = 'model: 7' where status = 'shadow'`.execute(
      database.db,
    )
    await learn('1', { title: 'CEO' })
    const lines: Record<string, unknown>[] = []
    const log = createLog('warn', { write: (line) => void lines.push(JSON.parse(line)) })
    await scoreAll(depsWith({ log }))
    expect(await rowsOf('score')).toHaveLength(1)
    expect(lines).toMatchObject([{ msg: 'the shadow model cannot be used' }])
  })

  test('forgets people who are gone', async () => {
    await goesLive(LIVE)
    await shadows(SHADOW)
    await learn('1', { title: 'CEO' })
    await scoreAll()
    await dropScores(database.db, installation.id, ['1'])
    expect(await rowsOf('shadow_score')).toEqual([])
  })

  test('is compared with the live one over everybody whom both have scored', async () => {
    await goesLive(LIVE)
    for (const id of ['1', '2']) await learn(id, { title: 'CEO' })
    await learn('3', {})
    await scoreAll()
    await shadows(SHADOW)
    expect(await compare()).toMatchObject({ compared: 0, missing: 3, averageDifference: null })
    await scoreAll()
    expect(await compare()).toEqual({
      compared: 3,
      missing: 0,
      tierMoves: [
        { live: 'C', shadow: 'A', people: 2 },
        { live: 'C', shadow: 'C', people: 1 },
      ],
      tierChanges: 2,
      stageChanges: 2,
      gradeChanges: 0,
      higher: 2,
      lower: 0,
      averageDifference: 10,
      averageChange: 10,
    })
  })
})
