import type { Meanings } from './key-meaning.ts'

/** The keys of a worked example, and of how accounts are scored. */
export const EXAMPLE_MEANINGS: Meanings = {
  'example.name': { means: 'What the example shows, as a sentence.' },
  'example.person': { means: 'What is known about the person, by fact name.' },
  'example.person.*': { means: 'The value of the fact; null is unknown.' },
  'example.company': { means: 'What is known about the company, by fact name.' },
  'example.company.*': { means: 'The value of the fact; null is unknown.' },
  'example.activities': { means: 'What the person has done.' },
  'example.activities.type': { means: 'The activity type.' },
  'example.activities.id': { means: 'An id to quote the activity by.' },
  'example.activities.at': { means: 'When it happened, as an ISO moment; or else age.' },
  'example.activities.age': { means: 'How long ago it happened; 0d is now.', form: 'duration' },
  'example.activities.*': { means: 'An attribute of the activity, such as path, kind or event.' },
  'example.previous': { means: 'What the scoring before decided; hysteresis looks at it.' },
  'example.previous.tier': { means: 'The tier so far.' },
  'example.previous.stage': { means: 'The stage so far.' },
  'example.expect': { means: 'What must come out; only what stands here is compared.' },
  'example.expect.score': { means: 'The exact score, not rounded.' },
  'example.expect.fit': { means: 'The exact fit.' },
  'example.expect.engagement': { means: 'The exact engagement.' },
  'example.expect.intent': { means: 'The exact intent.' },
  'example.expect.grade': { means: 'The grade.' },
  'example.expect.tier': { means: 'The tier; none where no tier holds.' },
  'example.expect.stage': { means: 'The stage.' },
  'example.expect.action': { means: 'The action.' },
  'example.expect.route': { means: 'The route; null where nobody is routed.' },
  'example.expect.held': {
    means: 'The ids of the gates that hold the person, in the order of the model.',
  },
  'example.expect.missing': { means: 'The fields that are asked for and unknown, sorted.' },
}

export const ACCOUNT_MEANINGS: Meanings = {
  'accounts.engaged_within': {
    means: 'Who did something that counts in this time is engaged; 90d where nothing is said.',
    form: 'duration',
  },
  'accounts.people': { means: 'What engaged people bring: their own engagement and intent.' },
  'accounts.people.weight_by_seniority': {
    means: 'What the points of a person are multiplied with, by seniority; 1 for others.',
  },
  'accounts.people.weight_by_seniority.*': { means: 'The factor for this seniority.' },
  'accounts.people.diminishing': {
    means:
      'The strongest person counts in full, the next this share, the one after this share of that; 1 where nothing is said.',
  },
  'accounts.committee': {
    means: 'Points for several engaged people: distinct people, not downloads.',
  },
  'accounts.committee.people': { means: 'So many engaged people or more.' },
  'accounts.committee.points': { means: 'The points for it.' },
  'accounts.cross_functional': { means: 'Points for several functions among the engaged people.' },
  'accounts.cross_functional.functions': { means: 'So many functions or more.' },
  'accounts.cross_functional.points': { means: 'The points for it.' },
  'accounts.company_fit': { means: 'Counts the fit signals that look at the company alone.' },
  'accounts.company_fit.max': { means: 'The most points that they count.' },
  'accounts.buying_group': {
    means: 'The roles that a sale needs; without it the buying roles of the CRM.',
  },
  'accounts.buying_group.role': { means: 'The id of the role.', form: 'id' },
  'accounts.buying_group.label': { means: 'The role in words.' },
  'accounts.buying_group.when': { means: 'Who fills it.' },
  'accounts.tiers': {
    means: 'From how many points on an account has each tier, the best first.',
    names: 'tier',
  },
  'accounts.tiers.*': { means: 'The least score for this tier.' },
  'accounts.examples': { means: 'Worked examples of accounts; checked with the model.' },
  'accounts.examples.name': { means: 'What the example shows, as a sentence.' },
  'accounts.examples.company': { means: 'What is known about the company, by fact name.' },
  'accounts.examples.company.*': { means: 'The value of the fact; null is unknown.' },
  'accounts.examples.people': { means: 'The people of the account, as their own scores say.' },
  'accounts.examples.people.name': { means: 'The name, for reasons.' },
  'accounts.examples.people.facts': { means: 'What is known about the person, by fact name.' },
  'accounts.examples.people.facts.*': { means: 'The value of the fact; null is unknown.' },
  'accounts.examples.people.engagement': { means: "The engagement of the person's own score." },
  'accounts.examples.people.intent': { means: "The intent of the person's own score." },
  'accounts.examples.people.age': {
    means: 'How long ago the person last did something that counts; without it, never.',
    form: 'duration',
  },
  'accounts.examples.previous_tier': {
    means: "The account's tier so far; hysteresis looks at it.",
  },
  'accounts.examples.expect': { means: 'What must come out; only what stands here is compared.' },
  'accounts.examples.expect.score': { means: "The account's exact score." },
  'accounts.examples.expect.tier': { means: "The account's tier." },
  'accounts.examples.expect.engaged': { means: 'How many people are engaged.' },
  'accounts.examples.expect.functions': { means: 'The functions of the engaged people, sorted.' },
  'accounts.examples.expect.roles_engaged': {
    means: 'The roles of the buying group that somebody engaged fills.',
  },
}
