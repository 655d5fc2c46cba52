import { GOOD } from './broken-signals.ts'

/** A file that is no model at all, or that is meant to do harm. */
export interface BrokenFile {
  readonly what: string
  readonly yaml: string
  readonly line: number
  readonly says: RegExp
}

const MEGABYTE = 1024 * 1024

function good(find: string, put: string): string {
  return GOOD.replace(find, put)
}

/** A condition inside of a condition, so many deep, in block style. */
function nested(depth: number): string {
  let yaml = 'model: deep\nsignals:\n  - id: a\n    when:\n'
  for (let level = 0; level < depth; level++) {
    yaml += `${' '.repeat(6 + level)}all:\n${' '.repeat(6 + level)}-\n`
  }
  return yaml
}

/** Each line refers nine times to the one before: nine to the power of nine words. */
function laughs(): string {
  const lines = ['a: &a [ha, ha, ha]']
  for (const [index, name] of [...'bcdefghi'].entries()) {
    const before = `*${'abcdefgh'[index]}`
    lines.push(`${name}: &${name} [${Array(9).fill(before).join(', ')}]`)
  }
  return lines.join('\n')
}

function keys(count: number): string {
  return Array.from({ length: count }, (_, index) => `k${index.toString(36)}:`).join('\n')
}

function anyOf(test: string, count: number): string {
  return `{ any: [ ${`{ person.a: ${test} }, `.repeat(count)} ] }`
}

const CONDITION = '{ company.employees: { gte: 1000 } }'
const NO_MODEL = /not a model.*Begin with model/
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').toString('utf8')

