import type { Choices, Random } from './random.ts'

const FIRST_NAMES = words(`
  Anna Ben Chidi Dana Elif Farid Greta Hiro Ines Jonas Keiko Lars Mina Noor Oscar Priya Quentin Rosa
  Samir Tess Uma Viktor Wanda Ximena Yusuf Zoë Amir Beatriz Caleb Daan Eilidh Fatima Gideon Hanna Ivo
  Jia Kofi Leila Marek Nadia Oren Paula Ravi Sanne Tomás Ulrike Vera Wim Yara Zane`)

/** Family names are put together from parts, so that nobody real is meant by a first and last name. */
const FAMILY_HEADS = words(`
  Ald Bren Corv Dahl Ebb Fenn Garr Hol Ing Jorv Kell Lind Marr Norr Ost Pell Quill Ross Stav Thorn
  Ulm Vand West Yarr Zell O'Tarr Müh Sør Çel`)
const FAMILY_TAILS = words(`
  berg wick holt mann sen ford ini ova ez ström ley kamp aux oglu owski ada ori wala dottir e`)

const COMPANY_HEADS = words(`
  Amber Birch Copper Delta Ember Falcon Granite Harbor Indigo Juniper Kestrel Lumen Maple Nimbus Onyx
  Pioneer Quartz River Silver Timber Umbra Velvet Willow Xeno Yonder Zephyr Arctic Bright Cedar Drift
  Evergreen Flint Golden Hollow Iron Jade North`)
const COMPANY_MIDDLES = words(`
  field gate line works path stone mill forge wave point bridge crest grid loop mark nest port spring
  tide vale yard ridge leaf`)
const COMPANY_TAILS = words(`
  Inc. GmbH Ltd Software Logistics Health Systems Group Analytics Partners B.V. Cloud Foods Energy
  Media Robotics Retail Labs Bank`)
const COMPANY_NAMES = COMPANY_HEADS.length * COMPANY_MIDDLES.length * COMPANY_TAILS.length
/** A prime above every list length: stepping by it visits each combination once before any repeats. */
const STRIDE = 7919

export interface CompanyName {
  readonly name: string
  readonly domain: string
}

/** The invented name of the n-th company; no two indexes share a domain. */
export function companyName(index: number, seed: number): CompanyName {
  const place = (index * STRIDE + (Math.abs(Math.trunc(seed)) % COMPANY_NAMES)) % COMPANY_NAMES
  const round = Math.floor(index / COMPANY_NAMES)
  const head = COMPANY_HEADS[place % COMPANY_HEADS.length]
  const rest = Math.floor(place / COMPANY_HEADS.length)
  const middle = COMPANY_MIDDLES[rest % COMPANY_MIDDLES.length]
  const tail = COMPANY_TAILS[Math.floor(rest / COMPANY_MIDDLES.length)]
  const name = `${head}${middle} ${tail}${round > 0 ? ` ${round + 1}` : ''}`
  return { name, domain: `${asciiSlug(name)}.example` }
}

export function personName(random: Random): { first: string; last: string } {
  return {
    first: random.pick(FIRST_NAMES),
    last: `${random.pick(FAMILY_HEADS)}${random.pick(FAMILY_TAILS)}`,
  }
}

/** "Zoë O'Tarrström" as it stands in an address: letters and digits of ASCII, parts joined by hyphens. */
export function asciiSlug(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ø', 'o')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
}

function words(list: string): Choices<string> {
  const [first = '', ...others] = list.trim().split(/\s+/)
  return [first, ...others]
}
