import type { FactMap, FactValue } from './facts.ts'

/** What a person's own record says of the company, by the name that a company's record has for it. */
const SAID_OF_COMPANY: Readonly<Record<string, string>> = {
  name: 'company_name',
  domain: 'company_domain',
  industry: 'industry',
  employees: 'company_employees',
  revenue: 'company_revenue',
}

/**
 * The company as a person's own record describes it; it counts where no company's record does. A Salesforce lead has
 * no account: its company's size and industry stand on the lead itself.
 */
export function ownCompany(person: FactMap): FactMap {
  const said = Object.entries(SAID_OF_COMPANY).flatMap(([name, fact]): [string, FactValue][] => {
    const value = person[fact]
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(said)
}
