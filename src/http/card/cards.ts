import type { Outlook } from '../../scoring/outlook/unknown.ts'
import type { CardCompany, CardInstallation, CardPerson } from '../../store/card-view.ts'
import { accountWords } from './account.ts'
import { personWords } from './person.ts'
import type { CardView, QuietCard } from './view.ts'
import { agoWords, fadeWords, leaveWords, momentWords } from './words.ts'

/** Under which circumstances somebody looks at a record. */
export interface Circumstances {
  readonly installation: CardInstallation
  /** The record on which the card is. */
  readonly askedFor: string
  /** Of the model that made the score; null when it is not stored any more. */
  readonly outlook: Outlook | null
  readonly now: Date
}

/** Nobody is known under that id. */
export const UNKNOWN: QuietCard = {
  state: 'unknown',
  text: 'Plumbline has not read this record yet. New records are scored within minutes; look again shortly. If it stays like this, ask your administrator whether Plumbline is running.',
}

/** Nothing is shown of an account that has removed the app. */
export const DISCONNECTED: QuietCard = {
  state: 'disconnected',
  text: 'Plumbline is not connected to this account any more, so there is no score to show. An administrator can connect it again with the installation link.',
}

const WAITING: QuietCard = {
  state: 'not_scored',
  text: 'This record is known and waits for its first score. That takes minutes, or until the first reading of all records is through.',
}

const NO_ACCOUNTS: QuietCard = {
  state: 'not_scored',
  text: 'Your scoring model does not score companies, only people. To score companies, add a part “accounts” to the model.',
}

/** What the card on a person shows. */
export function personCard(person: CardPerson, it: Circumstances): CardView {
  const { result, others, account } = person
  if (!result) return WAITING
  const together =
    others === 0 ? [] : [`Scored together with ${counted(others, 'other record')} of this person.`]
  return {
    ...personWords(result, it.outlook, it.now),
    ...commonWords(result, it),
    change: fadeWords(person.nextChangeAt, it.now, it.installation.timeZone),
    notes: [...notesOf(person, it), ...together],
    account: account && accountName(account),
  }
}

/** What the card on a company shows. */
export function accountCard(company: CardCompany, it: Circumstances): CardView {
  const { result } = company
  if (!result) return it.installation.scoresAccounts ? WAITING : NO_ACCOUNTS
  return {
    ...accountWords(result, it.outlook?.document ?? null),
    ...commonWords(result, it),
    change: leaveWords(company.nextChangeAt, it.now, it.installation.timeZone),
    notes: notesOf(company, it),
  }
}

type Shown = CardPerson | CardCompany

function commonWords(
  { asOf, model }: { readonly asOf: string; readonly model: string },
  { installation: { status, timeZone }, now }: Circumstances,
) {
  return {
    scoredAgo: agoWords(asOf, now),
    scoredAt: momentWords(new Date(asOf), timeZone),
    model,
    paused: status === 'paused',
  }
}

function notesOf(record: Shown, { installation: { status }, askedFor }: Circumstances): string[] {
  const { id, isDue, refusal } = record
  const paused =
    'This score may be out of date. An administrator can resume Plumbline by connecting the account again.'
  const refused = `The CRM did not take the last update of the fields on this record: ${refusal}`
  return [
    ...(status === 'paused' ? [paused] : []),
    ...(isDue && status === 'active' ? ['This score is being brought up to date right now.'] : []),
    ...(refusal === null ? [] : [refused]),
    ...(id === askedFor ? [] : [`This record was merged into record ${id}, whose score this is.`]),
  ]
}

function accountName({ name, basis }: NonNullable<CardPerson['account']>): string {
  const words = name ?? 'a company without a name'
  return basis === 'association' ? words : `${words} (by e-mail domain)`
}

function counted(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`
}
