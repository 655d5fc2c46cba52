import type { MeetingOutcome } from '../../src/leads/activity-events.ts'

/** What the subject line of a task says happened; salespeople's tools write it in set words. */
export type TaskSaying =
  | { readonly what: 'form' | 'page'; readonly of: string }
  | { readonly what: 'email_open' | 'email_click' | 'email_reply' | 'message_received' }

type Plain = Exclude<TaskSaying['what'], 'form' | 'page'>

const NAMED: readonly (readonly [RegExp, 'form' | 'page'])[] = [
  [/^(?:form submitted|filled out form|submitted form)\s*:\s*(.+)$/is, 'form'],
  [/^(?:page viewed|visited web ?page)\s*:\s*(.+)$/is, 'page'],
]

const PLAIN: readonly (readonly [RegExp, Plain])[] = [
  [/^(?:email opened\b|opened email\s*:)/i, 'email_open'],
  [/^(?:email clicked\b|clicked link in email\b)/i, 'email_click'],
  [/^(?:email replied\b|email\s*:\s*<<|reply\s*:)/i, 'email_reply'],
  // Sales engagement tools put it anywhere behind their own name: `[Outreach] [Email] [In] Re: …`.
  [/^(?:\[[^\]]*\]\s*)*\[in\]/i, 'email_reply'],
  [/^message received\b/i, 'message_received'],
]

/** Undefined for what somebody typed. */
export function sayingOf(subject: string): TaskSaying | undefined {
  const line = subject.trim()
  for (const [pattern, what] of NAMED) {
    const of = pattern.exec(line)?.[1]?.trim()
    if (of) return { what, of }
  }
  const plain = PLAIN.find(([pattern]) => pattern.test(line))
  return plain && { what: plain[1] }
}

/** How a meeting went, and its title without the words that say so. */
export interface MeetingSaying {
  readonly outcome: MeetingOutcome | 'cancelled'
  readonly title: string
}

const OUTCOMES: readonly (readonly [RegExp, MeetingSaying['outcome']])[] = [
  [/^(?:cancell?ed\s*:|\[cancell?ed\])/i, 'cancelled'],
  [/^(?:no[ -]?show\s*:|\[no[ -]?show\])/i, 'no show'],
  [/^(?:(?:re)?scheduled\s*:|\[(?:re)?scheduled\])/i, 'booked'],
]

/** Salesforce keeps no outcome of a meeting: tools and people write it before the title. */
export function meetingSayingOf(subject: string): MeetingSaying {
  const line = subject.trim()
  for (const [pattern, outcome] of OUTCOMES) {
    const said = pattern.exec(line)?.[0]
    if (said !== undefined) return { outcome, title: line.slice(said.length).trim() }
  }
  return { outcome: 'held', title: line }
}
