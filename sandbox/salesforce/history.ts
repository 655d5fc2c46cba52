import { customFields } from './custom-fields.ts'
import { hasObject } from './objects.ts'
import type { Fields, SObjectType, StoredRecord, Value } from './record.ts'
import { insertRecord } from './record-table.ts'
import type { WriteContext } from './writer-context.ts'

const HISTORY_OF = {
  Lead: 'LeadHistory',
  Contact: 'ContactHistory',
  Account: 'AccountHistory',
} as const
type Tracked = keyof typeof HISTORY_OF

/** What most orgs track. Twenty fields of an object can be. */
const USUALLY_TRACKED: Readonly<Record<Tracked, readonly string[]>> = {
  Lead: [
    'FirstName',
    'LastName',
    'Title',
    'Email',
    'Company',
    'Status',
    'Industry',
    'NumberOfEmployees',
    'AnnualRevenue',
    'Website',
    'Country',
    'Rating',
    'OwnerId',
  ],
  Contact: ['FirstName', 'LastName', 'Title', 'Email', 'AccountId', 'MailingCountry', 'OwnerId'],
  Account: ['Name', 'Industry', 'NumberOfEmployees', 'AnnualRevenue', 'Website', 'OwnerId'],
}

/** Of texts beyond this length the history says only that they changed. */
const LONGEST = 255

function isTracked(type: SObjectType): type is Tracked {
  return Object.hasOwn(HISTORY_OF, type)
}

function trackedFields({ org, rules }: WriteContext, type: Tracked): string[] {
  const standard = rules.tracked?.[type] ?? USUALLY_TRACKED[type]
  const custom = customFields(org.store, type).filter(({ trackHistory }) => trackHistory)
  return [...standard, ...custom.map(({ name }) => name)]
}

/** `OwnerId` stands as `Owner`, `AccountId` as `Account`. */
function nameInHistory(name: string): string {
  return name.endsWith('__c') ? name : name.replace(/Id$/, '')
}

function shown(value: Value): Value {
  return typeof value === 'string' && value.length > LONGEST ? null : value
}

/** Adds one row to the history of a record, if the org keeps one. */
export function addHistory(
  { org, actor, stamps }: WriteContext,
  record: Pick<StoredRecord, 'type' | 'id'>,
  row: { readonly field: string; readonly before: Value; readonly after: Value },
): void {
  const { type, id } = record
  if (!isTracked(type) || !hasObject(org.store, HISTORY_OF[type])) return
  insertRecord(org.store, {
    type: HISTORY_OF[type],
    fields: {
      [`${type}Id`]: id,
      Field: row.field,
      OldValue: shown(row.before),
      NewValue: shown(row.after),
      CreatedById: actor.userId,
    },
    createdAt: stamps.stampedAt,
    ...(stamps.visibleAt !== undefined && { visibleAt: stamps.visibleAt }),
  })
}

/** Keeps what a change does to the values of a record that are tracked. */
export function recordHistory(
  context: WriteContext,
  record: Pick<StoredRecord, 'type' | 'id'>,
  before: Fields,
  after: Fields,
): void {
  if (!isTracked(record.type)) return
  for (const name of trackedFields(context, record.type)) {
    const [old, next] = [before[name] ?? null, after[name] ?? null]
    if (old !== next)
      addHistory(context, record, { field: nameInHistory(name), before: old, after: next })
  }
}
