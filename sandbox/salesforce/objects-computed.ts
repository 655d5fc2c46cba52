import type { Fields, SObjectType, Value } from './record.ts'

/** A value that follows from others of its record, for queries and for answers alike. */
interface Computed {
  /** `get` makes the SQL of a stored value. */
  sql(get: (name: string) => string): string
  value(fields: Fields): Value
}

const WON = 'Closed Won'
const CLOSED: readonly Value[] = [WON, 'Closed Lost']
const OPEN: readonly Value[] = [
  'Prospecting',
  'Qualification',
  'Proposal/Price Quote',
  'Negotiation/Review',
]
const quoted = (values: readonly Value[]) => values.map((value) => `'${value}'`).join(', ')

const FULL_NAME: Computed = {
  sql: (get) =>
    `nullif(trim(coalesce(${get('FirstName')} || ' ', '') || coalesce(${get('LastName')}, '')), '')`,
  value({ FirstName, LastName }) {
    const name = [FirstName, LastName].filter((part) => part !== null && part !== undefined)
    return name.join(' ').trim() || null
  },
}

/** The standard stages decide; of another stage it must have been said. */
function stageFlag(name: string, yes: readonly Value[]): Computed {
  return {
    sql: (get) =>
      `case when ${get('StageName')} in (${quoted([...OPEN, ...CLOSED])})
         then ${get('StageName')} in (${quoted(yes)}) else coalesce(${get(name)}, 0) end`,
    value(fields) {
      const stage = fields['StageName'] ?? null
      return [...OPEN, ...CLOSED].includes(stage) ? yes.includes(stage) : fields[name] === true
    },
  }
}

const COMPUTED: Partial<Record<SObjectType, Readonly<Record<string, Computed>>>> = {
  Lead: { Name: FULL_NAME },
  Contact: {
    Name: FULL_NAME,
    IsEmailBounced: {
      sql: (get) => `(${get('EmailBouncedReason')} is not null)`,
      value: (fields) => (fields['EmailBouncedReason'] ?? null) !== null,
    },
  },
  User: { Name: FULL_NAME },
  Task: {
    IsClosed: {
      sql: (get) => `coalesce(${get('Status')} = 'Completed', 0)`,
      value: (fields) => fields['Status'] === 'Completed',
    },
  },
  Opportunity: { IsClosed: stageFlag('IsClosed', CLOSED), IsWon: stageFlag('IsWon', [WON]) },
}

/** How a field is computed; undefined for one that is stored. */
export function computedField(type: SObjectType, name: string): Computed | undefined {
  return COMPUTED[type]?.[name]
}
