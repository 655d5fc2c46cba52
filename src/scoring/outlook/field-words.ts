/** Facts as the people say them who fill them in; what is derived names the field that it comes from. */
const FIELD_WORDS: ReadonlyMap<string, string> = new Map([
  ['person.email', 'E-mail address'],
  ['person.title', 'Job title'],
  ['person.seniority', 'Seniority (from the job title)'],
  ['person.function', 'Department (from the job title)'],
  ['person.country_code', 'Country'],
  ['person.region', 'Region (from the country)'],
  ['person.email_kind', 'Kind of e-mail address'],
  ['person.email_role', 'Shared mailbox'],
  ['person.email_domain', 'E-mail domain'],
  ['person.authority', 'Authority to buy (from the buying role)'],
  ['company.name', 'Company name'],
  ['company.domain', 'Company domain'],
  ['company.type', 'Company type'],
  ['company.industry', 'Industry of the company'],
  ['company.employees', 'Number of employees'],
  ['company.revenue', 'Annual revenue'],
  ['company.founded_year', 'Year the company was founded'],
  ['company.country_code', 'Country of the company'],
  ['company.region', 'Region of the company (from its country)'],
])

/** "Number of employees" for `company.employees`; a customer's own fields by their name. */
export function fieldWords(field: string): string {
  const known = FIELD_WORDS.get(field)
  if (known !== undefined) return known
  const [subject, name = ''] = field.split('.')
  const words = sentenceCase(name.replaceAll('_', ' '))
  return subject === 'company' ? `${words} of the company` : words
}

/** The same without where it comes from. */
export function shortFieldWords(field: string): string {
  return fieldWords(field).replace(/ \([^)]*\)$/, '')
}

export function sentenceCase(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
