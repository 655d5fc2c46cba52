/**
 * The activity types the connectors produce. Models may name others (a customer's own events);
 * these are the ones that the starter models and the documentation talk about.
 */
export const ACTIVITY_TYPES = [
  'page_view',
  'form_submitted',
  'content_downloaded',
  'blog_subscribed',
  'demo_requested',
  'trial_started',
  'contact_requested',
  'webinar_registered',
  'webinar_attended',
  'webinar_no_show',
  'email_open',
  'email_click',
  'email_reply',
  'meeting_booked',
  'meeting_held',
  'meeting_no_show',
  'call_connected',
  'message_received',
] as const
export type ActivityType = (typeof ACTIVITY_TYPES)[number]
