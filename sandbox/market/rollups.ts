import { heatOf } from './latent.ts'
import type { Person } from './person.ts'
import type { Choices, Random } from './random.ts'
import type { Timeline } from './timeline.ts'
import { DAY, iso } from './times.ts'

type Properties = Record<string, string>

const SITE = 'https://www.seller.example'
export const WEBINARS: Choices<string> = [
  'Pipeline Math',
  'Scoring That Sticks',
  'Clean Data Fridays',
]
const SOURCES: Choices<string> = [
  'ORGANIC_SEARCH',
  'DIRECT_TRAFFIC',
  'REFERRALS',
  'PAID_SEARCH',
  'SOCIAL_MEDIA',
  'EMAIL_MARKETING',
  'OFFLINE',
]

/** Visits to the seller's site: the more interested, the more, and the nearer to the price list. */
export function webRollup(person: Person, timeline: Timeline, random: Random): Properties {
  const { interest } = person.latent
  const source = { hs_analytics_source: random.pick(SOURCES) }
  if (!random.chance(0.25 + 0.65 * interest)) return { ...source, hs_analytics_source: 'OFFLINE' }
  const visits = 1 + random.poisson(9 * interest)
  const views = visits + random.poisson(1.4 * visits)
  const first = timeline.moment()
  const last = visits === 1 ? first : Math.max(first, timeline.moment(), timeline.moment())
  return {
    ...source,
    hs_analytics_num_visits: String(visits),
    hs_analytics_num_page_views: String(views),
    hs_analytics_average_page_views: String(Math.round(views / visits)),
    hs_analytics_first_timestamp: iso(first),
    hs_analytics_last_timestamp: iso(last),
    hs_analytics_last_visit_timestamp: iso(last),
    hs_analytics_last_url: lastPage(person, random),
  }
}

function lastPage(person: Person, random: Random): string {
  const heat = heatOf(person.latent)
  const path = random.weighted([
    ['/pricing', 2 + 60 * heat],
    ['/pricing/enterprise?ref=nav', 1 + 20 * heat],
    ['/solutions/lead-scoring', 8 + 20 * heat],
    ['/product/integrations', 8 + 10 * heat],
    ['/customers/granite-mill', 6 + 10 * heat],
    ['/blog/what-is-mql?utm_source=newsletter', 22],
    ['/', 18],
    [`/careers`, person.job.seniority === 'student' ? 60 : 7],
  ])
  return `${SITE}${path}`
}

/** Filled-in forms: first and most recent, by the form's name. */
export function formRollup(
  person: Person,
  webinar: string,
  timeline: Timeline,
  random: Random,
): Properties {
  const count = random.poisson(0.12 + 2.6 * heatOf(person.latent))
  if (count === 0) return {}
  const moments = Array.from({ length: Math.min(count, 6) }, () => timeline.moment())
  const firstName = formName(person, webinar, random)
  const recentName = count === 1 ? firstName : formName(person, webinar, random)
  return {
    num_conversion_events: String(count),
    num_unique_conversion_events: String(firstName === recentName ? 1 : 2),
    first_conversion_event_name: firstName,
    first_conversion_date: iso(Math.min(...moments)),
    recent_conversion_event_name: recentName,
    recent_conversion_date: iso(Math.max(...moments)),
  }
}

function formName(person: Person, webinar: string, random: Random): string {
  const heat = heatOf(person.latent)
  return random.weighted([
    ['Request a demo', 1 + 45 * heat],
    ['Contact sales', 2 + 20 * heat],
    ['Start your free trial', 3 + 20 * heat],
    [`Webinar registration: ${webinar}`, 12 + 15 * heat],
    ['Whitepaper: The RevOps Handbook', 14 + 10 * heat],
    ['Case study: Granite Mill', 5 + 10 * heat],
    ['E-book: Scoring without tears', 10],
    ['Blog subscription', 18],
    ['Newsletter sign-up (footer)', 12],
    ['Event badge scan', 5],
  ])
}

/** Marketing e-mails sent, opened, clicked and answered; a scanner "opens and clicks" on arrival. */
export function emailRollup(
  person: Person,
  now: number,
  timeline: Timeline,
  random: Random,
): Properties {
  if (person.email === undefined) return {}
  if (random.chance(0.025)) return bounced(random)
  const months = (now - person.createdAt) / (30 * DAY)
  const delivered = random.poisson(0.5 + 0.8 * months)
  if (delivered === 0) return {}
  const sentAt = timeline.moment()
  const sent = { hs_email_delivered: String(delivered), hs_email_last_send_date: iso(sentAt) }
  if (person.company?.kind === 'scanner') return { ...sent, ...scanned(delivered, sentAt) }
  return { ...sent, ...responses(person, delivered, timeline, random) }
}

function bounced(random: Random): Properties {
  const reason = random.pick(['UNKNOWN_USER', 'MAILBOX_FULL', 'POLICY', 'UNKNOWN_USER'])
  return { hs_email_bounce: '1', hs_email_hard_bounce_reason_enum: reason }
}

function scanned(delivered: number, sentAt: number): Properties {
  return {
    hs_email_open: String(delivered),
    hs_email_last_open_date: iso(sentAt),
    hs_email_click: String(delivered),
    hs_email_last_click_date: iso(sentAt),
  }
}

function responses(
  person: Person,
  delivered: number,
  timeline: Timeline,
  random: Random,
): Properties {
  const heat = heatOf(person.latent)
  const opens = Math.min(
    delivered,
    random.poisson(delivered * (0.1 + 0.5 * person.latent.interest)),
  )
  if (opens === 0) return { hs_email_sends_since_last_engagement: String(delivered) }
  const clicks = Math.min(opens, random.poisson(opens * (0.03 + 0.5 * heat)))
  const [one, other] = [timeline.moment(), timeline.moment()]
  const clicked = {
    hs_email_click: String(clicks),
    hs_email_last_click_date: iso(Math.min(one, other)),
  }
  return {
    hs_email_open: String(opens),
    hs_email_last_open_date: iso(Math.max(one, other)),
    ...(clicks > 0 && clicked),
    ...(random.chance(0.35 * heat) && {
      hs_email_replied: '1',
      hs_email_last_reply_date: iso(timeline.moment()),
    }),
  }
}
