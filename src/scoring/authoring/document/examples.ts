import type { ModelDocument } from '../../language/model-schema.ts'
import { fieldName } from '../describe-condition.ts'
import { ageWords, factWords, valueWords } from './example-words.ts'
import { type Block, md, table } from './markdown.ts'

type Example = ModelDocument['examples'][number]

/** The worked examples as a table: who it is about, and what comes out. */
export function exampleBlocks({ examples }: ModelDocument): Block[] {
  if (examples.length === 0) return []
  const rows = examples.map((example) =>
    [example.name, givenWords(example), expectedWords(example)].map(md),
  )
  return [
    '## Worked examples',
    'The model is checked against these; `plumbline model check` fails when one does not hold.',
    table(['Example', 'Given', 'Comes out'], rows),
  ]
}

function givenWords({ person, company, activities, previous }: Example): string {
  const words = [
    ...factWords(person, 'person'),
    ...factWords(company, 'company'),
    ...activities.map(activityWords),
    ...(previous === undefined ? [] : [`before: tier ${previous.tier}, stage ${previous.stage}`]),
  ]
  return words.length === 0 ? 'nothing' : words.join('; ')
}

function activityWords({
  type,
  age,
  at,
  id: _id,
  ...attributes
}: Example['activities'][number]): string {
  const details = Object.entries(attributes).map(
    ([name, value]) => `${fieldName(name)} ${valueWords(value)}`,
  )
  const when = age === undefined ? `at ${at}` : ageWords(age)
  return `${fieldName(type)}${details.length === 0 ? '' : ` (${details.join(', ')})`} ${when}`
}

function expectedWords({ expect }: Example): string {
  const words = Object.entries(expect).map(([name, value]) => {
    if (name === 'route' && value === null) return 'not routed'
    return `${fieldName(name)} ${valueWords(value)}`
  })
  return words.join(', ')
}
