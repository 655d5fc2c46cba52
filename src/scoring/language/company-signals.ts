import type { ModelDocument, SignalDocument } from './model-schema.ts'
import { fieldsOf } from './predicate-document.ts'

/** The fit signals that look at the company alone: they are true of the account, not of one of its people. */
export function companySignals({ signals }: Pick<ModelDocument, 'signals'>): SignalDocument[] {
  return signals.filter((signal) => signal.dimension === 'fit' && isAboutCompany(signal))
}

function isAboutCompany({ when, unless }: SignalDocument): boolean {
  const condition = when ?? unless
  return condition !== undefined && fieldsOf(condition).every((name) => name.startsWith('company.'))
}
