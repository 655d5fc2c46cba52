import type { AccountExampleDocument, AccountsDocument } from './accounts-schema.ts'
import { companySignals } from './company-signals.ts'
import { comparable } from './comparable-text.ts'
import { checkConditions } from './condition-checks.ts'
import { type Fault, type Path, suggest } from './model-problem.ts'
import type { ModelDocument } from './model-schema.ts'

/** What must fit together in `accounts`. */
export function checkAccounts(document: ModelDocument): Fault[] {
  const { accounts } = document
  if (accounts === undefined) return []
  const { buying_group = [], examples = [] } = accounts
  return [
    ...weightFaults(accounts),
    ...companyFitFaults(document, accounts),
    ...duplicates(
      buying_group.map(({ role }) => role),
      ['accounts', 'buying_group'],
      'role',
    ),
    ...roleFaults(document, accounts),
    ...tierFaults(accounts),
    ...duplicates(
      examples.map(({ name }) => name),
      ['accounts', 'examples'],
      'name',
    ),
    ...examples.flatMap((example, index) => exampleFaults(example, index, accounts)),
  ]
}

/** Seniorities compare without regard to case, so `VP` and `vp` would be two weights for one word. */
function weightFaults({ people }: AccountsDocument): Fault[] {
  const faults: Fault[] = []
  const known = new Map<string, string>()
  for (const seniority of Object.keys(people?.weight_by_seniority ?? {})) {
    const word = comparable(seniority)
    const first = known.get(word)
    if (first === undefined) {
      known.set(word, seniority)
      continue
    }
    const path = ['accounts', 'people', 'weight_by_seniority', seniority]
    const message = `${seniority} is the same seniority as ${first}`
    faults.push({ path, message, remedy: 'Keep one of them.' })
  }
  return faults
}

function companyFitFaults(document: ModelDocument, { company_fit }: AccountsDocument): Fault[] {
  if (company_fit === undefined || companySignals(document).length > 0) return []
  const message = 'no fit signal looks at the company alone, so there is nothing to count'
  const remedy =
    'Add a fit signal with for example when: { company.employees: { gte: 1000 } }, or remove company_fit.'
  return [{ path: ['accounts', 'company_fit'], message, remedy }]
}

function duplicates(names: readonly string[], base: Path, key: string): Fault[] {
  return names.flatMap((name, index) => {
    const first = names.indexOf(name)
    if (first === index) return []
    const message = `${name} is already the ${key} of number ${first + 1} in this list`
    return [{ path: [...base, index, key], message, remedy: 'Give each its own.' }]
  })
}

/** A role's condition looks at the same fields as a route's, and is held to the same rules. */
function roleFaults(document: ModelDocument, { buying_group = [] }: AccountsDocument): Fault[] {
  const routing = buying_group.map(({ role, when }) => ({ when, to: role }))
  const faults = checkConditions({ ...document, signals: [], gates: [], routing })
  return faults.map((fault) => ({
    ...fault,
    path: ['accounts', 'buying_group', ...fault.path.slice(1)],
  }))
}

/**
 * The first tier whose threshold is reached counts, so one below a tier that asks for less would never be
 * given. Falling thresholds also leave one order only, which is why the version need not depend on it.
 */
function tierFaults({ tiers }: AccountsDocument): Fault[] {
  if (tiers === undefined) return []
  const faults: Fault[] = []
  let above: { readonly tier: string; readonly points: number } | undefined
  for (const [tier, points] of Object.entries(tiers)) {
    if (above !== undefined && points >= above.points) {
      const message = `${tier} asks for ${points} points, ${above.tier} before it for ${above.points}: nobody would ever be ${tier}`
      const remedy = 'Write the best tier first and let the thresholds fall.'
      faults.push({ path: ['accounts', 'tiers', tier], message, remedy })
    }
    above = { tier, points }
  }
  if (above !== undefined) return faults
  const remedy = 'Write for example { A: 75, B: 50, C: 0 }, or leave `tiers` out.'
  return [{ path: ['accounts', 'tiers'], message: 'there is no tier', remedy }]
}

function exampleFaults(
  { previous_tier, expect }: AccountExampleDocument,
  index: number,
  { tiers = {}, buying_group }: AccountsDocument,
): Fault[] {
  const path = ['accounts', 'examples', index]
  const tierNames = [...Object.keys(tiers), 'none']
  const faults = [
    ...unknownName('tier', previous_tier, tierNames, [...path, 'previous_tier']),
    ...unknownName('tier', expect.tier, tierNames, [...path, 'expect', 'tier']),
  ]
  if (buying_group === undefined) return faults
  const roles = buying_group.map(({ role }) => role)
  for (const role of expect.roles_engaged ?? []) {
    faults.push(...unknownName('role', role, roles, [...path, 'expect', 'roles_engaged']))
  }
  return faults
}

function unknownName(
  noun: string,
  name: string | undefined,
  known: readonly string[],
  path: Path,
): Fault[] {
  if (name === undefined || known.includes(name)) return []
  return [{ path, message: `there is no ${noun} ${name}`, remedy: suggest(name, known) }]
}
