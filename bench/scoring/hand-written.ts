/**
 * The rubric as a program, as somebody would write it who needs no other rubric ever: the limit that an
 * engine can come near. One pass over the activities, no allocation, every number in its place.
 */
import type { FactMap } from '../../src/leads/facts.ts'
import type {
  Action,
  Facts,
  Grade,
  ScoredActivity,
  Stage,
  Standing,
} from '../../src/scoring/result.ts'
import { clamp } from './contender-types.ts'
import { DAY } from './people.ts'

/** The score, 0 to 100. `now` in ms. */
export function scoreByHand({ person, company, activities }: Facts, now: number): number {
  const fit = 100 * clamp(fitOf(person, company))
  return within(fit + within(engagementOf(activities, now))) / 100
}

/** Everything that Plumbline's `standing` says. `now` in ms. */
export function standingByHand({ person, company, activities }: Facts, now: number): Standing {
  const fit = clamp(fitOf(person, company))
  const engaged = within(engagementOf(activities, now))
  const score = within(100 * fit + engaged) / 100
  const engagement = engaged / 100
  const grade = gradeOf(fit)
  const stage = stageOf(score, fit)
  const tier = stage === 'sql' ? 'A' : stage === 'mql' || grade === 'A' ? 'B' : 'C'
  return {
    score,
    fit,
    engagement,
    intent: 0,
    grade,
    tier,
    stage,
    action: actionOf(fit, engagement),
  }
}

/** Hundredths of 0 to 100 points. */
function within(hundredths: number): number {
  return Math.min(10_000, Math.max(0, hundredths))
}

function gradeOf(fit: number): Grade {
  if (fit >= 50) return 'A'
  if (fit >= 30) return 'B'
  return fit >= 15 ? 'C' : 'D'
}

function stageOf(score: number, fit: number): Stage {
  if (score >= 75 && fit >= 30) return 'sql'
  return score >= 50 ? 'mql' : 'nurture'
}

function actionOf(fit: number, engagement: number): Action {
  if (fit >= 30) return engagement >= 30 ? 'route_now' : 'nurture'
  return engagement >= 30 ? 'review' : 'hold'
}

/** What the facts come to in points, before clamping. */
export function fitOf(person: FactMap, company: FactMap): number {
  const { employees, revenue, country, industry } = company
  const { seniority, department, free_email, unsubscribed, competitor } = person
  const { days_since_touch, bounces } = person
  let points = sizeOf(employees) + revenueOf(revenue) + countryOf(country) + industryOf(industry)
  points += seniorityOf(seniority) + departmentOf(department)
  if (free_email === true) points -= 10
  if (unsubscribed === true) points -= 25
  if (competitor === true) points -= 50
  if (typeof days_since_touch === 'number' && days_since_touch >= 90) points -= 12
  if (typeof bounces === 'number' && bounces >= 2) points -= 20
  return points
}

type Value = FactMap[string] | undefined

function sizeOf(employees: Value): number {
  if (typeof employees !== 'number' || employees < 1) return 0
  if (employees <= 10) return 2
  if (employees <= 50) return 5
  if (employees <= 200) return 10
  return employees <= 1000 ? 15 : 12
}

function revenueOf(revenue: Value): number {
  if (typeof revenue !== 'number' || revenue < 1_000_000) return 0
  return revenue < 10_000_000 ? 6 : 12
}

function countryOf(country: Value): number {
  switch (country) {
    case 'US':
    case 'CA':
    case 'GB':
    case 'DE':
    case 'FR':
      return 8
    case 'IN':
    case 'BR':
    case 'ES':
    case 'IT':
    case 'NL':
    case 'SE':
      return 3
    default:
      return 0
  }
}

function industryOf(industry: Value): number {
  switch (industry) {
    case 'SOFTWARE':
    case 'FINTECH':
    case 'HEALTH':
    case 'RETAIL':
      return 9
    default:
      return 0
  }
}

function seniorityOf(seniority: Value): number {
  switch (seniority) {
    case 'vp':
    case 'cxo':
    case 'director':
      return 14
    case 'student':
    case 'intern':
      return -15
    default:
      return 0
  }
}

function departmentOf(department: Value): number {
  switch (department) {
    case 'sales':
    case 'marketing':
    case 'revops':
      return 7
    default:
      return 0
  }
}

/** e to this power per millisecond of age. */
const BY_7_DAYS = -Math.LN2 / (7 * DAY)
const BY_10_DAYS = -Math.LN2 / (10 * DAY)
const BY_14_DAYS = -Math.LN2 / (14 * DAY)
const BY_30_DAYS = -Math.LN2 / (30 * DAY)
const BY_45_DAYS = -Math.LN2 / (45 * DAY)
const BY_60_DAYS = -Math.LN2 / (60 * DAY)

/** Of a positive number, in a fifth less time than with `Math.round`. */
function rounded(number: number): number {
  return Math.floor(number + 0.5)
}

/** What the activities come to in hundredths, each rounded to one, before clamping. `now` in ms. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: one loop without calls is what makes it the limit
export function engagementOf(activities: readonly ScoredActivity[], now: number): number {
  let opens = 0
  let clicks = 0
  let views = 0
  let pricing = 0
  let forms = 0
  let demos = 0
  let webinars = 0
  let meetings = 0
  let recentOpens = 0
  let recentClicks = 0
  let recentViews = 0
  let recentPricing = 0
  for (const { type, at } of activities) {
    const age = now - at.getTime()
    if (age < 0) continue
    switch (type) {
      case 'email_open':
        opens += rounded(100 * Math.exp(age * BY_14_DAYS))
        if (age <= 30 * DAY) recentOpens++
        break
      case 'email_click':
        clicks += rounded(300 * Math.exp(age * BY_14_DAYS))
        if (age <= 30 * DAY) recentClicks++
        break
      case 'page_view':
        views += rounded(100 * Math.exp(age * BY_7_DAYS))
        if (age <= 7 * DAY) recentViews++
        break
      case 'pricing_view':
        pricing += rounded(600 * Math.exp(age * BY_10_DAYS))
        if (age <= 14 * DAY) recentPricing++
        break
      case 'form_submit':
        forms += rounded(800 * Math.exp(age * BY_30_DAYS))
        break
      case 'demo_request':
        demos += rounded(2000 * Math.exp(age * BY_45_DAYS))
        break
      case 'webinar':
        webinars += rounded(700 * Math.exp(age * BY_30_DAYS))
        break
      case 'meeting':
        meetings += rounded(1500 * Math.exp(age * BY_60_DAYS))
        break
    }
  }
  let hundredths = Math.min(500, opens) + Math.min(1200, clicks) + Math.min(800, views)
  hundredths += Math.min(1800, pricing) + Math.min(1600, forms) + Math.min(2000, demos)
  hundredths += Math.min(1400, webinars) + Math.min(1500, meetings)
  if (recentOpens >= 3) hundredths += 300
  if (recentViews >= 3) hundredths += 400
  if (recentPricing >= 2) hundredths += 600
  if (recentClicks >= 2) hundredths += 400
  return hundredths
}
