import {
  activityPlan,
  BLOCK,
  chance,
  companyId,
  companyToken,
  moment,
  PER_COMPANY,
  personId,
  pick,
  type World,
} from './world.ts'

/** A record as HubSpot tells it; properties without a value are left out. */
export interface Raw {
  readonly id: string
  readonly properties: Readonly<Record<string, string>>
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Ids of associated records by object. */
  readonly links: Readonly<Partial<Record<'contacts' | 'companies', readonly string[]>>>
}

const FIRST = ['Ann', 'Bo', 'Cy', 'Dee', 'Eli', 'Fay', 'Gus', 'Hana', 'Ivo', 'June'] as const
const LAST = [
  'Adler',
  'Brook',
  'Castel',
  'Dahl',
  'Evers',
  'Falk',
  'Grove',
  'Holm',
  'Iser',
  'Jung',
] as const
const TITLES = [
  'Chief Executive Officer',
  'VP Sales',
  'Director of Marketing',
  'Head of Revenue Operations',
  'Sales Manager',
  'Account Executive',
  'Data Engineer',
  'Procurement Manager',
  'Marketing Intern',
  'CFO',
] as const
const COUNTRIES = [
  'Germany',
  'United States',
  'France',
  'India',
  'Brazil',
  'United Kingdom',
] as const
const STAGES = ['subscriber', 'lead', 'marketingqualifiedlead', 'opportunity'] as const
const FORMS = [
  'Request a demo',
  'Contact sales',
  'Whitepaper: The RevOps Handbook',
  'Webinar registration: Pipeline Math',
  'Blog subscription',
  'Case study: Granite Mill',
] as const
const PAGES = [
  '/pricing',
  '/solutions/lead-scoring',
  '/product/integrations',
  '/blog/what-is-mql?utm_source=newsletter',
  '/customers/granite-mill',
  '/careers',
] as const
const YEAR = 365

/** One in twenty has a private address and no company, one in twenty is linked to it by the address alone. */
const PRIVATE = 19
const UNLINKED = 18

/**
 * The contact at a place.
 * @param era 0 as the contact is now; 1, 2, …: as earlier readings saw its last page and click
 */
export function contactAt(world: World, index: number, era = 0): Raw {
  const shape = index % BLOCK
  const kind = shape % 20
  const company = Math.floor(index / PER_COMPANY)
  const token = companyToken(company)
  const first = pick(world, shape, 1, FIRST)
  const last = pick(world, shape, 2, LAST)
  const name = `${first}.${last}${index % PER_COMPANY}`.toLowerCase()
  const email = kind === PRIVATE ? `${name}.${token}@gmail.com` : `${name}@${token}.example`
  const linked = kind !== PRIVATE && kind !== UNLINKED
  const createdAt = new Date(world.anchor - (200 + (shape % 900)) * 86_400_000)
  return {
    id: personId(index),
    createdAt,
    updatedAt: moment(world, shape, 3, 150),
    properties: {
      email,
      firstname: first,
      lastname: last,
      jobtitle: pick(world, shape, 4, TITLES),
      company: `Firm ${token}`,
      country: pick(world, shape, 5, COUNTRIES),
      lifecyclestage: pick(world, shape, 6, STAGES),
      hs_analytics_num_page_views: String(1 + Math.floor(chance(world, shape, 7) * 40)),
      hs_analytics_num_visits: String(1 + Math.floor(chance(world, shape, 8) * 12)),
      hs_analytics_source: 'ORGANIC_SEARCH',
      createdate: createdAt.toISOString(),
      ...(chance(world, shape, 9) < 0.1 && { hs_buying_role: 'DECISION_MAKER' }),
      ...(chance(world, shape, 10) < 0.03 && { hs_email_optout: 'true' }),
      ...(linked && { associatedcompanyid: companyId(company) }),
      ...rollUps(world, shape, era),
    },
    links: linked ? { companies: [companyId(company)] } : {},
  }
}

/** The most recent first where there is room for few. */
function rollUps(world: World, shape: number, era: number): Readonly<Record<string, string>> {
  const { current } = activityPlan(world.activitiesPerPerson)
  // Somebody in five is interested now; the others were some time this year.
  const longest = chance(world, shape, 20) < 0.2 ? 30 : YEAR
  const when = (question: number) => moment(world, shape, question, longest).toISOString()
  const slots: readonly Readonly<Record<string, string>>[] = [
    {
      hs_analytics_last_url: `https://www.seller.example${pick(world, shape, 21 + 100 * era, PAGES)}`,
      hs_analytics_last_timestamp: before(moment(world, shape, 22, longest), era),
    },
    { hs_email_last_click_date: before(moment(world, shape, 23, longest), era) },
    {
      recent_conversion_event_name: pick(world, shape, 24, FORMS),
      recent_conversion_date: when(25),
    },
    { hs_email_last_open_date: when(26) },
    {
      first_conversion_event_name: pick(world, shape, 27, FORMS),
      first_conversion_date: new Date(
        world.anchor - (400 + (shape % 300)) * 86_400_000,
      ).toISOString(),
    },
  ]
  return Object.assign({}, ...slots.slice(0, current))
}

function before(now: Date, era: number): string {
  return new Date(now.getTime() - era * 9 * 86_400_000).toISOString()
}
