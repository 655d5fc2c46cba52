import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readAll } from './csv-files.ts'
import type { MarketRecord } from './market-records.ts'

/** Lead data that must not be copied into the project; it lies beside the checkout, where there is any. */
const DATA = join(import.meta.dirname, '../../../shared/data')

function tally(records: readonly MarketRecord[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { type } of records) counts[type] = (counts[type] ?? 0) + 1
  return counts
}

function realDataTests(): void {
  it('the course seller: every lead is a contact, every outcome a deal', async () => {
    const { records, notes } = await readAll(join(DATA, 'xeducation/Leads.csv'))
    expect(tally(records)).toMatchObject({ contacts: 9_240, deals: 9_240, communications: 973 })
    const properties = records.map((record) => record.properties)
    const count = (has: (known: MarketRecord['properties']) => boolean) =>
      properties.filter(has).length
    expect(count((known) => known['hs_is_closed_won'] === 'true')).toBe(3_561)
    expect(count((known) => known['hs_email_last_open_date'] !== undefined)).toBe(3_437)
    // 734 said "Do Not Email"; others unsubscribed or marked mail as spam later.
    expect(count((known) => known['hs_email_optout'] === 'true')).toBeGreaterThanOrEqual(734)
    expect(count((known) => known['jobtitle'] === 'Student')).toBe(210)
    expect(count((known) => known['country'] === 'unknown' || known['city'] === 'Select')).toBe(0)
    expect(notes.filter((note) => /not understood.*"Magazine"/.test(note))).toHaveLength(1)
  })

  it('the synthetic portal: people, accounts and deals find each other', async () => {
    const files = ['leads.csv', 'contacts.csv', 'accounts.csv'].map((name) =>
      join(DATA, 'leadforge_synthetic', name),
    )
    const { records, notes } = await readAll(...files)
    expect(tally(records)).toEqual({ companies: 1_500, contacts: 4_200, deals: 5_000 })
    const companies = new Set(records.flatMap(({ type, id }) => (type === 'companies' ? id : [])))
    const people = records.filter(({ type }) => type === 'contacts')
    expect(
      people.every(({ properties }) => companies.has(properties['associatedcompanyid'] ?? '')),
    ).toBe(true)
    const won = records.filter(({ properties }) => properties['hs_is_closed_won'] === 'true')
    expect(won).toHaveLength(1_049)
    expect(notes.filter((note) => note.includes('no '))).toEqual([])
  })
}

if (existsSync(DATA)) {
  describe('real exports are swallowed whole', realDataTests)
} else {
  describe('real exports', () => {
    it(`DID NOT RUN: no data in ${DATA}`, () => {
      process.stderr.write(`\nThe tests on real CRM exports DID NOT RUN: ${DATA} is missing.\n`)
      expect(existsSync(DATA)).toBe(false)
    })
  })
}
