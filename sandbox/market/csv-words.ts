/** How exports say what HubSpot keeps as one of a few words. Each gives undefined for other words. */

const LIFECYCLE_STAGES = [
  ...['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity'],
  ...['customer', 'evangelist', 'other'],
]
const STAGE_SHORTHANDS: Readonly<Record<string, string>> = {
  mql: 'marketingqualifiedlead',
  sql: 'salesqualifiedlead',
}
const LEAD_STATUSES: readonly (readonly [RegExp, string])[] = [
  [/^new/, 'NEW'],
  [/^opendeal/, 'OPEN_DEAL'],
  [/^open/, 'OPEN'],
  [/^(inprogress|working)/, 'IN_PROGRESS'],
  [/unqualified|notconverted/, 'UNQUALIFIED'],
  [/^attempted/, 'ATTEMPTED_TO_CONTACT'],
  [/^(connected|contacted)/, 'CONNECTED'],
  [/badtiming|nurtur/, 'BAD_TIMING'],
]
const SOURCES: readonly (readonly [RegExp, string])[] = [
  [/paid|adwords|ppc|sem\b|cpc/, 'PAID_SEARCH'],
  [/organic|google|bing|search|seo/, 'ORGANIC_SEARCH'],
  [/direct/, 'DIRECT_TRAFFIC'],
  [/referr|reference|word of mouth|partner/, 'REFERRALS'],
  [/social|facebook|linkedin|twitter|instagram|youtube/, 'SOCIAL_MEDIA'],
  [/e-?mail|newsletter|edm/, 'EMAIL_MARKETING'],
  [/sdr|outbound|trade ?show|event|phone|call|purchased list|import|offline|chat/, 'OFFLINE'],
]
const SENIORITIES: readonly (readonly [RegExp, string])[] = [
  [/^(csuite|clevel|cxo|executive|owner|founder)/, 'c_level'],
  [/^(s|e)?vp|vicepresident/, 'vp'],
  [/director|head/, 'director'],
  [/manager|lead$/, 'manager'],
  [/intern|trainee/, 'intern'],
  [/student/, 'student'],
  [/individual|entry|senior|junior|staff|specialist/, 'individual'],
]
const FUNCTIONS: readonly (readonly [RegExp, string])[] = [
  [/revops|revenueop/, 'revops'],
  [/sales|businessdev/, 'sales'],
  [/marketing/, 'marketing'],
  [/^it|informationtech/, 'it'],
  [/procure|purchas|sourcing/, 'procurement'],
  [/financ|^ap|accounting|accountspay/, 'finance'],
  [/engineer|develop/, 'engineering'],
  [/data|analytics/, 'data'],
  [/product/, 'product'],
  [/^hr|human|people/, 'hr'],
  [/legal/, 'legal'],
  [/support|success|service/, 'support'],
  [/research/, 'research'],
  [/operation|supply/, 'operations'],
  [/executive|management/, 'executive'],
]
const BUYING_ROLES: readonly (readonly [RegExp, string])[] = [
  [/decision/, 'DECISION_MAKER'],
  [/budget|economic/, 'BUDGET_HOLDER'],
  [/champion/, 'CHAMPION'],
  [/enduser|^user/, 'END_USER'],
  [/influenc|technical|evaluat/, 'INFLUENCER'],
  [/sponsor/, 'EXECUTIVE_SPONSOR'],
  [/block/, 'BLOCKER'],
  [/legal|complian/, 'LEGAL_AND_COMPLIANCE'],
]
const DEAL_STAGES: readonly (readonly [RegExp, string])[] = [
  [/closedwon|^won$/, 'closedwon'],
  [/closedlost|^lost$/, 'closedlost'],
  [/scheduled|appointment|prospect/, 'appointmentscheduled'],
  [/qualif|^sql$|needs/, 'qualifiedtobuy'],
  [/presentation|demo/, 'presentationscheduled'],
  [/decision|proposal|quote|valueprop/, 'decisionmakerboughtin'],
  [/contract|negotiat/, 'contractsent'],
]
const COUNTRY_REGIONS =
  /^(us|usa|u\.s\.|united states|uk|u\.k\.|united kingdom|de|germany|fr|france|nl|netherlands|ca|canada|in|india|au|australia)$/i

export function lifecycleStage(text: string): string | undefined {
  const word = letters(text)
  return STAGE_SHORTHANDS[word] ?? LIFECYCLE_STAGES.find((stage) => stage === word)
}

export function leadStatus(text: string): string | undefined {
  return firstMatch(LEAD_STATUSES, letters(text))
}

export function trafficSource(text: string): string | undefined {
  const word = text.toLowerCase().replaceAll('_', ' ')
  return firstMatch(SOURCES, word)
}

export function seniorityWord(text: string): string | undefined {
  return firstMatch(SENIORITIES, letters(text))
}

export function functionWord(text: string): string | undefined {
  return firstMatch(FUNCTIONS, letters(text))
}

/** HubSpot's list form: "DECISION_MAKER;CHAMPION". */
export function buyingRoles(text: string): string | undefined {
  const roles = text.split(/[;,]/).map((role) => firstMatch(BUYING_ROLES, letters(role)))
  const known = new Set(roles.filter((role) => role !== undefined))
  return known.size === 0 ? undefined : [...known].join(';')
}

export function dealStage(text: string): string | undefined {
  return firstMatch(DEAL_STAGES, letters(text))
}

/** Whether a column called "region" holds a country here, as it does in many exports. */
export function isCountry(text: string): boolean {
  return COUNTRY_REGIONS.test(text)
}

function letters(text: string): string {
  return text.toLowerCase().replace(/[^a-z]/g, '')
}

function firstMatch(
  words: readonly (readonly [RegExp, string])[],
  text: string,
): string | undefined {
  return words.find(([pattern]) => pattern.test(text))?.[1]
}
