import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { giveConsent } from '../../src/cli/demo/consent.ts'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import { mark } from '../../src/store/due.ts'
import { type Installation, listInstallations } from '../../src/store/installations.ts'
import { createSecretBox } from '../../src/store/secret-box.ts'
import { readTokens } from '../../src/store/tokens.ts'
import { type Collector, startCollector } from '../helpers/collector.ts'
import { useDatabase } from '../helpers/database.ts'
import { TEST_SECRET } from '../helpers/secret.ts'
import { dump } from '../jobs/canaries.ts'
import { CANARY, type CanaryCrm, openCanaryOrg, openCanaryPortal } from './canary-crms.ts'
import { FAULTS, STAGE_FAILED, type Trouble } from './canary-faults.ts'
import { knockAsStranger } from './canary-strangers.ts'
import { type Observed, startObserved } from './observed-plumbline.ts'

const PEOPLE = 60

/** What the line must name besides: other stages may fail meanwhile. */
function stageOf(heard: string, id: string): string {
  return heard === STAGE_FAILED ? `"stage":"sync","installationId":"${id}"` : id
}

describe('a whole run on both CRMs, with everything going wrong, at log level trace', () => {
  const database = useDatabase()
  const crms: CanaryCrm[] = []
  const secrets = new Set<string>([TEST_SECRET, SANDBOX_APP.clientSecret])
  let plumbline: Observed
  let collector: Collector
  let queueTables: string
  let endedWith: number | null
  const kept: string[] = []
  beforeAll(async () => {
    crms.push(await openCanaryPortal(PEOPLE), await openCanaryOrg())
    collector = await startCollector()
    const tracing = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint }
    const environment = Object.assign(tracing, ...crms.map((each) => each.environment))
    plumbline = await startObserved(database.url, database.db, environment)
    await firstReading()
    await Promise.all(crms.map(sufferAll))
    await breakStatements()
    for (const secret of await knockAsStranger(plumbline.url)) secrets.add(secret)
    await eraseSome()
    await noteTokens()
    await plumbline.until('the traces', () => tracedErrors().has('other'))
    endedWith = await plumbline.breakDown()
  }, 240_000)
  afterAll(() => Promise.all([...crms, collector].map((each) => each.close())))

  const installations = () => listInstallations(database.db)
  const numberOf = async (query: string) => {
    const { rows } = await sql<{ n: number }>`${sql.raw(query)}`.execute(database.db)
    return rows[0]?.n ?? 0
  }
  const noteTokens = async () => {
    const box = createSecretBox(TEST_SECRET)
    for (const { id } of await installations()) {
      const { accessToken, refreshToken } = await readTokens(database.db, box, id)
      secrets.add(accessToken).add(refreshToken)
    }
  }

  const tracedErrors = () =>
    new Set(collector.spans().map(({ attributes }) => attributes['error.type']))
  const firstReading = async () => {
    for (const { crm } of crms) await giveConsent(plumbline.url, crm)
    await plumbline.until('the first reading', async () => {
      const open = await numberOf(
        `select count(*)::int as n from due where stage in ('enrich', 'score', 'write_back') and due_at <= now()`,
      )
      return open === 0 && plumbline.lines('sync complete') >= 2
    })
    await noteTokens()
  }
  const sufferAll = async (crm: CanaryCrm) => {
    const installation = (await installations()).find((each) => each.crm === crm.crm)
    if (!installation) throw new Error(`${crm.crm} is not installed`)
    for (const [n, trouble] of FAULTS[crm.crm].entries()) {
      await suffer(crm, installation, trouble, `${n % 2 ? 'CEO' : 'Intern'} Canary${n}q`)
    }
  }
  const suffer = async (
    crm: CanaryCrm,
    { id }: Installation,
    { faults, heard }: Trouble,
    title: string,
  ) => {
    const { rows } = await sql<{ id: string }>`
      select id from person where installation_id = ${id} order by id limit 8`.execute(database.db)
    await crm.faults(...faults)
    const strike = async () => {
      await crm.retitle(
        rows.map((row) => row.id),
        title,
      )
      await plumbline.hasten()
    }
    if (heard === 'rejected') {
      await strike()
      const filed = `select count(*)::int as n from rejection where installation_id = '${id}'`
      await plumbline.urge('a rejection', async () => (await numberOf(filed)) > 0)
    } else await plumbline.hears(heard, stageOf(heard, id), strike)
    if (heard === STAGE_FAILED) await keepReason(id)
    await crm.faults()
    await plumbline.hasten()
  }

  /** What is stored for the operator, who must know the CRM's words. */
  const keepReason = (id: string) =>
    plumbline.until('the reason', async () => {
      const { rows } = await sql<{ reason: string }>`
        select last_error as reason from due
        where installation_id = ${id} and stage = 'sync' and last_error is not null`.execute(
        database.db,
      )
      kept.push(...rows.map(({ reason }) => reason))
      return rows.length > 0
    })
  /** A statement that fails with the row in its message, and another while that is being noted. */
  const breakStatements = async () => {
    await sql`
      create function betray() returns trigger language plpgsql as $$
      begin
        raise exception 'invalid value %', new using detail = 'Key (email)=(canary1q@x.example) exists.';
      end $$`.execute(database.db)
    await sql`create trigger betray before update on due for each row
      when (new.last_error is distinct from old.last_error) execute function betray()`.execute(
      database.db,
    )
    const [first] = crms
    if (!first) throw new Error('there are two')
    await sql`create trigger betray before insert or update on person
      for each row execute function betray()`.execute(database.db)
    const { rows } = await sql<{ id: string }>`
      select id from person where id !~ '^00' limit 5`.execute(database.db)
    await plumbline.hears('job failed; its rows stay due', '', async () => {
      await first.retitle(
        rows.map(({ id }) => id),
        'Canary99q',
      )
      await plumbline.hasten()
    })
    const tables = await dump(database.db)
    queueTables = [...tables].flatMap(([name, rows]) => (/bullmq/.test(name) ? [rows] : [])).join()
    await sql`drop function betray() cascade`.execute(database.db)
    await plumbline.hasten()
  }

  const eraseSome = async () => {
    for (const { id } of await installations()) {
      const { rows } = await sql<{ id: string }>`
        select id from person where installation_id = ${id} limit 2`.execute(database.db)
      const ids = rows.map((row) => row.id)
      await mark(database.db, id, 'erase', 'person', ids, new Date())
    }
    const erased = 'select count(*)::int as n from erased'
    await plumbline.until('the erasure', async () => (await numberOf(erased)) >= 4)
  }

  test('met people with names, and refusals and errors that name them, so that the test can fail', async () => {
    const tables = await dump(database.db)
    const texts = ['person', 'company', 'rejection'].map((name) => tables.get(`public.${name}`))
    expect([...texts, kept.join()].map((text) => CANARY.test(text ?? ''))).not.toContain(false)
    expect(endedWith).toBe(1)
    expect(plumbline.lines('request failed')).toBeGreaterThan(2)
    expect(plumbline.lines('webhook refused')).toBeGreaterThan(2)
  })

  test('prints nothing of anybody', () => {
    const lines = plumbline.printed().split('\n')
    expect(lines.filter((line) => CANARY.test(line))).toEqual([])
  })

  test('prints no secret', () => {
    expect(secrets.size).toBeGreaterThan(9)
    const printed = plumbline.printed()
    expect([...secrets].filter((secret) => printed.includes(secret))).toEqual([])
  })

  test('exports no trace with anything of anybody, or a secret', () => {
    for (const kind of ['rejected', 'unavailable', 'misconfigured', 'other']) {
      expect.soft(tracedErrors()).toContain(kind)
    }
    const received = collector.received()
    expect(received.match(CANARY)).toBeNull()
    expect([...secrets].filter((secret) => received.includes(secret))).toEqual([])
  })

  test('leaves nothing of anybody in the tables of the queue', () => {
    expect(queueTables).toContain('DatabaseError')
    expect(queueTables.match(CANARY)).toBeNull()
  })

  test('still says what happened: the class, the code, the CRM and the place', () => {
    const printed = plumbline.printed()
    for (const word of ['CrmRejected', 'CrmUnavailable', 'CrmMisconfigured', 'DatabaseError']) {
      expect.soft(printed).toContain(`"class":"${word}"`)
    }
    expect.soft(printed).toContain('an error that nobody expected')
    expect.soft(printed).toContain('"codes":["MALFORMED_QUERY"]')
    expect.soft(printed).toMatch(/"at":\["connectors\/\w+\/errors\.ts:\d+/)
  })
})
