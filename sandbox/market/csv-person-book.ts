import type { Field } from './csv-aliases.ts'
import type { Fields } from './csv-fields.ts'

/** By what another file may refer to a person, surest first; a people file's plain "ID" is the person's. */
const KEYS: readonly (readonly [field: Field, key: string])[] = [
  ['personId', 'person'],
  ['recordId', 'person'],
  ['leadId', 'lead'],
  ['email', 'email'],
]

/** Who is who across files. */
export interface PersonBook {
  remember(fields: Fields, contactId: string): void
  find(fields: Fields): string | undefined
  /** False when the row's lead has had its deal already, as leads and opportunities files both tell it. */
  claimDeal(fields: Fields): boolean
}

/** @param linked Whether any file refers to people; otherwise nothing is remembered. */
export function createPersonBook(linked: boolean): PersonBook {
  const contactIds = new Map<string, string>()
  const leadsWithDeal = new Set<string>()
  return {
    remember(fields, contactId) {
      if (!linked) return
      for (const key of keysOf(fields)) if (!contactIds.has(key)) contactIds.set(key, contactId)
    },
    find(fields) {
      for (const key of keysOf(fields)) {
        const contactId = contactIds.get(key)
        if (contactId !== undefined) return contactId
      }
      return undefined
    },
    claimDeal(fields) {
      const lead = fields.text('leadId')
      if (lead === undefined) return true
      if (leadsWithDeal.has(lead)) return false
      leadsWithDeal.add(lead)
      return true
    },
  }
}

function* keysOf(fields: Fields): Generator<string> {
  for (const [field, key] of KEYS) {
    const value = fields.text(field)
    if (value !== undefined) yield `${key}:${key === 'email' ? value.toLowerCase() : value}`
  }
}
