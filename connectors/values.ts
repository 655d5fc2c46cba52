/**
 * Connectors take every value as text. One parser per declared type; what does not parse is absent, so that a
 * single odd value costs that value and not its record.
 */

export function parseText(raw: string | undefined): string | undefined {
  const text = raw?.trim()
  return text ? text : undefined
}

/** Decimal numbers as CRMs write them; `5,333` is a text somebody typed and no number. */
export function parseNumber(raw: string | undefined): number | undefined {
  const text = parseText(raw)
  if (!text || !/^-?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

export function parseTruth(raw: string | undefined): boolean | undefined {
  const text = parseText(raw)?.toLowerCase()
  if (text === 'true') return true
  return text === 'false' ? false : undefined
}

/** A multi-select: `a;b`. */
export function parseList(raw: string | undefined): readonly string[] | undefined {
  const entries = (raw ?? '').split(';').map((entry) => entry.trim())
  const filled = entries.filter((entry) => entry !== '')
  return filled.length > 0 ? filled : undefined
}

/** ISO text or milliseconds since 1970, the latter at times with decimals. */
export function parseMoment(raw: string | undefined): Date | undefined {
  const text = parseText(raw)
  if (!text) return undefined
  if (/^-?\d+(\.\d+)?$/.test(text)) return validDate(Math.trunc(Number(text)))
  return /^\d{4}-\d\d-\d\d/.test(text) ? validDate(Date.parse(text)) : undefined
}

function validDate(ms: number): Date | undefined {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? undefined : date
}
