import type { SubjectKind } from '../../src/leads/facts.ts'
import type { Hold, Tiers } from '../connector.ts'
import { type Org, orgDuring } from './org.ts'
import { createFieldBook, type FieldBook } from './org-fields.ts'
import { healKind, type Provisioned, provision } from './provision.ts'

/** Who writes into one org, and what is known of our fields there. */
export interface Writing {
  readonly org: Org
  readonly book: FieldBook
  /** @throws CrmRejected as `provision` does */
  provision(tiers: Tiers): Promise<void>
  /** Looks after our fields of a kind; what could not be mended is not tried again for some minutes. */
  heal(kind: SubjectKind, tiers: readonly string[]): Promise<Provisioned>
  /** The same, while something is held: no values are sent once it is lost. */
  during(hold: Hold): Writing
}

/** Mending takes some calls of the org's day, and an admin some time. */
const HOPELESS_FOR_MS = 10 * 60_000

export function createWriting(org: Org): Writing {
  const book = createFieldBook(org)
  const hopeless = new Map<SubjectKind, { readonly at: number; readonly found: Provisioned }>()
  const now = () => org.context.clock.now().getTime()
  const writing: Writing = {
    org,
    book,
    provision(tiers) {
      hopeless.clear()
      return provision(org, book, tiers)
    },
    async heal(kind, tiers) {
      const last = hopeless.get(kind)
      if (last && now() - last.at < HOPELESS_FOR_MS) return last.found
      const found = await healKind(org, book, kind, tiers)
      if (found.unusable.size > 0) hopeless.set(kind, { at: now(), found })
      return found
    },
    during: (hold) => ({ ...writing, org: orgDuring(org, hold) }),
  }
  return writing
}
