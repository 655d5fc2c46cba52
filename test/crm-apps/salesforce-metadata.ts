import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { XMLParser, XMLValidator } from 'fast-xml-parser'

/** A text, or what is inside by tag: every tag a list, as often as it is there. */
type Element = string | { readonly [tag: string]: readonly Element[] }

const parser = new XMLParser({
  // Attributes are the namespace alone, but for the targets of components, which no type describes.
  ignoreAttributes: true,
  parseTagValue: false,
  isArray: () => true,
})

/** What is inside a metadata file. */
export interface Metadata {
  /** Name of the type, e.g. `CustomField`. */
  readonly type: string
  readonly content: { readonly [tag: string]: readonly Element[] }
}

/**
 * Reads a metadata file.
 * @throws Error for malformed XML, with the place
 */
export function readMetadata(text: string): Metadata {
  const valid = XMLValidator.validate(text)
  if (valid !== true) throw new Error(`line ${valid.err.line}: ${valid.err.msg}`)
  const { '?xml': _declaration, ...roots } = parser.parse(text)
  const [[type, [content]] = ['', []], ...others] = Object.entries<Metadata['content'][]>(roots)
  if (content === undefined || others.length > 0) throw new Error('it needs one element')
  return { type, content }
}

/** The only element of that name inside, as text. */
export function textIn(element: Element | undefined, tag: string): string | undefined {
  const found = typeof element === 'object' ? element[tag]?.[0] : undefined
  return typeof found === 'string' ? found : undefined
}

/** All elements of that name inside. */
export function elementsIn(element: Element | undefined, tag: string): readonly Element[] {
  return typeof element === 'object' ? (element[tag] ?? []) : []
}

/**
 * Salesforce's published types, changed into what they look like as XML: every element is a list, of one where the type
 * allows one; numbers and booleans are their texts. Unknown tags, missing ones, values that are not in an enumeration and
 * repetitions do not fit.
 */
const TYPES = `
type Text<T> = T extends boolean ? 'true' | 'false' : T extends number ? \`\${number}\` : T extends string ? T : string
type Xml<T> = T extends string | number | boolean | Date ? Text<T> : Tags<T>
type Tags<T> = {
  readonly [K in keyof T as NonNullable<T[K]> extends readonly unknown[] ? never : K]: readonly [Xml<NonNullable<T[K]>>]
} & {
  readonly [K in keyof T as NonNullable<T[K]> extends readonly unknown[] ? K : never]?: NonNullable<T[K]> extends readonly (infer E)[] ? readonly Xml<E>[] : never
}
`

/**
 * What TypeScript finds wrong with these files when they are held against the types that Salesforce publishes:
 * one line for each, beginning with the name of the file. Nothing: all fit.
 */
export function typeProblems(files: ReadonlyMap<string, Metadata>): readonly string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'salesforce-types-'))
  try {
    const names = [...files.keys()]
    const checks = [...files.values()].map(checkOf)
    const types = fileURLToPath(import.meta.resolve('@salesforce/types/metadata'))
    const head = `import type * as M from '${types}'\n${TYPES}\n`
    const start = head.split('\n').length
    writeFileSync(path.join(folder, 'check.ts'), head + checks.join('\n'))
    const { stdout } = spawnSync('tsc', [...OPTIONS, 'check.ts'], { cwd: folder, encoding: 'utf8' })
    return stdout.split('\n').flatMap((line) => {
      const [, at, problem] = /^check\.ts\((\d+),\d+\): (.*)/.exec(line) ?? []
      if (at === undefined) return line === '' || line.startsWith(' ') ? [] : [line]
      return [`${names[Number(at) - start] ?? 'the check itself'}: ${problem}`]
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const OPTIONS = [
  '--noEmit',
  '--strict',
  '--skipLibCheck',
  ...['--module', 'nodenext', '--moduleResolution', 'nodenext', '--pretty', 'false'],
  // Nothing of the project's own settings, which lie elsewhere.
  '--ignoreConfig',
]

/** On one line, so that the line says which file it was. */
function checkOf({ type, content }: Metadata, index: number): string {
  return `export const v${index}: Xml<M.${type}> = ${JSON.stringify(content)}`
}
