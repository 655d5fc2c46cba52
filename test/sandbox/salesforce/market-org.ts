import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { PortalRecord } from '../../../sandbox/hubspot/record.ts'
import { loadMarket } from '../../../sandbox/salesforce/load.ts'
import { createSurvey } from '../../../sandbox/salesforce/market-survey.ts'
import type { SObjectType } from '../../../sandbox/salesforce/record.ts'
import { openStore } from '../../../sandbox/salesforce/store.ts'
import { createTranslator } from '../../../sandbox/salesforce/translate.ts'
import type { OrgRow } from '../../../sandbox/salesforce/translate-people.ts'
import { contact, temporaryDirectory } from '../portal.ts'

export const MOMENT = '2026-10-15T13:39:16.000Z'

/** Somebody who works for a company. */
export function person(
  id: number,
  properties: Record<string, string>,
  companyId: number,
): PortalRecord {
  const associations = [{ type: 'companies' as const, id: String(companyId), primary: true }]
  return { ...contact(id, properties), associations }
}

/** What an org holds of these records. */
export function rowsOf(records: readonly PortalRecord[]): OrgRow[] {
  const survey = createSurvey()
  for (const record of records) survey.note(record)
  const translate = createTranslator(survey)
  return records.flatMap((record) => [...translate(record)])
}

export function of(rows: readonly OrgRow[], type: SObjectType): OrgRow[] {
  return rows.filter((row) => row.type === type)
}

/** A store with these records, which goes away with the test. */
export async function loaded(records: Iterable<PortalRecord> | AsyncIterable<PortalRecord>) {
  const file = join(temporaryDirectory(), 'org.db')
  const store = openStore(file)
  onTestFinished(() => store.close())
  await loadMarket(store, records)
  return { store, file }
}
