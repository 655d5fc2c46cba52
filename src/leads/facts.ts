/** One known value. Text, number, truth or a list of texts (multi-select). Unknown is absence, never null. */
export type FactValue = string | number | boolean | readonly string[]

/** What is known about one subject, by field name in snake_case. An unknown field is not in it. */
export type FactMap = Readonly<Record<string, FactValue>>

/** The subjects that carry facts. A person is a HubSpot contact or a Salesforce lead or contact. */
export type SubjectKind = 'person' | 'company'

/** A person or company of one installation, by the CRM's own record id. */
export interface Subject {
  readonly kind: SubjectKind
  readonly id: string
}
