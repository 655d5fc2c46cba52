import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import type { Tiers } from '../../connectors/connector.ts'
import { parseModelText } from '../../jobs/models.ts'
import { provisionFields } from '../../jobs/provision-fields.ts'
import { tiersOf } from '../../jobs/tiers.ts'
import { CrmRejected, CrmUnavailable } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'
import { publish } from '../../src/store/models.ts'
import { crmOf } from '../helpers/crm-of.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { movableClock, stageDeps } from '../helpers/deps.ts'
import { unusedConnection } from '../helpers/unused-connection.ts'

const NOW = new Date('2026-11-22T12:00:00Z')

const MODEL = `
model: own-names
dimensions: { fit: { max: 100 } }
grades: { A: 80, D: 0 }
stages: { mql: { score: 50 } }
tiers: { Platinum: { score: 80 }, Gold: { score: 60 }, Bronze: {} }
accounts:
  tiers: { Key: 50, Watch: 10 }
signals:
  - { id: vp, label: VP, dimension: fit, points: 80, when: { person.seniority: vp } }
`

describe('the tiers of the live model', () => {
  const database = useDatabase()
  const installed = async (text?: string) => {
    const installation = await makeInstallation(database.db)
    if (text !== undefined) {
      const decision = { actor: 'ann', reason: null, at: NOW }
      await publish(database.db, installation.id, parseModelText(text, 'a model'), decision)
    }
    return installation
  }

  test('are those of people and of accounts, best first', async () => {
    const { id } = await installed(MODEL)
    expect(await tiersOf(database, id)).toEqual({
      person: ['Platinum', 'Gold', 'Bronze'],
      company: ['Key', 'Watch'],
    })
  })

  test('of the starter model are the usual ones', async () => {
    const { id } = await installed(await readFile('config/models/b2b-starter.yaml', 'utf8'))
    expect(await tiersOf(database, id)).toEqual({
      person: ['A', 'B', 'C'],
      company: ['A', 'B', 'C'],
    })
  })

  test('are none where no model is live', async () => {
    const { id } = await installed()
    expect(await tiersOf(database, id)).toEqual({ person: [], company: [] })
  })

  const provisionWith = async (answer: () => Promise<void>) => {
    const installation = await installed(MODEL)
    const asked: Tiers[] = []
    const warned: string[] = []
    const log = createLog('warn', { write: (line: string) => void warned.push(line) })
    const connection = {
      ...unusedConnection,
      provision(tiers: Tiers) {
        asked.push(tiers)
        return answer()
      },
    }
    const deps = stageDeps(database.db, movableClock(NOW), { log })
    const done = provisionFields(deps, installation, crmOf(connection).open(installation))
    return { done, asked, warned }
  }

  test('become choices of our fields before anything is read', async () => {
    const { done, asked } = await provisionWith(async () => {})
    await done
    expect(asked).toEqual([{ person: ['Platinum', 'Gold', 'Bronze'], company: ['Key', 'Watch'] }])
  })

  test('a field that somebody made with another type is told and stops no reading', async () => {
    const refusal = new CrmRejected('hubspot', 409, 'plumbline_tier has type number')
    const { done, warned } = await provisionWith(() => Promise.reject(refusal))
    await done
    expect(warned.join()).toContain('our fields are not as they must be')
  })

  test('a CRM that does not answer is asked again later', async () => {
    const { done } = await provisionWith(() =>
      Promise.reject(new CrmUnavailable('hubspot', 'busy')),
    )
    await expect(done).rejects.toThrow(CrmUnavailable)
  })
})
