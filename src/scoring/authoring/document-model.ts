import { DIMENSIONS, type ModelDocument } from '../language/model-schema.ts'
import type { Model } from '../language/parse.ts'
import { GRADES } from '../result.ts'
import { STAGE_WORDS } from '../stage-words.ts'
import { describeCondition, listed } from './describe-condition.ts'
import { accountBlocks } from './document/accounts.ts'
import { exampleBlocks } from './document/examples.ts'
import { type Block, bullets, md, page, table } from './document/markdown.ts'
import { signalBlocks } from './document/signals.ts'
import {
  clearingWords,
  effectWords,
  gateWords,
  thresholdWords,
} from './document/threshold-words.ts'

/**
 * The model as a page of Markdown for a new colleague: what counts, how much, and what follows from it. The
 * same model always gives the same page.
 */
export function documentModel({ document, name }: Model): string {
  return page([
    `# ${md(document.model)}`,
    ...(document.about === undefined ? [] : [md(document.about)]),
    `This page describes version \`${name}\`. It was written by \`plumbline model doc\` from the model itself.`,
    ...sumBlocks(document),
    ...signalBlocks(document),
    ...gateBlocks(document),
    ...decisionBlocks(document),
    ...matrixBlocks(document),
    ...hysteresisBlocks(document),
    ...accountBlocks(document),
    ...routingBlocks(document),
    ...exampleBlocks(document),
  ])
}

function sumBlocks(document: ModelDocument): Block[] {
  const names = DIMENSIONS.filter((name) => document.dimensions[name] !== undefined)
  const maxima = names.map((name) => `${name} (0 to ${document.dimensions[name]?.max})`)
  return [
    '## The score',
    `Signals add points to ${listed(maxima, 'and')}. ${combineWords(document)} The score lies between 0 and 100.`,
    'What is not known earns nothing and takes nothing away; the result names what is missing.',
  ]
}

function combineWords({ combine }: ModelDocument): string {
  if (combine === 'sum') return 'Their sum is the score.'
  if (combine === 'separate') {
    return 'Engagement and intent together are the score; fit is the grade and does not count towards it.'
  }
  const shares = DIMENSIONS.flatMap((name) => {
    const share = combine.weighted[name]
    return share === undefined ? [] : [`${name} up to ${share}`]
  })
  return `Each counts towards the score by its share of its own maximum: ${listed(shares, 'and')}.`
}

function gateBlocks({ gates }: ModelDocument): Block[] {
  if (gates.length === 0) return []
  const rows = gates.map((gate) =>
    [gate.then.reason, gateWords(gate), effectWords(gate), clearingWords(gate)].map(md),
  )
  return [
    '## Gates',
    'Points do not decide these. A gate holds somebody back whatever the score, and says why.',
    table(['Reason', 'In force for', 'Holds at', 'What clears it'], rows),
  ]
}

function decisionBlocks(document: ModelDocument): Block[] {
  const { grades, stages, tiers } = document
  const gradeRows = GRADES.flatMap((grade) => {
    const points = grades[grade]
    return points === undefined ? [] : [[grade, `fit ${points} or more`]]
  })
  const stageRows = (['sql', 'mql'] as const).flatMap((stage) => {
    const threshold = stages[stage]
    return threshold === undefined ? [] : [[STAGE_WORDS[stage], md(thresholdWords(threshold))]]
  })
  const tierRows = Object.entries(tiers).map(([tier, threshold]) =>
    [tier, thresholdWords(threshold)].map(md),
  )
  return [
    '## Grade, stage and tier',
    'The grade says how well somebody fits, whatever they do.',
    table(['Grade', 'From'], [...gradeRows, ['F', 'below that, or held there by a gate']]),
    'The stage says how far somebody is; the highest that is reached counts.',
    table(['Stage', 'From'], [...stageRows, [STAGE_WORDS.nurture, 'below that']]),
    'The tier says whose turn it is; the first that holds counts.',
    table(['Tier', 'From'], tierRows),
  ]
}

function matrixBlocks({ matrix, dimensions }: ModelDocument): Block[] {
  if (matrix === undefined) return []
  const interest = dimensions.intent === undefined ? 'Engagement' : 'Engagement and intent'
  const word = (action: string) => action.replaceAll('_', ' ')
  return [
    '## What to do',
    'Fit and interest together name the action. Disqualified people and those who are not routed are on hold.',
    table(
      ['', `Fit ${matrix.fit_high} or more`, 'Fit below'],
      [
        [
          `**${interest} ${matrix.engagement_high} or more**`,
          word(matrix.high_high),
          word(matrix.low_high),
        ],
        [`**${interest} below**`, word(matrix.high_low), word(matrix.low_low)],
      ],
    ),
  ]
}

function hysteresisBlocks({ hysteresis }: ModelDocument): Block[] {
  if (hysteresis === 0) return []
  return [
    `Whoever has a tier or a stage keeps it until ${hysteresis} points below its threshold, so that nobody changes back and forth with every point.`,
  ]
}

function routingBlocks({ routing }: ModelDocument): Block[] {
  if (routing.length === 0) return []
  const rows = routing.map(({ when, to }, index) => [
    String(index + 1),
    when === undefined ? 'everybody else' : md(describeCondition(when)),
    md(to),
  ])
  return [
    '## Routing',
    'The first line that holds counts.',
    table(['', 'Whose', 'Goes to'], rows),
    bullets(['Whoever fits no line, or is held by a gate that forbids it, is not routed.']),
  ]
}
