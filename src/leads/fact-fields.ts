/**
 * The facts that the connectors read and enrichment derives, by subject. A customer's own properties may
 * stand beside them; these are the ones that the starter models and the documentation talk about.
 */
const PERSON_FACTS = [
  'email',
  'first_name',
  'last_name',
  'title',
  'company_name',
  'company_domain',
  'company_employees',
  'company_revenue',
  'country',
  'state',
  'city',
  'phone',
  'industry',
  'lifecycle_stage',
  'lead_status',
  'buying_role',
  'authority',
  'product_interest',
  'unsubscribed',
  'hard_bounced',
  'page_views',
  'visits',
  'source',
  'seniority',
  'function',
  'email_kind',
  'email_role',
  'email_domain',
  'country_code',
  'region',
] as const

const COMPANY_FACTS = [
  'name',
  'domain',
  'industry',
  'employees',
  'revenue',
  'country',
  'state',
  'city',
  'type',
  'founded_year',
  'country_code',
  'region',
] as const

/** Every known fact as a model writes it: `person.title`, `company.employees`. */
export const FACT_FIELDS: readonly string[] = [
  ...PERSON_FACTS.map((name) => `person.${name}`),
  ...COMPANY_FACTS.map((name) => `company.${name}`),
]

/** The known facts that hold several values at once; every other known fact holds one. */
export const LIST_FACTS: readonly string[] = ['person.buying_role']

/**
 * Facts that say how it ended rather than how it began: sales fills them in when a lead has already moved on.
 * A signal on them scores the outcome, not the lead.
 */
export const OUTCOME_FACTS: readonly string[] = ['person.lifecycle_stage', 'person.lead_status']