export const BROKEN_FILES: readonly BrokenFile[] = [
  { what: 'an empty file', yaml: '', line: 1, says: NO_MODEL },
  { what: 'nothing but a comment', yaml: '# soon\n', line: 1, says: NO_MODEL },
  { what: 'a list', yaml: '- a\n- b\n', line: 1, says: NO_MODEL },
  { what: 'a word', yaml: 'hello', line: 1, says: NO_MODEL },
  { what: 'a picture', yaml: PNG, line: 1, says: /U\+FFFD.*plain text in UTF-8/ },
  {
    what: 'a PDF',
    yaml: '%PDF-1.7\n%\ufffd\ufffd\n1 0 obj\n<< /Type /Catalog >>\n',
    line: 2,
    says: /plain text in UTF-8/,
  },
  {
    what: 'UTF-16 read as UTF-8',
    yaml: Buffer.from(GOOD, 'utf16le').toString('utf8'),
    line: 1,
    says: /U\+0000.*UTF-8/,
  },
  {
    what: 'a NUL byte',
    yaml: good('Large company', 'Large\0company'),
    line: 7,
    says: /U\+0000 cannot stand/,
  },
  {
    what: 'a NUL byte by an escape',
    yaml: good('Large company', '"Large\\0company"'),
    line: 7,
    says: /U\+0000 cannot stand/,
  },
  {
    what: 'half a surrogate pair',
    yaml: good('Large company', 'Large \ud800'),
    line: 7,
    says: /U\+D800/,
  },
  {
    what: 'a byte order mark before a mistake',
    yaml: `\ufeff${good('points: 30', 'ponts: 30')}`,
    line: 9,
    says: /mean points/,
  },
  {
    what: 'line ends of Windows before a mistake',
    yaml: good('points: 30', 'ponts: 30').replaceAll('\n', '\r\n'),
    line: 9,
    says: /mean points/,
  },
  {
    what: 'a tab as indentation',
    yaml: good('    label: Large', '\tlabel: Large'),
    line: 7,
    says: /Tabs.*Indent with spaces/,
  },
  {
    what: 'an unclosed double quote',
    yaml: good('label: Large', 'label: "Large'),
    line: 7,
    says: /quote that opens here is never closed/,
  },
  {
    what: 'an unclosed single quote',
    yaml: good('label: Webinar', "label: 'Webinar"),
    line: 12,
    says: /quote that opens here is never closed/,
  },
  {
    what: 'two models in one file',
    yaml: `${GOOD}---\n${GOOD}`,
    line: 36,
    says: /second document.*one model in a file/,
  },
  { what: 'a YAML of the future', yaml: `%YAML 9.9\n---\n${GOOD}`, line: 1, says: /version 9\.9/ },
  {
    what: 'an alias of nothing',
    yaml: good('points: 25', 'points: *webinar'),
    line: 14,
    says: /\*webinar stands for nothing.*Write the value out/,
  },
  {
    what: 'a condition inside of itself',
    yaml: good(CONDITION, '&loop { all: [ *loop ] }'),
    line: 10,
    says: /\*loop stands inside of what it stands for/,
  },
  {
    what: 'a tier inside of itself',
    yaml: good('A: { stage: sql }', 'A: &loop { any: [ *loop ] }'),
    line: 31,
    says: /inside of what it stands for/,
  },
  { what: 'a billion laughs', yaml: laughs(), line: 2, says: /anchors and aliases too often/ },
  {
    what: 'one long text repeated by aliases',
    yaml: `a: &a ${'x'.repeat(100_000)}\nb: [${Array(30_000).fill('*a').join(', ')}]`,
    line: 2,
    says: /anchors and aliases too often/,
  },
  { what: 'brackets', yaml: `\na: ${'['.repeat(100_000)}`, line: 2, says: /nested too deeply/ },
  { what: 'braces', yaml: `a: ${'{a: '.repeat(50_000)}`, line: 1, says: /nested too deeply/ },
  { what: 'lists in lists', yaml: `${'- '.repeat(50_000)}a`, line: 1, says: /nested too deeply/ },
  { what: 'keys of keys', yaml: `${'? '.repeat(50_000)}a`, line: 1, says: /nested too deeply/ },
  { what: 'blocks in blocks', yaml: nested(250), line: 393, says: /nested too deeply/ },
  {
    what: 'a flow of conditions in conditions',
    yaml: good(CONDITION, '{ all: [ '.repeat(60)),
    line: 10,
    says: /nested too deeply/,
  },
  {
    what: '10 MB of brackets',
    yaml: `a: ${'['.repeat(10 * MEGABYTE)}`,
    line: 1,
    says: /larger than 256 KB/,
  },
  {
    what: '10 MB of blocks in blocks',
    yaml: nested(3_200),
    line: 1,
    says: /larger than 256 KB/,
  },
  {
    what: 'a text of 10 MB',
    yaml: `model: ${'x'.repeat(10 * MEGABYTE)}`,
    line: 1,
    says: /larger than 256 KB/,
  },
  {
    what: '20,000 different keys',
    yaml: keys(20_000),
    line: 94,
    says: /more problems are not listed/,
  },
  {
    what: 'the same key 20,000 times',
    yaml: 'a:\n'.repeat(20_000),
    line: 2,
    says: /stands here twice/,
  },
  {
    what: '10,000 signals',
    yaml: good('signals:\n', `signals:\n${'  - {}\n'.repeat(10_000)}`),
    line: 5,
    says: /The most is 500/,
  },
  {
    what: 'thousands of mistakes',
    yaml: good(CONDITION, anyOf('{ gt: x }', 3_000)),
    line: 10,
    says: /2900 more problems are not listed/,
  },
  {
    what: 'thousands of costly patterns',
    yaml: good(CONDITION, anyOf('{ matches: ".{900}" }', 5_000)),
    line: 10,
    says: /too many regular expressions/,
  },
  {
    what: 'an id of 200 KB',
    yaml: good('id: large', `id: ${'a'.repeat(200_000)}`),
    line: 6,
    says: /a…/,
  },
  {
    what: 'a value that would become a prototype',
    yaml: `${GOOD}__proto__: { max: 1 }\n`,
    line: 36,
    says: /__proto__ is not known here/,
  },
]
