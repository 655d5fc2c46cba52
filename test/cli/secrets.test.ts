import { sql } from 'kysely'
import { beforeEach, describe, expect, test } from 'vitest'
import { UserError } from '../../src/errors.ts'
import { auditOf } from '../../src/store/audit.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { resealTokens } from '../../src/store/token-rotation.ts'
import { readTokens } from '../../src/store/tokens.ts'
import { plumbline } from '../helpers/cli.ts'
import { makeInstallation, useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'

const NEW = 'a new secret, as long as it must be'

describe('plumbline secrets', () => {
  const database = useDatabase()
  beforeEach(() => sql`truncate installation cascade`.execute(database.db))
  const run = (previous: string, ...args: string[]) =>
    plumbline(['secrets', ...args], {
      DATABASE_URL: database.url,
      PLUMBLINE_SECRET: NEW,
      PLUMBLINE_SECRET_PREVIOUS: previous,
    }).ended

  test('seals all tokens anew, in batches, and says how many; then the former secret is needed no more', async () => {
    const made = []
    for (let n = 0; n < 205; n += 1) made.push(await makeInstallation(database.db))
    expect((await run(TEST_SECRET)).stdout).toContain('205 accounts sealed under the former')
    const rotated = await run(TEST_SECRET, '--rotate')
    expect([rotated.code, rotated.stdout]).toEqual([
      0,
      expect.stringContaining('205 accounts sealed anew under the present secret'),
    ])
    const fresh = createSecretBox(NEW)
    for (const { id } of made) {
      expect(await readTokens(database.db, fresh, id)).toMatchObject({ refreshToken: 'r' })
    }
    const again = JSON.parse((await run('', '--rotate', '--json')).stdout)
    expect(again).toEqual({ rotated: true, current: 205, former: 0, unreadable: [] })
    const [first] = made
    expect(await auditOf(database.db, first?.id ?? '', 'tokens.resealed', 9)).toHaveLength(1)
  })

  test('names the accounts whose tokens nothing opens, leaves them, and ends 1', async () => {
    const { crm, accountId } = await makeInstallation(database.db)
    const { code, stdout } = await run('', '--rotate')
    expect(code).toBe(1)
    expect(stdout).toContain(`Sealed under neither secret: ${crm}/${accountId}.`)
    expect(stdout).toContain('PLUMBLINE_SECRET_PREVIOUS')
    expect(JSON.parse((await run(TEST_SECRET, '--json')).stdout)).toMatchObject({ former: 1 })
  })
})

describe('tokens in the database', () => {
  const database = useDatabase()
  const box = createSecretBox(TEST_SECRET)

  test('copied to another installation’s row do not open there', async () => {
    const [from, to] = [await makeInstallation(database.db), await makeInstallation(database.db)]
    await sql`
      update installation set tokens = (select tokens from installation where id = ${from.id})
      where id = ${to.id}`.execute(database.db)
    await expect(readTokens(database.db, box, to.id)).rejects.toThrow(UserError)
    expect(await readTokens(database.db, box, from.id)).toMatchObject({ accessToken: 'a' })
  })

  test('of an account that was disconnected are none to be sealed', async () => {
    const { id } = await makeInstallation(database.db)
    await sql`update installation set tokens = null`.execute(database.db)
    expect(await resealTokens(database.db, box, 'test', new Date())).toEqual([])
    expect(await auditOf(database.db, id, 'tokens.resealed', 1)).toEqual([])
  })
})
