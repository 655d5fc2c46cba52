import { ALIASES, FIELDS, type Field, type FileKind } from './csv-aliases.ts'
import { CsvProblem } from './csv-problem.ts'
import type { CsvRow } from './csv-rows.ts'

export interface Columns {
  readonly kind: FileKind
  readonly names: readonly string[]
  /** Where a field may stand, in the order of the columns. */
  readonly positions: ReadonlyMap<Field, readonly number[]>
}

const FIELD_BY_NAME = new Map<string, Field>(
  Object.entries(ALIASES).flatMap(([field, names]) =>
    // Object.entries forgets that the keys of ALIASES are the fields.
    names.map((name): [string, Field] => [name, field as Field]),
  ),
)

/** The field that a column name means, whatever its case and punctuation. */
export function fieldOf(name: string): Field | undefined {
  return FIELD_BY_NAME.get(name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''))
}

/**
 * What the file is and where its fields stand.
 * @throws CsvProblem when a column name comes twice or nothing says what the file is.
 */
export function readHeader(file: string, header: CsvRow, onNote: (text: string) => void): Columns {
  const names = header.cells.map((name) => name.trim())
  refuseTwins(file, header.line, names)
  const found = names.map((name) => fieldOf(name))
  const kind = kindOf(new Set(found))
  if (kind === undefined) {
    const what = `no column says whether these are people, companies, deals or activities (found: ${shown(names.join(', '))})`
    const remedy = 'Add a header line with names like "Email", "Job Title" or "Company Name"'
    throw new CsvProblem({ file, line: header.line }, what, remedy)
  }
  const positions = positionsOf(found, FIELDS[kind])
  noteColumns(names, found, positions, onNote)
  return { kind, names, positions }
}

function refuseTwins(file: string, line: number, names: readonly string[]): void {
  const seen = new Map<string, number>()
  for (const [index, name] of names.entries()) {
    const key = name.toLowerCase()
    const earlier = seen.get(key)
    if (key !== '' && earlier !== undefined) {
      const what = `columns ${earlier + 1} and ${index + 1} are both called "${shown(name)}"`
      throw new CsvProblem({ file, line }, what, 'Rename or remove one of them')
    }
    seen.set(key, index)
  }
}

/** People before companies: a people file nearly always names their companies too. */
function kindOf(found: ReadonlySet<Field | undefined>): FileKind | undefined {
  const has = (...fields: readonly Field[]) => fields.some((field) => found.has(field))
  const describesPerson = has('firstName', 'lastName', 'title', 'occupation')
  if (!describesPerson) {
    if (has('personId', 'leadId', 'email') && has('activityType') && has('activityAt')) {
      return 'activities'
    }
    if (has('dealId', 'leadId', 'dealName') && has('stage', 'outcome')) return 'deals'
  }
  if (describesPerson || has('personId', 'leadId', 'email')) return 'people'
  if (has('companyName', 'domain')) return 'companies'
  if (!has('fullName')) return undefined
  return has('industry', 'employees', 'revenue', 'website') ? 'companies' : 'people'
}

function positionsOf(
  found: readonly (Field | undefined)[],
  used: readonly Field[],
): Map<Field, number[]> {
  const positions = new Map<Field, number[]>()
  for (const [index, field] of found.entries()) {
    if (field === undefined || !used.includes(field)) continue
    const earlier = positions.get(field)
    if (earlier === undefined) positions.set(field, [index])
    else earlier.push(index)
  }
  return positions
}

function noteColumns(
  names: readonly string[],
  found: readonly (Field | undefined)[],
  positions: ReadonlyMap<Field, readonly number[]>,
  onNote: (text: string) => void,
): void {
  const leftOut = names.flatMap((name, index) => {
    const field = found[index]
    if (field !== undefined && positions.has(field)) return []
    return [name === '' ? `number ${index + 1} (without a name)` : `"${shown(name)}"`]
  })
  if (leftOut.length > 0) onNote(`columns not understood, left out: ${leftOut.join(', ')}`)
  for (const places of positions.values()) {
    if (places.length < 2) continue
    const twins = places.map((place) => `"${shown(names[place] ?? '')}"`).join(' and ')
    onNote(`columns ${twins} mean the same: the first that is filled counts`)
  }
}

/** Text from a file as it may stand in a message: on one line, and not endless. */
export function shown(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ')
  return line.length > 80 ? `${line.slice(0, 80)}…` : line
}
