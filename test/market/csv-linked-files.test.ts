import { afterAll, describe, expect, it } from 'vitest'
import { createCsvFolder, readAll } from './csv-files.ts'
import type { MarketRecord } from './market-records.ts'

const folder = createCsvFolder()
afterAll(() => folder.remove())

const of = (records: readonly MarketRecord[], type: MarketRecord['type']) =>
  records.filter((record) => record.type === type)

describe('several files', () => {
  const accounts = () =>
    folder.write(
      'accounts.csv',
      'account_id,company_name,industry,region,employee_band,estimated_revenue_band,created_at\n' +
        'acct_1,Firm One,logistics,UK,200-499,$1M-$10M,2023-03-19\nacct_2,Firm Two,retail,Bavaria,2000+,$200M+,2023-03-20\n',
    )
  const contacts = () =>
    folder.write(
      'contacts.csv',
      'contact_id,account_id,job_title,created_at\ncnt_1,acct_2,CFO,2023-04-01\ncnt_2,acct_9,CTO,2023-04-02\n',
    )

  it('link people to companies by id, whatever the order of the files', async () => {
    const { records, notes } = await readAll(contacts(), accounts())
    expect(of(records, 'companies').map(({ properties }) => properties)).toEqual([
      {
        name: 'Firm One',
        industry: 'logistics',
        country: 'UK',
        numberofemployees: '350',
        annualrevenue: '5500000',
      },
      {
        name: 'Firm Two',
        industry: 'retail',
        state: 'Bavaria',
        numberofemployees: '2000',
        annualrevenue: '200000000',
      },
    ])
    const [, second] = of(records, 'companies')
    const [linked, loose] = of(records, 'contacts')
    expect(linked?.associations).toEqual([{ type: 'companies', id: second?.id, primary: true }])
    expect(loose?.associations).toBeUndefined()
    expect(notes).toContainEqual(expect.stringMatching(/company id is in no companies file/))
  })

  it('leads and opportunities give each lead one deal, won, lost or open', async () => {
    const leads = folder.write(
      'leads.csv',
      'lead_id,contact_id,account_id,lead_created_at,current_stage,conversion_timestamp\n' +
        'l1,cnt_1,acct_2,2024-01-04,closed_won,2024-03-01\nl2,cnt_2,acct_1,2024-01-05,negotiation,\nl3,cnt_7,,2024-01-05,negotiation,\n',
    )
    const opportunities = folder.write(
      'opportunities.csv',
      'opportunity_id,lead_id,created_at,stage,estimated_acv,close_outcome,closed_at\no1,l1,2024-01-15,closed_won,500,closed_won,2024-03-01\n',
    )
    const { records, notes } = await readAll(opportunities, leads, accounts(), contacts())
    const [first, second] = of(records, 'contacts')
    expect(of(records, 'deals')).toMatchObject([
      {
        properties: { dealstage: 'closedwon', hs_is_closed_won: 'true' },
        associations: [
          { type: 'contacts', id: first?.id },
          { type: 'companies', primary: true },
        ],
      },
      {
        properties: { dealstage: 'contractsent', hs_is_closed: 'false' },
        associations: [{ type: 'contacts', id: second?.id }, { type: 'companies' }],
      },
    ])
    expect(notes).toContainEqual(
      expect.stringMatching(/second deal of the same lead, left out \(1×/),
    )
    expect(notes).toContainEqual(expect.stringMatching(/deal of nobody .* left out \(1×/))
  })

  it('activities become engagement records of the person they name', async () => {
    const touches = folder.write(
      'touches.csv',
      'touch_id,contact_id,touch_timestamp,touch_type,touch_direction,activity_outcome\n' +
        't1,cnt_1,2024-01-04,call,outbound,left_voicemail\nt2,cnt_1,2024-01-05,email,inbound,\n' +
        't3,cnt_2,2024-01-06,webinar,,\nt4,cnt_2,2024-01-07,linkedin_message,outbound,\n' +
        't5,cnt_2,2024-01-08,linkedin_message,inbound,\nt6,cnt_8,2024-01-08,call,inbound,\nt7,cnt_2,soon,call,,\n',
    )
    const { records, notes } = await readAll(touches, accounts(), contacts())
    const [first, second] = of(records, 'contacts')
    const at = '2024-01-04T00:00:00.000Z'
    expect(of(records, 'calls')).toMatchObject([
      {
        properties: {
          hs_timestamp: at,
          hs_call_direction: 'OUTBOUND',
          hs_call_status: 'NO_ANSWER',
        },
        associations: [{ type: 'contacts', id: first?.id }],
        createdAt: Date.UTC(2024, 0, 4),
      },
    ])
    expect(of(records, 'emails')[0]?.properties['hs_email_direction']).toBe('INCOMING_EMAIL')
    expect(of(records, 'meetings')).toMatchObject([
      {
        properties: { hs_meeting_title: 'Webinar: unnamed', hs_meeting_outcome: 'COMPLETED' },
        associations: [{ type: 'contacts', id: second?.id }],
      },
    ])
    expect(of(records, 'communications')).toHaveLength(1)
    expect(notes).toContainEqual(expect.stringMatching(/activity of nobody .* left out \(1×/))
    expect(notes).toContainEqual(expect.stringMatching(/has no record for.*linkedin_message.*\(1×/))
    expect(notes).toContainEqual(expect.stringMatching(/without a readable date, left out \(1×/))
  })

  it('are numbered in the order of reading, and no file id is kept', async () => {
    const { records } = await readAll(accounts(), contacts())
    const ids = of(records, 'contacts').map(({ id }) => id)
    expect(ids).toEqual([...ids].sort())
    expect(JSON.stringify(records)).not.toMatch(/cnt_|acct_/)
  })
})
