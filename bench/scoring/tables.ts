import { CONTENDERS, type ContenderName } from './contenders.ts'
import type { Timings } from './timing.ts'

/** Everybody beside the hand-written function and the two engines. */
export function comparison(timings: Timings, people: number): string {
  const rows = [['', 'people/s', 'µs', 'hand', 'json-rules', 'json-logic', 'timed on']]
  for (const [name, own] of timings) {
    const { label, sample } = CONTENDERS[name]
    rows.push([
      label,
      Math.round(1e6 / own).toLocaleString('en'),
      own.toFixed(2),
      times(own / timeOf(timings, 'hand')),
      times(timeOf(timings, 'rules') / own),
      times(timeOf(timings, 'logic') / own),
      Math.min(sample, people).toLocaleString('en'),
    ])
  }
  return aligned(rows)
}

/** What ten times as many activities cost. */
export function growth(few: Timings, many: Timings): string {
  const rows = [['', '10: µs', '100: µs', 'growth', '100: hand']]
  for (const [name, own] of few) {
    const later = timeOf(many, name)
    const beside = times(later / timeOf(many, 'hand'))
    rows.push([
      CONTENDERS[name].label,
      own.toFixed(2),
      later.toFixed(2),
      times(later / own),
      beside,
    ])
  }
  return aligned(rows)
}

/** The targets, each with what was measured. A time is never asserted: another machine has others. */
export function verdicts(timings: Timings): string {
  const itemised = timeOf(timings, 'itemised')
  const againstRules = timeOf(timings, 'rules') / itemised
  const againstLogic = timeOf(timings, 'logic') / itemised
  const againstListed = timeOf(timings, 'listed') / itemised
  const againstHand = timeOf(timings, 'standing') / timeOf(timings, 'hand')
  return [
    `with every line, at least 300x json-rules-engine: ${verdict(againstRules, againstRules >= 300)}`,
    `with every line, at least 2x json-logic-engine: ${verdict(againstLogic, againstLogic >= 2)}`,
    `with every line, at least 2x json-logic-engine with its list: ${verdict(againstListed, againstListed >= 2)}`,
    `score and tier, at most 2.5x the hand-written time for the same: ${verdict(againstHand, againstHand <= 2.5)}`,
  ].join('\n')
}

function verdict(measured: number, isReached: boolean): string {
  return `${times(measured)}, ${isReached ? 'reached' : 'missed'}`
}

function timeOf(timings: Timings, name: ContenderName): number {
  return timings.get(name) ?? Number.NaN
}

function times(factor: number): string {
  return `${factor >= 100 ? Math.round(factor) : factor.toPrecision(3)}x`
}

/** Columns of equal width: the first to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lines = rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
    ),
  )
  return lines.map((line) => line.join('  ')).join('\n')
}
