import type { CellReading } from './columns.ts'

const PLAIN = /^[+-]?\d+(?:[.,]\d{1,2})?$/
const GROUPED = /^[+-]?\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?$/

/** A number as sheets write it: a decimal point or comma, a hyphen or a true minus sign. */
export function readNumber(cell: string): CellReading {
  const text = cell.replace('\u2212', '-')
  if (PLAIN.test(text)) return { value: Number(text.replace(',', '.')) }
  if (GROUPED.test(text)) {
    return {
      message: `"${cell}" has a mark for thousands, or three decimals`,
      remedy: 'Write it without marks for thousands, and with two decimals at most: 1000 or 2.5.',
    }
  }
  return { message: `"${cell}" is not a number`, remedy: 'Write for example 10, -5 or 2.5.' }
}
