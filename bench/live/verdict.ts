import { readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { SANDBOX_APP } from '../../src/cli/demo/sandbox-process.ts'
import { compileAccounts } from '../../src/scoring/accounts/compile-accounts.ts'
import { compileModel } from '../../src/scoring/engine/compile.ts'
import { parseModel } from '../../src/scoring/language/parse.ts'
import { type Judges, judgePortal, type Verdict } from '../../test/e2e/oracle.ts'
import type { Live } from './stage.ts'

const STARTER = path.resolve(import.meta.dirname, '../../config/models/b2b-starter.yaml')
/** Below 110 calls in ten seconds. */
const JUDGE_PACE_MS = 95

/** The starter model without hysteresis, whose outcome depends on the way that led there. */
export async function steadyModel(): Promise<{ readonly file: string; readonly judges: Judges }> {
  const text = (await readFile(STARTER, 'utf8')).replace(/^hysteresis: \d+/m, 'hysteresis: 0')
  const parsed = parseModel(text)
  const accounts = parsed.ok ? compileAccounts(parsed.model) : null
  if (!parsed.ok || !accounts) throw new Error('the starter model has problems')
  const file = path.join(os.tmpdir(), 'plumbline-steady-model.yaml')
  await writeFile(file, text)
  return { file, judges: { scorer: compileModel(parsed.model), accounts } }
}

/** How an end state differs from what a fresh computation gives. */
export interface EndState {
  readonly verdict: Verdict
  /** Values that are wrong; none of those below. */
  readonly wrong: readonly string[]
  /**
   * Values that nobody can compute from the portal alone: a contact that others were merged into keeps their
   * activities here, of which HubSpot has overwritten the traces. And the accounts of such contacts.
   */
  readonly ofMerged: number
  /** Contacts in the CRM that carry another value than ours. */
  readonly unwritten: number
}

export async function judgeEndState(
  live: Live,
  judges: Judges,
  winners: ReadonlySet<string>,
): Promise<EndState> {
  const verdict = await judgePortal(live.sandboxUrl, SANDBOX_APP, judges, JUDGE_PACE_MS)
  const { rows } = await sql<{ companyId: string }>`
    select distinct account_id as "companyId" from score
    where installation_id = ${live.installation.id} and person_id = any(${[...winners]})
      and account_id is not null`.execute(live.db)
  const excused = new Set([...winners, ...rows.map(({ companyId }) => companyId)])
  const idOf = (line: string) => /\d+/.exec(line)?.[0] ?? ''
  // What people archived meanwhile keeps what was written before.
  const judged = verdict.differences.filter((line) => !line.startsWith('archived'))
  const wrong = judged.filter((line) => !excused.has(idOf(line)))
  return {
    verdict,
    wrong,
    ofMerged: judged.length - wrong.length,
    unwritten: await unwrittenOf(live),
  }
}

async function unwrittenOf({ db, installation }: Live): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*)::int as n from score s
    join person p on p.installation_id = s.installation_id and p.id = s.person_id
      and p.deleted_at is null and p.merged_into is null
    left join written w on w.installation_id = s.installation_id and w.subject_kind = 'person'
      and w.subject_id = s.person_id
    where s.installation_id = ${installation.id}
      and (w.written_values is null or not w.written_values @> s.written_values)`.execute(db)
  return rows[0]?.n ?? 0
}
