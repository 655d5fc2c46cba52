/** Text as comparisons see it: trimmed, one Unicode form, case-folded without a locale. */
export function comparable(text: string): string {
  // Almost every value is plain ASCII; trimming and normalising it costs more than the comparison.
  return isPlain(text) ? text.toLowerCase() : text.trim().normalize('NFC').toLowerCase()
}

const SPACE = 32
const TILDE = 126

/** Printable ASCII with nothing to trim: in one Unicode form already. */
function isPlain(text: string): boolean {
  if (text.charCodeAt(0) === SPACE || text.charCodeAt(text.length - 1) === SPACE) return false
  for (let place = 0; place < text.length; place++) {
    const code = text.charCodeAt(place)
    if (code < SPACE || code > TILDE) return false
  }
  return true
}

/** Order by code unit: a locale's order would differ between machines. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
