import type { PortalRecord } from '../hubspot/record.ts'
import { iso } from './times.ts'

export interface LastActivity {
  /** Roll-up properties of the contact. */
  readonly properties?: Record<string, string>
  /** A record of its own, where HubSpot keeps such behaviour that way. */
  readonly engagement?: Pick<PortalRecord, 'type' | 'properties'>
}

type Effect = (at: string) => LastActivity

/** HubSpot keeps the page with the moment; an export that names no page means the site as such. */
const UNNAMED_PAGE = 'https://website.example/'

/** First match decides: "unsubscribed" and "bounced" before the plain words of e-mail. */
const EFFECTS: readonly (readonly [pattern: RegExp, effect: Effect])[] = [
  [/unsubscribed|opted out|marked spam/, () => ({ properties: { hs_email_optout: 'true' } })],
  [
    /bounced/,
    () => ({ properties: { hs_email_bounce: '1', hs_email_hard_bounce_reason_enum: 'OTHER' } }),
  ],
  [
    /link clicked|clicked (link|e-?mail)|e-?mail clicked/,
    (at) => ({ properties: { hs_email_click: '1', hs_email_last_click_date: at } }),
  ],
  [
    /e-?mail opened|opened e-?mail|open e-?mail/,
    (at) => ({ properties: { hs_email_open: '1', hs_email_last_open_date: at } }),
  ],
  [
    /e-?mail (received|replied)|replied to e-?mail/,
    (at) => ({ properties: { hs_email_replied: '1', hs_email_last_reply_date: at } }),
  ],
  [
    /page visited|visit(ed)? (web ?)?page|web(site)? visit/,
    (at) => ({
      properties: { hs_analytics_last_url: UNNAMED_PAGE, hs_analytics_last_timestamp: at },
    }),
  ],
  [
    /form (submitted|filled)|filled out form|fill out form/,
    (at) => ({
      properties: {
        num_conversion_events: '1',
        recent_conversion_event_name: 'Form on the website',
        recent_conversion_date: at,
      },
    }),
  ],
  [
    /chat/,
    (at) => ({
      engagement: {
        type: 'communications',
        properties: {
          hs_timestamp: at,
          hs_communication_channel_type: 'CUSTOM_CHANNEL_CONVERSATION',
        },
      },
    }),
  ],
  [
    /had a phone|call connected|phone conversation/,
    (at) => ({
      engagement: { type: 'calls', properties: { hs_timestamp: at, hs_call_status: 'COMPLETED' } },
    }),
  ],
]

/** What "Last Activity" says that somebody did, as HubSpot would hold it; undefined for other words. */
export function lastActivity(text: string, at: number): LastActivity | undefined {
  const words = text.toLowerCase()
  if (/resubscribed/.test(words)) return undefined
  return EFFECTS.find(([pattern]) => pattern.test(words))?.[1](iso(at))
}
