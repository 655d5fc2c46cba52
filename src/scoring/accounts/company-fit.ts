import type { FactMap } from '../../leads/facts.ts'
import { compileModel } from '../engine/compile.ts'
import { toHundredths } from '../engine/points.ts'
import { companySignals } from '../language/company-signals.ts'
import type { Model } from '../language/parse.ts'
import type { AccountLine } from './account-lines.ts'

/** The lines of company fit; they sum to it. */
export type CompanyFit = (company: FactMap, asOf: Date) => AccountLine[]

/**
 * Company fit is what a model of nothing but the company's signals would score: with their groups, and from
 * 0 to the maximum of `company_fit`.
 */
export function compileCompanyFit(model: Model): CompanyFit {
  const max = model.document.accounts?.company_fit?.max
  if (max === undefined) return () => []
  const scorer = compileModel({ ...model, document: companyModel(model.document, max) })
  return (company, asOf) => {
    const { lines } = scorer.itemise({ person: {}, company, activities: [] }, asOf)
    return Array.from(lines, ({ signal, label, points }) => {
      const value = toHundredths(points)
      if (!isCorrection(signal)) return { kind: 'company_fit', label, value }
      return { kind: 'cap', label: `Company fit counts from 0 to ${max}`, value }
    })
  }
}

function companyModel(document: Model['document'], max: number): Model['document'] {
  const signals = companySignals(document)
  const ids = signals.map(({ id }) => id)
  const groups = document.groups.map((group) => ({
    ...group,
    signals: group.signals.filter((id) => ids.includes(id)),
  }))
  return {
    ...document,
    combine: 'sum',
    dimensions: { fit: { max } },
    signals,
    groups: groups.filter((group) => group.signals.length > 0),
    gates: [],
  }
}

/** The engine names what caps take away `cap:fit`; an id holds no colon. */
function isCorrection(signal: string): boolean {
  return signal.includes(':')
}
