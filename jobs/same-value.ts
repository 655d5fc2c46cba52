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

/** A time in whole seconds, which is all that Salesforce keeps: ISO text, or milliseconds where the other is ISO text. */
function momentOf(text: string, other: string): number | undefined {
  const isMoment = ISO_MOMENT.test(text) || (NUMBER.test(text) && ISO_MOMENT.test(other))
  if (!isMoment) return undefined
  const ms = NUMBER.test(text) ? Number(text) : Date.parse(text)
  return Math.trunc(ms / 1000)
}
