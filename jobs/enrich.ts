import {
  type DerivedFacts,
  deriveCompany,
  derivePerson,
  ENRICHMENT_VERSION,
  mergeFacts,
} from '../src/enrichment/derive.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, mark, settle } from '../src/store/due.ts'
import {
  addFactVersions,
  type MirroredSubject,
  markOutdated,
  mirroredCompanies,
  mirroredPeople,
  saveEnrichment,
} from '../src/store/fact-versions.ts'
import { peopleOfCompanies } from '../src/store/subjects.ts'
import type { Deps } from './deps.ts'
import type { WakePayload } from './queues.ts'
import { workSlice } from './slice.ts'

const BATCH = 500

/** The rules that need no network. */
const DERIVED = { name: 'derived', version: ENRICHMENT_VERSION }

/** What older rules have derived is derived again; called once when workers start. */
export function redoOutdated({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  return markOutdated(db, DERIVED, clock.now())
}

/** Derives what the CRM leaves unsaid, and adds a version of the facts where they changed. */
export function enrich({ installationId }: WakePayload, deps: Deps): Promise<void> {
  return workSlice(deps, 'enrich', installationId, BATCH, async (claims) => {
    const now = deps.clock.now()
    const enriched = await inTransaction(deps.db, async (transaction) => {
      // Companies first: their people in the same batch then see the new facts.
      const companies = await enrichCompanies(transaction, installationId, claims, now)
      const people = await enrichPeople(transaction, installationId, claims, now)
      await settle(
        transaction,
        installationId,
        'enrich',
        claims.map((claim) => ({ claim })),
      )
      const employees = await peopleOfCompanies(transaction, installationId, companies)
      await mark(transaction, installationId, 'enrich', 'person', employees, now)
      // All of them, new version or not: somebody who changed company may have the same facts as before.
      await mark(transaction, installationId, 'score', 'person', people, now)
      return people.length
    })
    if (enriched > 0) await deps.wake('score', installationId)
    return true
  })
}

/** Returns the companies that got new facts. */
async function enrichCompanies(
  transaction: Db,
  installationId: string,
  claims: readonly Claim[],
  now: Date,
): Promise<readonly string[]> {
  const subjects = await mirroredCompanies(transaction, installationId, idsOf(claims, 'company'))
  const derive = ({ facts }: MirroredSubject) => deriveCompany(facts)
  return saveDerived(transaction, installationId, 'company', subjects, derive, now)
}

/** Returns everybody who was enriched. */
async function enrichPeople(
  transaction: Db,
  installationId: string,
  claims: readonly Claim[],
  now: Date,
): Promise<readonly string[]> {
  const subjects = await mirroredPeople(transaction, installationId, idsOf(claims, 'person'))
  const derive = ({ facts, companyFacts }: MirroredSubject) =>
    derivePerson(facts, companyFacts ?? undefined)
  await saveDerived(transaction, installationId, 'person', subjects, derive, now)
  return subjects.map(({ id }) => id)
}

async function saveDerived(
  transaction: Db,
  installationId: string,
  kind: SubjectKind,
  subjects: readonly MirroredSubject[],
  derive: (subject: MirroredSubject) => DerivedFacts,
  now: Date,
): Promise<readonly string[]> {
  const found = subjects.map((subject) => ({ subject, derived: derive(subject) }))
  await saveEnrichment(
    transaction,
    installationId,
    kind,
    DERIVED,
    found.map(({ subject, derived }) => ({ id: subject.id, facts: derived })),
    now,
  )
  const versions = found.map(({ subject, derived }) => ({
    id: subject.id,
    facts: mergeFacts(subject.facts, derived),
  }))
  return addFactVersions(transaction, installationId, kind, versions, now)
}

function idsOf(claims: readonly Claim[], kind: SubjectKind): readonly string[] {
  return claims.filter((claim) => claim.kind === kind).map((claim) => claim.id)
}
