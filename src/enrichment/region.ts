import type { Region } from './vocabulary.ts'

/**
 * Sales regions by ISO 3166-1 alpha-2 code (and XK, which is in everyday use for Kosovo).
 * NA is the United States and Canada and nothing else. LATAM is everything south of them with the
 * Caribbean and Bermuda. EMEA takes in Russia, Turkey, the Caucasus and Central Asia; APAC begins
 * with Afghanistan and Pakistan. Territories follow their place on the map, not their owner;
 * Antarctica has to be somewhere.
 */
const COUNTRIES: Readonly<Record<Region, string>> = {
  NA: 'CA US',
  LATAM: `
    AG AI AR AW BB BL BM BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GS GT GY HN HT JM KN KY LC MF MQ MS MX NI
    PA PE PR PY SR SV SX TC TT UY VC VE VG VI`,
  EMEA: `
    AD AE AL AM AO AT AX AZ BA BE BF BG BH BI BJ BV BW BY CD CF CG CH CI CM CV CY CZ DE DJ DK DZ EE EG EH ER ES ET FI FO
    FR GA GB GE GG GH GI GL GM GN GQ GR GW HR HU IE IL IM IQ IR IS IT JE JO KE KG KM KW KZ LB LI LR LS LT LU LV LY MA MC
    MD ME MG MK ML MR MT MU MW MZ NA NE NG NL NO OM PL PM PS PT QA RE RO RS RU RW SA SC SD SE SH SI SJ SK SL SM SN SO SS
    ST SY SZ TD TF TG TJ TM TN TR TZ UA UG UZ VA XK YE YT ZA ZM ZW`,
  APAC: `
    AF AQ AS AU BD BN BT CC CK CN CX FJ FM GU HK HM ID IN IO JP KH KI KP KR LA LK MH MM MN MO MP MV MY NC NF NP NR NU NZ
    PF PG PH PK PN PW SB SG TH TK TL TO TV TW UM VN VU WF WS`,
}

const REGION_OF = new Map<string, Region>()
for (const region of ['NA', 'LATAM', 'EMEA', 'APAC'] as const) {
  for (const code of COUNTRIES[region].trim().split(/\s+/)) REGION_OF.set(code, region)
}

/** The sales region of an upper-case ISO alpha-2 code; undefined for anything else. */
export function regionOf(countryCode: string): Region | undefined {
  return REGION_OF.get(countryCode)
}
