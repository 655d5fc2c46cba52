import { type ActivityMapping, mappedForm, mappedMeeting, mappedPage } from './activity-mapping.ts'
import type { ActivityType } from './activity-types.ts'
import type { ActivityAttributes } from './records.ts'
import { slug } from './slug.ts'

/** What happened, of whatever record of a CRM says so; to whom and when is not in it. */
export interface ActivityEvent {
  readonly type: string
  readonly attributes: ActivityAttributes
}

/** `slot` is what it would be without a mapping. */
interface MappedEvent extends ActivityEvent {
  readonly slot: ActivityType
}

/** How a meeting went. */
export type MeetingOutcome = 'held' | 'no show' | 'booked'

/** What a form is for, told by its name; the first that fits. */
const FORM_PURPOSES: readonly (readonly [RegExp, ActivityType])[] = [
  [/demo/i, 'demo_requested'],
  [/trial/i, 'trial_started'],
  [/webinar/i, 'webinar_registered'],
  [/white ?paper|e-?book|guide|case[ -]study|report/i, 'content_downloaded'],
  [/blog|newsletter/i, 'blog_subscribed'],
  [/contact/i, 'contact_requested'],
]

const CONTENT_KINDS: readonly (readonly [RegExp, string])[] = [
  [/white ?paper/i, 'whitepaper'],
  [/e-?book/i, 'ebook'],
  [/guide/i, 'guide'],
  [/case[ -]study/i, 'case_study'],
  [/report/i, 'report'],
]

/** Somebody filled in a form of this name. */
export function formEvent(form: string, mapping: ActivityMapping): MappedEvent {
  const slot = firstMatch(FORM_PURPOSES, form) ?? 'form_submitted'
  const mapped = mappedForm(mapping, form)
  const type = mapped?.is ?? slot
  return { slot, type, attributes: { form, ...formDetails(type, form), ...mapped?.attributes } }
}

function formDetails(type: string, form: string): ActivityAttributes {
  if (type === 'webinar_registered' && form.includes(':')) return { event: slug(afterColon(form)) }
  if (type !== 'content_downloaded') return {}
  const kind = firstMatch(CONTENT_KINDS, form)
  return kind ? { kind } : {}
}

function firstMatch<T>(table: readonly (readonly [RegExp, T])[], text: string): T | undefined {
  return table.find(([pattern]) => pattern.test(text))?.[1]
}

function afterColon(text: string): string {
  return text.slice(text.indexOf(':') + 1)
}

/** Somebody looked at a page; the scheme of its address may be missing. */
export function pageEvent(url: string, mapping: ActivityMapping): MappedEvent {
  const path = URL.parse(/^https?:/i.test(url) ? url : `https://${url}`)?.pathname
  const mapped = path === undefined ? undefined : mappedPage(mapping, path)
  return {
    slot: 'page_view',
    type: mapped?.is ?? 'page_view',
    attributes: { url, ...(path !== undefined && { path }), ...mapped?.attributes },
  }
}

const MEETING_TYPES: Readonly<Record<MeetingOutcome, ActivityType>> = {
  held: 'meeting_held',
  'no show': 'meeting_no_show',
  booked: 'meeting_booked',
}

/**
 * A meeting; one that is called `Webinar: …` is a webinar, of which a booking says nothing.
 * @param kind what the CRM's own list of kinds of meetings calls it; `""` where it says nothing
 */
export function meetingEvent(
  outcome: MeetingOutcome,
  title: string,
  kind: string,
  mapping: ActivityMapping,
): ActivityEvent | undefined {
  const mapped = outcome === 'held' ? mappedMeeting(mapping, title, kind) : undefined
  if (mapped) return { type: mapped.is, attributes: { ...mapped.attributes } }
  if (!WEBINAR.test(title)) return { type: MEETING_TYPES[outcome], attributes: {} }
  return outcome === 'booked' ? undefined : webinarEvent(outcome, afterColon(title))
}

const WEBINAR = /^\s*webinar\s*:/i

/** Somebody was at a webinar, or was expected there. */
export function webinarEvent(outcome: 'held' | 'no show', topic: string): ActivityEvent {
  const event = { event: slug(topic) }
  return outcome === 'held'
    ? { type: 'webinar_attended', attributes: { ...event, attended_share: 1 } }
    : { type: 'webinar_no_show', attributes: event }
}

/** `Pipeline Math` of `Webinar: Pipeline Math`; a name without that word is the topic. */
export function webinarTopic(name: string): string {
  return WEBINAR.test(name) ? afterColon(name) : name
}
