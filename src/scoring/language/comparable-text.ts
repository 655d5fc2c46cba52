/** Text as comparisons see it: trimmed, one Unicode form, case-folded without a locale. */
export function comparable(text: string): string {
  return text.trim().normalize('NFC').toLowerCase()
}
