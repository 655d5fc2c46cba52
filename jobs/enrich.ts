import {
  type DerivedFacts,
  deriveCompany,
  derivePerson,
  ENRICHMENT_VERSION,
  mergeFacts,
} from '../src/enrichment/derive.ts'
import type { SubjectKind } from '../src/leads/facts.ts'
import { type LinkedAccount, peopleTouchedBy } from '../src/store/account-links.ts'
import { type Db, inTransaction } from '../src/store/database.ts'
import { type Claim, mark, type Settlement } from '../src/store/due.ts'
import {
  addFactVersions,
  type MirroredPerson,
  type MirroredSubject,
  markOutdated,
  mirroredCompanies,
  mirroredPeople,
  saveEnrichment,
} from '../src/store/fact-versions.ts'
import { lockIdentities, samePeople } from '../src/store/identity.ts'
import type { Deps } from './deps.ts'
import { identifyCompanies, identifyPeople } from './identify.ts'
import { shareOf } from './lanes.ts'
import type { WakePayload } from './queues.ts'
import { settleOwn } from './settle-own.ts'
import { workSlice } from './slice.ts'

const BATCH = 500

/** The rules that need no network. */
const DERIVED = { name: 'derived', version: ENRICHMENT_VERSION }

/** What older rules have derived is derived again; called once when workers start. */
export function redoOutdated({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> {
  return markOutdated(db, DERIVED, clock.now())
}

/**
 * Derives what the CRM leaves unsaid, and adds a version of the facts where they changed. Companies first: their
 * people then see the new facts.
 */
export async function enrich(wake: WakePayload, deps: Deps): Promise<void> {
  const { installationId } = wake
  const share = await shareOf(wake, 'enrich', deps)
  const companies = async (claims: readonly Claim[]) => {
    await enrichCompanies(deps, installationId, claims)
    return true
  }
  const ofCompanies = { ...share, kind: 'company' }
  await workSlice(deps, 'enrich', installationId, BATCH, companies, ofCompanies)
  const people = async (claims: readonly Claim[]) => {
    await enrichPeople(deps, installationId, claims)
    return true
  }
  await workSlice(deps, 'enrich', installationId, BATCH, people, { ...share, kind: 'person' })
}

async function enrichCompanies(
  deps: Deps,
  installationId: string,
  claims: readonly Claim[],
): Promise<void> {
  const now = deps.clock.now()
  const ids = claims.map(({ id }) => id)
  await inTransaction(deps.db, async (transaction) => {
    await lockIdentities(transaction, installationId)
    const subjects = await mirroredCompanies(transaction, installationId, ids)
    const derive = ({ facts }: MirroredSubject) => deriveCompany(facts)
    const renewed = await saveDerived(transaction, installationId, 'company', subjects, derive, now)
    const identified = await identifyCompanies(transaction, installationId, ids, subjects)
    await settleOwn(transaction, installationId, 'enrich', done(claims))
    const changes = { ...identified, changed: [...identified.gone, ...renewed] }
    const touched = await peopleTouchedBy(transaction, installationId, changes)
    await mark(transaction, installationId, 'enrich', 'person', touched, now)
    await mark(transaction, installationId, 'score', 'company', ids, now)
  })
  await deps.wake('score', installationId)
}

async function enrichPeople(
  deps: Deps,
  installationId: string,
  claims: readonly Claim[],
): Promise<void> {
  const now = deps.clock.now()
  const known = await inTransaction(deps.db, (transaction) =>
    identify(transaction, installationId, claims, now),
  )
  const { subjects, accounts, scored } = known
  await inTransaction(deps.db, async (transaction) => {
    const derive = ({ id, facts }: MirroredSubject) =>
      derivePerson(facts, accounts.get(id)?.companyFacts)
    await saveDerived(transaction, installationId, 'person', subjects, derive, now)
    await settleOwn(transaction, installationId, 'enrich', done(claims))
    // All of them, new version or not: somebody who changed company may have the same facts as before.
    await mark(transaction, installationId, 'score', 'person', scored, now)
  })
  if (scored.length > 0) await deps.wake('score', installationId)
}

interface Identified {
  readonly subjects: readonly MirroredPerson[]
  readonly accounts: ReadonlyMap<string, LinkedAccount>
  /** Whose score may be another one: everybody who is enriched, and who is or was the same person. */
  readonly scored: readonly string[]
}

/**
 * Who people are and whose, one batch of an installation at a time; what takes longest comes after it. A crash between
 * the two repeats both, and then nobody knows any more who was the same person: so those are marked here already.
 */
async function identify(
  transaction: Db,
  installationId: string,
  claims: readonly Claim[],
  now: Date,
): Promise<Identified> {
  const ids = claims.map(({ id }) => id)
  await lockIdentities(transaction, installationId)
  const subjects = await mirroredPeople(transaction, installationId, ids)
  const before = await samePeople(transaction, installationId, ids)
  const { gone, accounts } = await identifyPeople(transaction, installationId, ids, subjects)
  const live = subjects.map(({ id }) => id)
  const after = await samePeople(transaction, installationId, live)
  const everybody = new Set([...live, ...before.values(), ...after.values()].flat())
  for (const id of gone) everybody.delete(id)
  const others = [...everybody.difference(new Set(ids))]
  await mark(transaction, installationId, 'score', 'person', others, now)
  return { subjects, accounts, scored: [...everybody] }
}

function done(claims: readonly Claim[]): readonly Settlement[] {
  return claims.map((claim) => ({ claim }))
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
