// The package's main module would load all its languages when it is imported.
import { getAlpha2Codes } from 'i18n-iso-countries/index.js'
import german from 'i18n-iso-countries/langs/de.json' with { type: 'json' }
import english from 'i18n-iso-countries/langs/en.json' with { type: 'json' }
import spanish from 'i18n-iso-countries/langs/es.json' with { type: 'json' }
import french from 'i18n-iso-countries/langs/fr.json' with { type: 'json' }
import italian from 'i18n-iso-countries/langs/it.json' with { type: 'json' }
import japanese from 'i18n-iso-countries/langs/ja.json' with { type: 'json' }
import dutch from 'i18n-iso-countries/langs/nl.json' with { type: 'json' }
import polish from 'i18n-iso-countries/langs/pl.json' with { type: 'json' }
import portuguese from 'i18n-iso-countries/langs/pt.json' with { type: 'json' }
import russian from 'i18n-iso-countries/langs/ru.json' with { type: 'json' }
import swedish from 'i18n-iso-countries/langs/sv.json' with { type: 'json' }
import chinese from 'i18n-iso-countries/langs/zh.json' with { type: 'json' }
import { type CodedName, countryAliases } from './country-aliases.ts'

type CountryNames = Readonly<Record<string, string | readonly string[]>>

const OTHER_LANGUAGES: readonly { readonly countries: CountryNames }[] = [
  german,
  spanish,
  french,
  italian,
  dutch,
  portuguese,
  polish,
  swedish,
  russian,
  japanese,
  chinese,
]

/** Far longer than any country's name; keeps hostile input cheap. */
const LONGEST_NAME = 100
/** "NA" in a country field is "not available" or North America far more often than Namibia: unknown. */
const AMBIGUOUS = new Set(['na'])

/**
 * The ISO 3166-1 alpha-2 code (or XK) of a country as somebody typed it: a name in English or another
 * common language, a two- or three-letter code, or an everyday alias. Undefined when it is not surely one.
 */
export function countryCodeOf(typed: string): string | undefined {
  const text = typed.slice(0, LONGEST_NAME)
  const index = countryIndex()
  for (const reading of readingsOf(text)) {
    const code = index.get(plain(reading))
    if (code !== undefined) return code
  }
  return undefined
}

/** As it stands; turned round ("Korea, South"); without what stands in parentheses ("Spain (ES)"). */
function readingsOf(text: string): string[] {
  const [first, ...rest] = text.split(',')
  const inverted = rest.length === 1 ? [`${rest[0]} ${first}`] : []
  return [text, ...inverted, text.replace(/\([^)]*\)/g, ' ')]
}

/** Lower case, no accents, dots or punctuation, "&" and "St." spelled out, no leading "the". */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}.'’]/gu, '')
    .replaceAll('&', ' and ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .replace(/^the /, '')
    .replace(/\bst\b/g, 'saint')
    .replace(/^(\w) (\w)(?: (\w))?$/, '$1$2$3')
}

let names: ReadonlyMap<string, string | undefined> | undefined

function countryIndex(): ReadonlyMap<string, string | undefined> {
  names ??= buildIndex()
  return names
}

/** Codes win over our aliases, aliases over English, English over other languages. */
function buildIndex(): ReadonlyMap<string, string | undefined> {
  const index = new Map<string, string | undefined>()
  for (const ambiguous of AMBIGUOUS) index.set(ambiguous, undefined)
  for (const level of [codes(), countryAliases(), namesIn(english.countries)])
    addLevel(index, level)
  addLevel(
    index,
    OTHER_LANGUAGES.flatMap((language) => namesIn(language.countries)),
  )
  return index
}

function codes(): CodedName[] {
  return Object.entries(getAlpha2Codes()).flatMap(([alpha2, alpha3]): CodedName[] => [
    [alpha2, alpha2],
    [alpha3, alpha2],
  ])
}

function namesIn(countries: CountryNames): CodedName[] {
  return Object.entries(countries).flatMap(([code, given]) =>
    [given].flat().map((name): CodedName => [name, code]),
  )
}

/** A name that means two countries on one level stays unknown, whatever the levels below say. */
function addLevel(index: Map<string, string | undefined>, level: readonly CodedName[]): void {
  const meanings = new Map<string, string | undefined>()
  for (const [name, code] of level) {
    const key = plain(name)
    const unambiguous = !meanings.has(key) || meanings.get(key) === code
    meanings.set(key, unambiguous ? code : undefined)
  }
  for (const [name, code] of meanings) if (!index.has(name)) index.set(name, code)
}
