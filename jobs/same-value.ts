const NUMBER = /^-?\d+(\.\d+)?$/
const ISO_MOMENT = /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/

/** Whether two texts of one CRM field say the same: CRMs reformat numbers and times, and trim texts. */
export function sameValue(one: string, other: string): boolean {
  const [a, b] = [one.trim(), other.trim()]
  if (a === b) return true
  const moment = momentOf(a, b)
  if (moment !== undefined) return moment === momentOf(b, a)
  return NUMBER.test(a) && NUMBER.test(b) && Number(a) === Number(b)
}

/** A time as ISO text, or as milliseconds where the other one is ISO text. */
function momentOf(text: string, other: string): number | undefined {
  if (ISO_MOMENT.test(text)) return Date.parse(text)
  return NUMBER.test(text) && ISO_MOMENT.test(other) ? Math.trunc(Number(text)) : undefined
}
