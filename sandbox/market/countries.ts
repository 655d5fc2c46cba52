import type { Choices, Random } from './random.ts'

/** A place and the ways in which people type its country. */
export interface Place {
  readonly code: string
  readonly spellings: Choices<string>
  readonly cities: Choices<readonly [city: string, state: string]>
  readonly dialling: string
  /** The free-mail provider of the country beside the worldwide ones. */
  readonly freeMail?: string
}

const PLACES: Choices<readonly [Place, number]> = [
  [
    {
      code: 'US',
      spellings: ['United States', 'USA', 'US', 'U.S.A.', 'United States of America', 'usa'],
      cities: [
        ['Austin', 'TX'],
        ['Boston', 'MA'],
        ['Denver', 'Colorado'],
        ['Seattle', 'WA'],
      ],
      dialling: '+1 555',
    },
    42,
  ],
  [
    {
      code: 'GB',
      spellings: ['United Kingdom', 'UK', 'England', 'Great Britain', 'U.K.'],
      cities: [
        ['London', ''],
        ['Leeds', 'West Yorkshire'],
        ['Bristol', ''],
      ],
      dialling: '+44 20',
    },
    12,
  ],
  [
    {
      code: 'DE',
      spellings: ['Germany', 'Deutschland', 'DE', 'germany'],
      cities: [
        ['München', 'Bayern'],
        ['Köln', 'NRW'],
        ['Hamburg', ''],
      ],
      dialling: '+49 30',
      freeMail: 'gmx.de',
    },
    10,
  ],
  [
    {
      code: 'FR',
      spellings: ['France', 'FR', 'FRANCE'],
      cities: [
        ['Lyon', ''],
        ['Paris', 'Île-de-France'],
      ],
      dialling: '+33 1',
      freeMail: 'orange.fr',
    },
    6,
  ],
  [
    {
      code: 'NL',
      spellings: ['Netherlands', 'NL', 'The Netherlands', 'Nederland', 'Holland'],
      cities: [
        ['Utrecht', ''],
        ['Amsterdam', 'NH'],
      ],
      dialling: '+31 20',
    },
    5,
  ],
  [
    {
      code: 'CA',
      spellings: ['Canada', 'CA', 'CAN'],
      cities: [
        ['Toronto', 'ON'],
        ['Montréal', 'Québec'],
      ],
      dialling: '+1 555',
    },
    5,
  ],
  [
    {
      code: 'IN',
      spellings: ['India', 'IN', 'INDIA'],
      cities: [
        ['Pune', 'Maharashtra'],
        ['Bengaluru', 'Karnataka'],
      ],
      dialling: '+91 20',
    },
    6,
  ],
  [
    {
      code: 'AU',
      spellings: ['Australia', 'AU', 'Aus'],
      cities: [
        ['Sydney', 'NSW'],
        ['Perth', 'WA'],
      ],
      dialling: '+61 2',
    },
    4,
  ],
  [
    {
      code: 'BR',
      spellings: ['Brazil', 'Brasil', 'BR'],
      cities: [
        ['São Paulo', 'SP'],
        ['Recife', 'PE'],
      ],
      dialling: '+55 11',
    },
    3,
  ],
  [
    {
      code: 'ES',
      spellings: ['Spain', 'España', 'ES'],
      cities: [
        ['Madrid', ''],
        ['València', ''],
      ],
      dialling: '+34 91',
    },
    3,
  ],
  [
    { code: 'SG', spellings: ['Singapore', 'SG'], cities: [['Singapore', '']], dialling: '+65 6' },
    2,
  ],
  [
    { code: 'JP', spellings: ['Japan', '日本', 'JP'], cities: [['Osaka', '']], dialling: '+81 6' },
    1.5,
  ],
  [{ code: 'CU', spellings: ['Cuba'], cities: [['La Habana', '']], dialling: '+53 7' }, 0.5],
]

export function drawPlace(random: Random): Place {
  return random.weighted(PLACES)
}

/** The country as somebody typed it: mostly the usual name, sometimes another, sometimes nothing. */
export function typedCountry(place: Place, random: Random, missing: number): string | undefined {
  if (random.chance(missing)) return undefined
  return random.chance(0.6) ? place.spellings[0] : random.pick(place.spellings)
}
