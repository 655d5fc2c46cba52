import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  knownText,
  parseAmount,
  parseFlag,
  parseMoment,
  parseOutcome,
} from '../../sandbox/market/csv-values.ts'
import {
  buyingRoles,
  dealStage,
  functionWord,
  leadStatus,
  lifecycleStage,
  seniorityWord,
  trafficSource,
} from '../../sandbox/market/csv-words.ts'

describe('values of CRM exports', () => {
  it.each(['', '  ', 'Select', 'unknown', 'N/A', 'n/a', '-', 'NULL', '#N/A', 'none'])(
    '%o means unknown',
    (text) => expect(knownText(text)).toBeUndefined(),
  )

  it('other text stays as it is, without the space around it', () => {
    expect(knownText('  Selecta AG ')).toBe('Selecta AG')
  })

  it.each([
    ['250', 250],
    ['1,200', 1_200],
    ['1,234,567', 1_234_567],
    ['1.234.567', 1_234_567],
    ['12 500', 12_500],
    ["1'250", 1_250],
    ['2.5', 2.5],
    ['2,5', 2.5],
    ['$10M', 10_000_000],
    ['$1.5B', 1_500_000_000],
    ['€ 3 Mio.', 3_000_000],
    ['10k', 10_000],
    ['200-499', 350],
    ['200 – 499', 350],
    ['51 to 200', 126],
    ['1,001-5,000', 3_001],
    ['$10M-$50M', 30_000_000],
    ['$1M - $10M', 5_500_000],
    ['2000+', 2_000],
    ['10,000 or more', 10_000],
    ['> 5000', 5_000],
    ['more than 500', 500],
    ['-5', -5],
  ])('the amount %o is %d', (text, amount) => expect(parseAmount(text)).toBe(amount))

  it.each(['many', '1-2-3', '499-200', '+', '12 monkeys', '1.2.3', '2024-01-02', '1e5'])(
    '%o is no amount',
    (text) => expect(parseAmount(text)).toBeUndefined(),
  )

  it.each([
    ['2024-03-04', Date.UTC(2024, 2, 4)],
    ['2024-03-04T05:06:07Z', Date.UTC(2024, 2, 4, 5, 6, 7)],
    ['2024-03-04T05:06:07.123+02:00', Date.UTC(2024, 2, 4, 3, 6, 7)],
    ['2024-03-04 05:06', Date.UTC(2024, 2, 4, 5, 6)],
    ['03/04/2024', Date.UTC(2024, 2, 4)],
    ['12/31/2024, 12:05 AM', Date.UTC(2024, 11, 31, 0, 5)],
    ['12/31/2024 5:05 pm', Date.UTC(2024, 11, 31, 17, 5)],
    ['31/12/2024', Date.UTC(2024, 11, 31)],
    ['31.12.2024', Date.UTC(2024, 11, 31)],
    ['1710000000', 1_710_000_000_000],
    ['1710000000123', 1_710_000_000_000],
  ])('the moment %o', (text, moment) => expect(parseMoment(text)).toBe(moment))

  it.each(['soon', '2024-02-30', '13/13/2024', '2024-00-10', '1889-01-01', '20240304', '45000'])(
    '%o is no moment',
    (text) => expect(parseMoment(text)).toBeUndefined(),
  )

  it('reads every day back that it is given as ISO', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1990-01-02'), max: new Date('2090-01-01'), noInvalidDate: true }),
        (date) => {
          const text = `${date.toISOString().slice(0, 19)}Z`
          expect(parseMoment(text)).toBe(Date.parse(text))
        },
      ),
    )
  })

  it('gives up at once on text that is far too long', () => {
    const started = performance.now()
    expect(parseAmount(`1${' '.repeat(500_000)}x`)).toBeUndefined()
    expect(parseMoment(`1${' '.repeat(500_000)}x`)).toBeUndefined()
    expect(performance.now() - started).toBeLessThan(500)
  })

  it.each([
    ['Yes', true],
    ['TRUE', true],
    ['1', true],
    ['no', false],
    ['0', false],
    ['maybe', undefined],
  ])('the flag %o is %o', (text, flag) => expect(parseFlag(text)).toBe(flag))

  it.each([
    ['1', 'won'],
    ['0', 'lost'],
    ['True', 'won'],
    ['closed_won', 'won'],
    ['Closed Lost', 'lost'],
    ['Negotiation', undefined],
  ])('the outcome %o is %o', (text, outcome) => expect(parseOutcome(text)).toBe(outcome))

  it.each([
    [lifecycleStage, 'Marketing Qualified Lead', 'marketingqualifiedlead'],
    [lifecycleStage, 'SQL', 'salesqualifiedlead'],
    [lifecycleStage, 'Pirate', undefined],
    [leadStatus, 'Open - Not Contacted', 'OPEN'],
    [leadStatus, 'Working - Contacted', 'IN_PROGRESS'],
    [leadStatus, 'Closed - Not Converted', 'UNQUALIFIED'],
    [leadStatus, 'Open deal', 'OPEN_DEAL'],
    [trafficSource, 'Google', 'ORGANIC_SEARCH'],
    [trafficSource, 'Pay per Click Ads', undefined],
    [trafficSource, 'Direct Traffic', 'DIRECT_TRAFFIC'],
    [trafficSource, 'partner_referral', 'REFERRALS'],
    [seniorityWord, 'c_suite', 'c_level'],
    [seniorityWord, 'individual_contributor', 'individual'],
    [seniorityWord, 'VP', 'vp'],
    [functionWord, 'vp_finance', 'finance'],
    [functionWord, 'it_director', 'it'],
    [functionWord, 'ap_manager', 'finance'],
    [buyingRoles, 'economic_buyer', 'BUDGET_HOLDER'],
    [buyingRoles, 'Champion; Decision Maker', 'CHAMPION;DECISION_MAKER'],
    [dealStage, 'closed_won', 'closedwon'],
    [dealStage, 'Proposal/Price Quote', 'decisionmakerboughtin'],
    [dealStage, 'negotiation', 'contractsent'],
  ])('%o reads %o as %o', (read, text, word) => expect(read(text)).toBe(word))
})
