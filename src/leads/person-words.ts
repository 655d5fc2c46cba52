/** Ours by the words that CRMs use. */
type Words = Readonly<Record<string, string>>

const SENIORITIES: Words = {
  c_level: 'c_level',
  executive: 'c_level',
  founder: 'c_level',
  owner: 'c_level',
  partner: 'c_level',
  vp: 'vp',
  director: 'director',
  manager: 'manager',
  individual: 'individual',
  senior: 'individual',
  employee: 'individual',
  entry: 'individual',
  student: 'student',
  intern: 'intern',
}

const FUNCTIONS: Words = {
  executive: 'executive',
  sales: 'sales',
  marketing: 'marketing',
  revops: 'revops',
  engineering: 'engineering',
  it: 'it',
  information_technology: 'it',
  data: 'data',
  product: 'product',
  product_management: 'product',
  finance: 'finance',
  accounting: 'finance',
  procurement: 'procurement',
  purchasing: 'procurement',
  hr: 'hr',
  human_resources: 'hr',
  operations: 'operations',
  legal: 'legal',
  support: 'support',
  customer_service: 'support',
  research: 'research',
}

/** Our word for a seniority as a CRM says it; an unknown one is left out, so that the title can tell. */
export function seniorityOf(said: string): string | undefined {
  return wordOf(SENIORITIES, said)
}

/** The same for what somebody works at. */
export function functionOf(said: string): string | undefined {
  return wordOf(FUNCTIONS, said)
}

function wordOf(words: Words, said: string): string | undefined {
  const word = said.trim().toLowerCase().replaceAll(/[ -]/g, '_')
  return Object.hasOwn(words, word) ? words[word] : undefined
}

const DECIDERS = ['DECISION_MAKER', 'BUDGET_HOLDER']

/** Whether one of somebody's roles in a purchase means that they decide it. */
export function decides(buyingRoles: readonly string[]): boolean {
  return buyingRoles.some((role) => DECIDERS.includes(role))
}
