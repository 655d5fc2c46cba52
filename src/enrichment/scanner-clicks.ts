import type { ActivityAttributes } from '../leads/records.ts'

/** Why a click (or an open) was not the person's own, the plainest evidence first. */
type ScannerReason = 'user_agent' | 'before_delivery' | 'too_soon' | 'burst'

/** How clicks made by mail security scanners are told; a part that is left out is not looked at. */
export interface ScannerCriteria {
  readonly enabled: boolean
  /** Judge e-mail opens too; of an open only the program and the time of delivery can tell anything. */
  readonly opens: boolean
  /** Parts of a program's name, compared without regard to case. */
  readonly user_agents?: readonly string[] | undefined
  readonly before_delivery: boolean
  readonly too_soon?: { readonly seconds: number; readonly within_seconds: number } | undefined
  readonly burst?: { readonly links: number; readonly within_seconds: number } | undefined
}

/** One activity of a person. `at` in ms since the epoch. */
export interface JudgedActivity {
  readonly id: string
  readonly type: string
  readonly at: number
  readonly attributes: ActivityAttributes
}

interface ScannerClick {
  readonly id: string
  readonly reason: ScannerReason
}

/** The attributes that say who or what clicked; without any of them nothing can be told. */
export const SCANNER_EVIDENCE = ['user_agent', 'email', 'sent_at', 'delivered_at'] as const

/** True for an activity about which the rule may have something to say. */
export function isJudged({ type, attributes }: JudgedActivity): boolean {
  if (type !== 'email_click' && type !== 'email_open') return false
  return SCANNER_EVIDENCE.some((name) => attributes[name] !== undefined)
}

/**
 * Finds the clicks in one person's activities that a mail security scanner made.
 *
 * - `user_agent`: the program's name contains a known scanner's.
 * - `before_delivery`: it happened before the mail was delivered (or sent, where the delivery is not known).
 * - `too_soon`: at most `seconds` from delivery a click begins a stretch of `within_seconds` in which as many
 *   different links of the mail were clicked as it has; every click of the stretch.
 * - `burst`: a click begins a stretch of `within_seconds` in which at least `links` different links of one mail
 *   were clicked; every click of the stretch.
 *
 * A click with an attribute missing that a test needs is not judged by it. The order of the activities does not
 * matter; what is found is in order of time. O(n log n).
 */
export function findScannerClicks(
  activities: readonly JudgedActivity[],
  criteria: ScannerCriteria,
): readonly ScannerClick[] {
  if (!criteria.enabled) return []
  const agents = (criteria.user_agents ?? []).map((part) => part.toLowerCase())
  const judged = activities.filter((each) => isJudged(each) && (criteria.opens || isClick(each)))
  const inOrder = judged.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const together = judgeTogether(inOrder.filter(isClick), criteria)
  const found: ScannerClick[] = []
  for (const activity of inOrder) {
    const reason = judgeAlone(activity, agents, criteria) ?? together.get(activity)
    if (reason) found.push({ id: activity.id, reason })
  }
  return found
}

function isClick({ type }: JudgedActivity): boolean {
  return type === 'email_click'
}

/** What one activity says about itself. */
function judgeAlone(
  { at, attributes }: JudgedActivity,
  agents: readonly string[],
  { before_delivery }: ScannerCriteria,
): ScannerReason | undefined {
  const agent = textOf(attributes['user_agent'])?.toLowerCase()
  if (agent !== undefined && agents.some((part) => agent.includes(part))) return 'user_agent'
  const delivered = deliveryOf(attributes)
  const isEarly = before_delivery && delivered !== undefined && at < delivered
  return isEarly ? 'before_delivery' : undefined
}

