import {
  type DerivedFacts,
  deriveCompany,
  derivePerson,
  ENRICHMENT_VERSION,
  mergeFacts,
} from '../src/enrichment/derive.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { type CompanyChanges, peopleTouchedBy } from '../src/store/account-links.ts'
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
import { samePeople } from '../src/store/identity.ts'
import type { Deps } from './deps.ts'
import { identifyCompanies, identifyPeople } from './identify.ts'
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
      const touched = await peopleTouchedBy(transaction, installationId, companies)
      await mark(transaction, installationId, 'enrich', 'person', touched, now)
      const accounts = idsOf(claims, 'company')
      await mark(transaction, installationId, 'score', 'company', accounts, now)
      // All of them, new version or not: somebody who changed company may have the same facts as before.
      await mark(transaction, installationId, 'score', 'person', people, now)
      return people.length + accounts.length
    })
    if (enriched > 0) await deps.wake('score', installationId)
    return true
  })
}

/** Returns what has changed about companies. */
async function enrichCompanies(
  transaction: Db,
  installationId: string,
  claims: readonly Claim[],
  now: Date,
): Promise<CompanyChanges> {
  const ids = idsOf(claims, 'company')
  const subjects = await mirroredCompanies(transaction, installationId, ids)
  const derive = ({ facts }: MirroredSubject) => deriveCompany(facts)
  const renewed = await saveDerived(transaction, installationId, 'company', subjects, derive, now)
  const identified = await identifyCompanies(transaction, installationId, ids, subjects)
  return { ...identified, changed: [...identified.gone, ...renewed] }
}

/** Returns whose score may be another one: everybody who was enriched, and who is or was the same person. */
async function enrichPeople(
  transaction: Db,
  installationId: string,
  claims: readonly Claim[],
  now: Date,
): Promise<readonly string[]> {
  const ids = idsOf(claims, 'person')
  const subjects = await mirroredPeople(transaction, installationId, ids)
  const before = await samePeople(transaction, installationId, ids)
  const { gone, accounts } = await identifyPeople(transaction, installationId, ids, subjects)
  const derive = ({ id, facts }: MirroredSubject) =>
    derivePerson(facts, accounts.get(id)?.companyFacts)
  await saveDerived(transaction, installationId, 'person', subjects, derive, now)
  const live = subjects.map(({ id }) => id)
  const after = await samePeople(transaction, installationId, live)
  const everybody = new Set([...live, ...before.values(), ...after.values()].flat())
  for (const id of gone) everybody.delete(id)
  return [...everybody]
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
