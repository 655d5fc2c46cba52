import type { AccountExampleDocument, AccountsDocument } from '../../language/accounts-schema.ts'
import type { ModelDocument } from '../../language/model-schema.ts'
import { describeCondition, fieldName, listed } from '../describe-condition.ts'
import { ageWords, factWords, valueWords } from './example-words.ts'
import { type Block, bullets, md, table } from './markdown.ts'
import { lengthWords } from './time-words.ts'

/** How people add up to their account. */
export function accountBlocks({ accounts }: ModelDocument): Block[] {
  if (accounts === undefined) return []
  return [
    '## Accounts',
    `An account adds up the people who did something that counts in the last ${lengthWords(accounts.engaged_within ?? '90d')}. Its score lies between 0 and 100.`,
    bullets([...peopleWords(accounts), ...togetherWords(accounts)]),
    ...groupBlocks(accounts),
    ...tierBlocks(accounts),
    ...exampleBlocks(accounts),
  ]
}

function peopleWords({ people }: AccountsDocument): string[] {
  const weights = Object.entries(people?.weight_by_seniority ?? {})
  const diminishing = people?.diminishing ?? 1
  const weighed = weights.map(([word, factor]) => `${md(fieldName(word))} ${factor}`)
  return [
    weights.length === 0
      ? 'Each person brings their own engagement and intent.'
      : `Each person brings their own engagement and intent, times their seniority: ${listed(weighed, 'and')}; everybody else 1.`,
    ...(diminishing === 1
      ? []
      : [
          `The strongest counts in full, each further person ${Math.round(diminishing * 10_000) / 100}% of the share of the one before.`,
        ]),
  ]
}

function togetherWords({ committee, cross_functional, company_fit }: AccountsDocument): string[] {
  return [
    ...(committee === undefined
      ? []
      : [`${committee.people} or more such people: ${committee.points} points.`]),
    ...(cross_functional === undefined
      ? []
      : [
          `${cross_functional.functions} or more functions among them: ${cross_functional.points} points.`,
        ]),
    ...(company_fit === undefined
      ? []
      : [`The signals about the company itself: at most ${company_fit.max} points.`]),
  ]
}

function groupBlocks({ buying_group }: AccountsDocument): Block[] {
  if (buying_group === undefined) return []
  const rows = buying_group.map(({ label, when }) => [label, describeCondition(when)].map(md))
  return ['These roles make up the buying group.', table(['Role', 'Who fills it'], rows)]
}

function tierBlocks({ tiers }: AccountsDocument): Block[] {
  if (tiers === undefined) return []
  const rows = Object.entries(tiers).map(([tier, points]) => [md(tier), `${points} or more`])
  return [table(['Account tier', 'From'], rows)]
}

function exampleBlocks({ examples = [] }: AccountsDocument): Block[] {
  if (examples.length === 0) return []
  const rows = examples.map((example) =>
    [example.name, givenWords(example), expectedWords(example)].map(md),
  )
  return [table(['Example', 'Given', 'Comes out'], rows)]
}

function givenWords({ company, people, previous_tier }: AccountExampleDocument): string {
  const words = [
    ...factWords(company, 'company'),
    ...people.map(personWords),
    ...(previous_tier === undefined ? [] : [`before: tier ${previous_tier}`]),
  ]
  return words.length === 0 ? 'nothing' : words.join('; ')
}

type Person = AccountExampleDocument['people'][number]

function personWords({ name, facts, engagement, intent, age }: Person): string {
  const words = [
    ...Object.entries(facts).map(([fact, value]) => `${fieldName(fact)} ${valueWords(value)}`),
    `engagement ${engagement}`,
    ...(intent === 0 ? [] : [`intent ${intent}`]),
    age === undefined ? 'never active' : `last active ${ageWords(age)}`,
  ]
  return `${name ?? 'somebody'} (${words.join(', ')})`
}

function expectedWords({ expect }: AccountExampleDocument): string {
  return Object.entries(expect)
    .map(([name, value]) => `${fieldName(name)} ${valueWords(value)}`)
    .join(', ')
}
