import { OUTCOME_FACTS } from '../../../leads/fact-fields.ts'
import { canonicalJson } from '../../language/content-hash.ts'
import type { SignalDocument } from '../../language/model-schema.ts'
import { fieldsOf } from '../../language/predicate-document.ts'
import { mostOf } from './reach.ts'
import type { Flaw, Rule, Subject } from './rule.ts'

export const SIGNAL_RULES: readonly Rule[] = [
  { name: 'dead-signal', severity: 'hint', check: deadSignals },
  { name: 'duplicate-signal', severity: 'warning', check: duplicateSignals },
  { name: 'outcome-signal', severity: 'warning', check: outcomeSignals },
  { name: 'too-many-signals', severity: 'warning', check: tooManySignals },
  { name: 'idle-group', severity: 'hint', check: idleGroups },
  { name: 'no-late-signal', severity: 'hint', check: noLateSignal },
  { name: 'one-sided', severity: 'hint', check: oneSided },
  { name: 'weightless-dimension', severity: 'hint', check: weightlessDimensions },
]

/** A worked example that shows the activity earning nothing says that it is meant. */
function deadSignals({ document: { signals, examples } }: Subject): Flaw[] {
  const shown = new Set(examples.flatMap(({ activities }) => activities.map(({ type }) => type)))
  const flaws: Flaw[] = []
  for (const [index, { id, points, replaces, on }] of signals.entries()) {
    if (points !== 0 || replaces !== undefined || (on !== undefined && shown.has(on))) continue
    flaws.push({
      path: ['signals', index, 'points'],
      message: `${id} earns nothing and replaces nothing`,
      remedy: 'Remove it; or, if you mean it, show it in an example.',
    })
  }
  return flaws
}

function duplicateSignals({ document: { signals } }: Subject): Flaw[] {
  const first = new Map<string, string>()
  const flaws: Flaw[] = []
  for (const [index, signal] of signals.entries()) {
    const key = canonicalJson(whatCounts(signal))
    const same = first.get(key)
    if (same === undefined) first.set(key, signal.id)
    else {
      flaws.push({
        path: ['signals', index],
        message: `${signal.id} looks for the same as ${same}, so that it counts twice`,
        remedy: 'Keep one of the two, with the points that you mean.',
      })
    }
  }
  return flaws
}

/** How much it earns and how long that lasts makes no other signal of it. */
function whatCounts(signal: SignalDocument): unknown {
  const { dimension, when, unless, on, where, only, repeated, sequence, inactive_for } = signal
  return { dimension, when, unless, on, where, only, repeated, sequence, inactive_for }
}

const OUTCOME_WORDS =
  /(^|_)(deals?|opportunit(y|ies)|closed?_?(won|lost|date)|won|lost|converted|customer|churned|contract_signed|mql|sql)(_|$)/

function outcomeSignals({ document: { signals } }: Subject): Flaw[] {
  return signals.flatMap((signal, index) => {
    const outcome = [...factsOf(signal), ...typesOf(signal)].find(isOutcome)
    if (outcome === undefined) return []
    return [
      {
        path: ['signals', index],
        message: `${signal.id} looks at ${outcome}, which is known only once a lead has moved on`,
        remedy: 'Score what comes before the outcome; keep people out of queues with a gate.',
      },
    ]
  })
}

function isOutcome(name: string): boolean {
  return OUTCOME_FACTS.includes(name) || OUTCOME_WORDS.test(name.replace(/^(person|company)\./, ''))
}

function factsOf({ when, unless }: SignalDocument): string[] {
  return [when, unless].flatMap((condition) => (condition === undefined ? [] : fieldsOf(condition)))
}

function typesOf({ on, sequence }: SignalDocument): string[] {
  return [...(on === undefined ? [] : [on]), ...(sequence ?? []).map((step) => step.on)]
}

/** A few strong signals beat many weak ones, and nobody can explain a longer list. */
const MANY_SIGNALS = 30

function tooManySignals({ document: { signals } }: Subject): Flaw[] {
  const counting = signals.filter(({ points }) => points !== 0)
  const questions = new Set(counting.map(questionOf))
  if (questions.size <= MANY_SIGNALS) return []
  return [
    {
      path: ['signals'],
      message: `the model asks ${questions.size} different questions (bands of one field count once)`,
      remedy: `Keep the strongest, at most about ${MANY_SIGNALS}.`,
    },
  ]
}

function questionOf(signal: SignalDocument): string {
  const fields = factsOf(signal)
  const [only] = fields
  return fields.length === 1 && only !== undefined ? `${signal.dimension} ${only}` : signal.id
}

function idleGroups({ document }: Subject): Flaw[] {
  return document.groups.flatMap((group, index) => {
    const members = document.signals.filter(({ id }) => group.signals.includes(id))
    const most = members.reduce((sum, signal) => sum + mostOf(signal, document), 0)
    if (most > group.max) return []
    return [
      {
        path: ['groups', index, 'max'],
        message: `the group never caps anything: its signals make ${Math.ceil(most * 100) / 100} at most`,
        remedy: 'Lower max, or remove the group.',
      },
    ]
  })
}

const LATE_TYPES = [
  'demo_requested',
  'contact_requested',
  'trial_started',
  'meeting_booked',
  'meeting_held',
]

/** Pricing, demo and contact are what people look at shortly before they buy. */
function noLateSignal({ document: { signals } }: Subject): Flaw[] {
  const earning = signals.filter(({ points }) => points > 0)
  if (earning.some((signal) => typesOf(signal).some(isLate) || asksForPricing(signal))) return []
  return [
    {
      path: ['signals'],
      message: 'no signal listens for pricing pages, demo, trial, meeting or contact requests',
      remedy: 'Add the late ones that you track; if you track none, start there.',
    },
  ]
}

function isLate(type: string): boolean {
  return LATE_TYPES.includes(type)
}

function asksForPricing({ where, sequence }: SignalDocument): boolean {
  const conditions = JSON.stringify([where, (sequence ?? []).map((step) => step.where)])
  return /pric(e|ing)|demo|contact|checkout|quote/i.test(conditions)
}

function oneSided({ document }: Subject): Flaw[] {
  const earns = (...names: string[]) =>
    document.signals.some(({ dimension, points }) => points > 0 && names.includes(dimension))
  const fit = earns('fit')
  if (fit && earns('engagement', 'intent')) return []
  const message = fit
    ? 'only fit is scored: the model cannot tell who is interested'
    : 'only behaviour is scored: the model cannot tell who fits'
  return [{ path: ['signals'], message, remedy: 'Score both, so that the pair decides.' }]
}

function weightlessDimensions({ document }: Subject): Flaw[] {
  const { combine, signals } = document
  if (typeof combine === 'string') return []
  const names = new Set(signals.map(({ dimension }) => dimension))
  const weights = new Map<string, number | undefined>(Object.entries(combine.weighted))
  return [...names]
    .filter((name) => (weights.get(name) ?? 0) === 0)
    .map((name) => ({
      path: ['combine', 'weighted'],
      message: `${name} has signals and no weight, so that they do not count towards the score`,
      remedy: `Give ${name} a weight, unless only thresholds are to look at it.`,
    }))
}
