import { wordList } from './word-list.ts'

/**
 * Names in everyday use, in CRM pick-lists or in ISO's inverted form that the library's lists leave out,
 * by ISO alpha-2 code. Upper and lower case, accents, dots and a leading "the" do not matter.
 * "Korea" alone means the South: trade with the North is embargoed. "Congo" alone is ISO's name for CG.
 */
const ALIASES: Readonly<Record<string, string>> = {
  AE: 'Emirates, Dubai, Abu Dhabi',
  AL: 'Shqipëria',
  BA: 'Bosnia, Bosnia Herzegovina',
  BG: 'България',
  BN: 'Brunei',
  BO: 'Plurinational State of Bolivia',
  BQ: 'Bonaire, Caribbean Netherlands',
  CC: 'Cocos Islands, Keeling Islands',
  CD: 'DRC, DR Congo, Congo-Kinshasa, The Democratic Republic of the Congo, Congo DR, Zaire',
  CG: 'Congo, Congo-Brazzaville',
  CI: 'Cote D Ivoire',
  CN: 'PRC, P.R. China, PR China, Mainland China, China mainland',
  CV: 'Cabo Verde',
  CZ: 'Česko, Česká republika, Czech Rep.',
  DO: 'Dominican Rep.',
  EE: 'Eesti',
  FI: 'Suomi',
  FK: 'Falkland Islands, Falklands',
  FM: 'Micronesia',
  FR: 'Metropolitan France',
  GB: `England, Scotland, Wales, Northern Ireland, Britain, Great Britain and Northern Ireland
       United Kingdom of Great Britain and Northern Ireland`,
  GE: 'Georgia Republic',
  GR: 'Ελλάδα, EL, Hellas',
  HK: 'Hong Kong SAR, Hong Kong SAR China, HKSAR, Hongkong',
  HR: 'Hrvatska',
  HU: 'Magyarország',
  IE: 'Eire, Republic of Ireland, Southern Ireland',
  IL: 'ישראל',
  IN: 'Bharat',
  IR: 'Persia',
  IS: 'Ísland',
  KP: 'DPRK, Democratic People’s Republic of Korea',
  KR: '대한민국, 한국, Korea, ROK, S. Korea, Korea Rep.',
  LA: 'Laos, Lao PDR',
  LT: 'Lietuva',
  LU: 'Lëtzebuerg',
  LV: 'Latvija',
  MD: 'Moldova',
  MF: 'Saint Martin',
  MK: 'Macedonia, FYROM, The former Yugoslav Republic of Macedonia',
  MM: 'Burma',
  MO: 'Macau, Macao SAR, Macao SAR China',
  NL: 'Holland',
  PH: 'The Philippines, Phillipines, Philipines',
  PS: 'Palestinian Territory, Palestinian Territories, Occupied Palestinian Territory, West Bank',
  RO: 'România',
  RS: 'Srbija',
  RU: 'Rossija, Rossiya',
  SH: 'Saint Helena Ascension and Tristan da Cunha',
  SI: 'Slovenija',
  SK: 'Slovensko',
  SX: 'Sint Maarten, St. Maarten',
  SY: 'Syria',
  SZ: 'Swaziland',
  TH: 'ประเทศไทย',
  TL: 'East Timor',
  TR: 'Turkiye',
  TW: 'Chinese Taipei, Taiwan ROC, Republic of China',
  TZ: 'Tanzania United Republic',
  UA: 'Україна, Ukraina',
  US: `America, The States, United States America, United State, Unites States, US of A, USoA, Etats-Unis
       Estados Unidos de America`,
  VA: 'Vatican, Vatican City, Holy See',
  VE: 'Bolivarian Republic of Venezuela',
  VG: 'British Virgin Islands, BVI',
  VI: 'US Virgin Islands, United States Virgin Islands, USVI',
  VN: 'Viet Nam, Vietnam S.R.',
}

/** A country's name as it is written, and its ISO alpha-2 code. */
export type CodedName = readonly [name: string, code: string]

export function countryAliases(): CodedName[] {
  return Object.entries(ALIASES).flatMap(([code, names]) =>
    wordList(names).map((name): CodedName => [name, code]),
  )
}
