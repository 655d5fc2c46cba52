import { afterAll, describe, expect, it } from 'vitest'
import { lastActivity } from '../../sandbox/market/csv-last-activity.ts'
import { createCsvFolder, readAll } from './csv-files.ts'

const folder = createCsvFolder()
afterAll(() => folder.remove())

describe('"Last Activity"', () => {
  const at = Date.UTC(2026, 4, 5)
  const iso = '2026-05-05T00:00:00.000Z'

  it.each([
    ['Email Opened', { hs_email_open: '1', hs_email_last_open_date: iso }],
    ['Email Link Clicked', { hs_email_click: '1', hs_email_last_click_date: iso }],
    ['View in browser link Clicked', { hs_email_click: '1', hs_email_last_click_date: iso }],
    ['Email Received', { hs_email_replied: '1', hs_email_last_reply_date: iso }],
    ['Unsubscribed', { hs_email_optout: 'true' }],
    ['Email Bounced', { hs_email_bounce: '1', hs_email_hard_bounce_reason_enum: 'OTHER' }],
    [
      'Page Visited on Website',
      { hs_analytics_last_url: 'https://website.example/', hs_analytics_last_timestamp: iso },
    ],
  ])('%o fills the roll-up', (text, properties) => {
    expect(lastActivity(text, at)).toEqual({ properties })
  })

  it.each([
    ['Olark Chat Conversation', 'communications'],
    ['Had a Phone Conversation', 'calls'],
  ])('%o becomes a record of its own', (text, type) => {
    expect(lastActivity(text, at)).toMatchObject({ engagement: { type } })
  })

  it.each(['SMS Sent', 'Converted to Lead', 'Unreachable', 'Resubscribed to emails'])(
    '%o is nothing that the person did',
    (text) => expect(lastActivity(text, at)).toBeUndefined(),
  )

  it('happened at its own date, else when the person was created', async () => {
    const file = folder.write(
      'people.csv',
      'Email,Created,Last Activity,Last Activity Date\na@a.example,2026-01-02,Email Opened,2026-03-04\nb@a.example,2026-01-02,Email Opened,\n',
    )
    const { records } = await readAll(file)
    expect(records.map(({ properties }) => properties['hs_email_last_open_date'])).toEqual([
      '2026-03-04T00:00:00.000Z',
      '2026-01-02T00:00:00.000Z',
    ])
    expect(records.map(({ updatedAt }) => updatedAt)).toEqual([
      Date.UTC(2026, 2, 4),
      Date.UTC(2026, 0, 2),
    ])
  })

  it('may itself be a date, as in Salesforce', async () => {
    const file = folder.write('people.csv', 'Email,Last Activity\na@a.example,3/4/2026\n')
    const { records } = await readAll(file)
    expect(records[0]?.properties['notes_last_updated']).toBe('2026-03-04T00:00:00.000Z')
  })
})