/** What the clicks of a mail say about each other. `clicks` are in order of time. */
function judgeTogether(
  clicks: readonly JudgedActivity[],
  { too_soon, burst }: ScannerCriteria,
): ReadonlyMap<JudgedActivity, ScannerReason> {
  const reasons = new Map<JudgedActivity, ScannerReason>()
  for (const mail of byMail(clicks)) {
    if (burst) {
      const isBurst = ({ links }: Stretch) => links >= burst.links
      for (const each of inStretches(mail, burst.within_seconds, isBurst)) {
        reasons.set(each, 'burst')
      }
    }
    if (!too_soon) continue
    const isTooSoon = ({ first, links }: Stretch) =>
      links >= (linksOf(first) ?? Number.POSITIVE_INFINITY) && isAtDelivery(first, too_soon.seconds)
    for (const each of inStretches(mail, too_soon.within_seconds, isTooSoon)) {
      reasons.set(each, 'too_soon')
    }
  }
  return reasons
}

/** The clicks of each mail; those that do not name mail and link belong to none. */
function byMail(clicks: readonly JudgedActivity[]): Iterable<readonly JudgedActivity[]> {
  const linked = clicks.filter(({ attributes }) => attributes['link'] !== undefined)
  const mails = Map.groupBy(linked, ({ attributes }) => attributes['email'])
  mails.delete(undefined)
  return mails.values()
}

/** A stretch of time that begins with a click. */
interface Stretch {
  readonly first: JudgedActivity
  /** How many different links were clicked in it. */
  readonly links: number
}

/** Every click that lies in a stretch of so many seconds that fits. `clicks` are those of one mail. */
function inStretches(
  clicks: readonly JudgedActivity[],
  seconds: number,
  fits: (stretch: Stretch) => boolean,
): readonly JudgedActivity[] {
  const found: JudgedActivity[] = []
  // How often each link was clicked from `start` to just before `end`; what is before `taken` has been found.
  const times = new Map<unknown, number>()
  let start = 0
  let end = 0
  let taken = 0
  for (const first of clicks) {
    // Clicks of the same moment belong to the stretch of each of them.
    start = advance(
      clicks,
      start,
      ({ at }) => at < first.at,
      (each) => count(times, each, -1),
    )
    const isInside = ({ at }: JudgedActivity) => at - first.at <= seconds * 1_000
    end = advance(clicks, end, isInside, (each) => count(times, each, 1))
    if (!fits({ first, links: times.size })) continue
    found.push(...clicks.slice(Math.max(start, taken), end))
    taken = end
  }
  return found
}

/** Goes on from `index` past every click that `passes`. */
function advance(
  clicks: readonly JudgedActivity[],
  index: number,
  passes: (click: JudgedActivity) => boolean,
  each: (click: JudgedActivity) => void,
): number {
  let next = index
  for (let click = clicks[next]; click && passes(click); click = clicks[next]) {
    each(click)
    next += 1
  }
  return next
}

function count(times: Map<unknown, number>, { attributes }: JudgedActivity, change: number): void {
  const link = attributes['link']
  const left = (times.get(link) ?? 0) + change
  if (left === 0) times.delete(link)
  else times.set(link, left)
}

/** Before or after delivery: a clock that is hours off makes nobody a scanner. */
function isAtDelivery({ at, attributes }: JudgedActivity, seconds: number): boolean {
  const delivered = deliveryOf(attributes)
  return delivered !== undefined && Math.abs(at - delivered) <= seconds * 1_000
}

/** How many links the mail has; a mail without any cannot have been clicked. */
function linksOf({ attributes }: JudgedActivity): number | undefined {
  const links = attributes['links']
  return typeof links === 'number' && links >= 1 ? links : undefined
}

/** When the mail arrived, in ms; when it was sent, where that is all that is known. */
function deliveryOf(attributes: ActivityAttributes): number | undefined {
  return momentOf(attributes['delivered_at']) ?? momentOf(attributes['sent_at'])
}

/** With its time zone: without one a moment may be half a day off, and people would be taken for scanners. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}.*(?:Z|[+-]\d{2}:\d{2})$/

function momentOf(value: ActivityAttributes[string] | undefined): number | undefined {
  const text = textOf(value)
  if (text === undefined || !MOMENT.test(text)) return undefined
  const moment = Date.parse(text)
  return Number.isNaN(moment) ? undefined : moment
}

function textOf(value: ActivityAttributes[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
