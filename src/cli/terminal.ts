import { stripVTControlCharacters, styleText } from 'node:util'

/** Prints an answer on stdout. */
export function print(line = ''): void {
  process.stdout.write(`${line}\n`)
}

/** Prints news about the work on stderr, so that stdout stays clean for answers and `--json`. */
export function tell(line = ''): void {
  process.stderr.write(`${line}\n`)
}

export function bold(text: string): string {
  return styleText('bold', text, { stream: process.stdout })
}

/** 12,345 */
export function count(n: number): string {
  return n.toLocaleString('en-US')
}

/** 1 person, 2 people */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`
}

/**
 * Text from a CRM made safe for a terminal: control characters (which could move the cursor or recolour
 * the screen) become spaces.
 */
export function safe(text: string): string {
  return stripVTControlCharacters(text).replace(/\p{Cc}|\p{Bidi_Control}/gu, ' ')
}

const ELLIPSIS = '…'

/** Cuts to a number of characters, never inside one. */
export function cut(text: string, width: number): string {
  const characters = [...text]
  if (characters.length <= width) return text
  return characters.slice(0, width - 1).join('') + ELLIPSIS
}

/** Rows in columns as wide as their widest cell; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, [...cell].length)
    }
  }
  return rows.map((row) =>
    row
      .map((cell, index) => padEnd(cell, widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length))
}
