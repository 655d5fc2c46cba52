import fc from 'fast-check'
import { getAlpha2Codes } from 'i18n-iso-countries/index.js'
import { expect, test } from 'vitest'
import { countryCodeOf } from '../../src/enrichment/country.ts'
import { regionOf } from '../../src/enrichment/region.ts'
import { REGIONS, type Region } from '../../src/enrichment/vocabulary.ts'

const CODES = Object.entries(getAlpha2Codes())

const COUNTRIES: readonly (readonly [typed: string, code: string, region: Region])[] = [
  ['United States', 'US', 'NA'],
  ['USA', 'US', 'NA'],
  ['U.S.', 'US', 'NA'],
  ['u. s. a.', 'US', 'NA'],
  ['United States of America (the)', 'US', 'NA'],
  ['America', 'US', 'NA'],
  ['CA', 'CA', 'NA'],
  ['can', 'CA', 'NA'],
  ['México', 'MX', 'LATAM'],
  ['Mexico', 'MX', 'LATAM'],
  ['Brasil', 'BR', 'LATAM'],
  ['Puerto Rico', 'PR', 'LATAM'],
  ['St. Lucia', 'LC', 'LATAM'],
  ['Virgin Islands, U.S.', 'VI', 'LATAM'],
  ['Virgin Islands, British', 'VG', 'LATAM'],
  ['Bolivia, Plurinational State of', 'BO', 'LATAM'],
  ['Curacao', 'CW', 'LATAM'],
  ['Dominican Republic', 'DO', 'LATAM'],
  ['Dominica', 'DM', 'LATAM'],
  ['UK', 'GB', 'EMEA'],
  ['U.K.', 'GB', 'EMEA'],
  ['England', 'GB', 'EMEA'],
  ['SCOTLAND', 'GB', 'EMEA'],
  ['Northern Ireland', 'GB', 'EMEA'],
  ['United Kingdom (UK)', 'GB', 'EMEA'],
  ['Republic of Ireland', 'IE', 'EMEA'],
  ['Deutschland', 'DE', 'EMEA'],
  ['de', 'DE', 'EMEA'],
  ['España', 'ES', 'EMEA'],
  ['espana', 'ES', 'EMEA'],
  ['Holland', 'NL', 'EMEA'],
  ['The Netherlands', 'NL', 'EMEA'],
  ['Österreich', 'AT', 'EMEA'],
  ['Schweiz', 'CH', 'EMEA'],
  ['Suisse', 'CH', 'EMEA'],
  ['Suomi', 'FI', 'EMEA'],
  ['Česká republika', 'CZ', 'EMEA'],
  ['Czechia', 'CZ', 'EMEA'],
  ['Türkiye', 'TR', 'EMEA'],
  ['Russia', 'RU', 'EMEA'],
  ['Россия', 'RU', 'EMEA'],
  ['UAE', 'AE', 'EMEA'],
  ['Dubai', 'AE', 'EMEA'],
  ['Côte d’Ivoire', 'CI', 'EMEA'],
  ['Ivory Coast', 'CI', 'EMEA'],
  ['Congo, the Democratic Republic of the', 'CD', 'EMEA'],
  ['Congo', 'CG', 'EMEA'],
  ['Macedonia, the former Yugoslav Republic of', 'MK', 'EMEA'],
  ['Bosnia & Herzegovina', 'BA', 'EMEA'],
  ['Niger', 'NE', 'EMEA'],
  ['Nigeria', 'NG', 'EMEA'],
  ['Georgia', 'GE', 'EMEA'],
  ['Namibia', 'NA', 'EMEA'],
  ['Iran, Islamic Republic of', 'IR', 'EMEA'],
  ['Korea, South', 'KR', 'APAC'],
  ['Korea, Republic of', 'KR', 'APAC'],
  ["Korea, Democratic People's Republic of", 'KP', 'APAC'],
  ['Viet Nam', 'VN', 'APAC'],
  ['日本', 'JP', 'APAC'],
  ['中国', 'CN', 'APAC'],
  ['PRC', 'CN', 'APAC'],
  ['Hong Kong SAR', 'HK', 'APAC'],
  ['Macau', 'MO', 'APAC'],
  ['Chinese Taipei', 'TW', 'APAC'],
  ['Taiwan, Province of China', 'TW', 'APAC'],
  ['Lao PDR', 'LA', 'APAC'],
  ['Burma', 'MM', 'APAC'],
  ['Australia', 'AU', 'APAC'],
  ['IN', 'IN', 'APAC'],
]

test.each(COUNTRIES)('%s is %s in %s', (typed, code, region) => {
  expect(countryCodeOf(typed)).toBe(code)
  expect(regionOf(code)).toBe(region)
})

test('every ISO country has exactly one region, and nothing else has one', () => {
  expect(CODES.length).toBeGreaterThanOrEqual(250)
  for (const [alpha2] of CODES) expect(REGIONS, alpha2).toContain(regionOf(alpha2))
  expect(regionOf('ZZ')).toBeUndefined()
  expect(regionOf('us')).toBeUndefined()
})

test('North America is the United States and Canada and nothing else', () => {
  const codes = CODES.map(([alpha2]) => alpha2).filter((alpha2) => regionOf(alpha2) === 'NA')
  expect(codes.toSorted()).toEqual(['CA', 'US'])
})

test('every two- and three-letter code means its country, but NA may mean "not available"', () => {
  for (const [alpha2, alpha3] of CODES) {
    if (alpha2 === 'NA') continue
    expect(countryCodeOf(alpha2.toLowerCase())).toBe(alpha2)
    expect(countryCodeOf(alpha3)).toBe(alpha2)
  }
  expect(countryCodeOf('NA')).toBeUndefined()
})

test('what is no country stays unknown', () => {
  const texts = [
    '',
    ' ',
    '-',
    'N/A',
    'n.a.',
    'Earth',
    'Europe',
    'EMEA',
    'Guinea Pig',
    'Texas',
    'XX',
    '🇩🇪',
    '49',
  ]
  for (const text of texts) expect(countryCodeOf(text), text).toBeUndefined()
})

test('whatever is typed, the code has a region', () => {
  const typed = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.string({ maxLength: 3 }),
    fc.constantFrom(...COUNTRIES.map(([name]) => name)).map((name) => ` the ${name},`),
  )
  fc.assert(
    fc.property(typed, (text) => {
      const code = countryCodeOf(text)
      expect(code === undefined || regionOf(code) !== undefined).toBe(true)
    }),
  )
})
