import type { FactHistory } from '../connectors/page.ts'
import { deriveCompany, derivePerson, mergeFacts } from '../src/enrichment/derive.ts'
import type { FactMap, SubjectKind } from '../src/leads/facts.ts'
import type { Db } from '../src/store/database.ts'
import { addHistoricVersions } from '../src/store/fact-history.ts'

/**
 * Puts what the CRM remembers of its subjects before the versions that we have, derived facts included, so that
 * replays reach back behind the installation. Current facts stay as they are, and doing it again changes nothing.
 * @param now a version that claims to be from later is left out
 * @returns how many versions were added
 */
export async function storeHistory(
  transaction: Db,
  installationId: string,
  histories: readonly FactHistory[],
  now: Date,
): Promise<number> {
  let added = 0
  for (const kind of ['person', 'company'] as const) {
    const versions = histories
      .filter(({ subject }) => subject.kind === kind)
      .flatMap(({ subject, versions }) =>
        versions
          .filter(({ knownAt }) => knownAt <= now)
          .map(({ knownAt, facts }) => ({
            id: subject.id,
            knownAt,
            facts: withDerived(kind, facts),
          })),
      )
    added += await addHistoricVersions(transaction, installationId, kind, versions)
  }
  return added
}

/** Of the person's own words alone: which company was whose at that time nobody recorded. */
function withDerived(kind: SubjectKind, facts: FactMap): FactMap {
  const derived = kind === 'person' ? derivePerson(facts, undefined) : deriveCompany(facts)
  return mergeFacts(facts, derived)
}
