import type { Choices, Random } from './random.ts'

/** Legal text that breaks careless code: in pages, spreadsheets, queries, logs and fixed-width tables. */
const HOSTILE: Choices<string> = [
  '🚀 Growth 👩‍💻',
  'مدير المبيعات',
  '\u202Ereversed\u202C',
  'Robert"); DROP TABLE contacts;--',
  `O'Neil "The Closer" \\ Co`,
  "=cmd|'/C calc'!A0",
  '+1+1',
  '<script>alert(1)</script>',
  '{{constructor.constructor("return 1")()}}',
  '__proto__',
  'null',
  'line one\nline two\ttab',
  'Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢',
  `Head of ${'very '.repeat(400)}long titles`,
]

export function hostileText(random: Random): string {
  return random.pick(HOSTILE)
}
