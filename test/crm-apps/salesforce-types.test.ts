import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { metadataFiles, read } from './salesforce-files.ts'
import { type Metadata, readMetadata, typeProblems } from './salesforce-metadata.ts'

const FIELD = 'force-app/main/default/objects/Lead/fields/Plumbline_Grade__c.field-meta.xml'
const QUEUE = 'routing/main/default/queues/Plumbline_EMEA.queue-meta.xml'

function problemsOf(text: string): readonly string[] {
  return typeProblems(new Map([['the file', readMetadata(text)]]))
}

function broken(file: string, from: string, to: string): string {
  const text = read(file)
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`${from} is not in ${file}`)
  return changed
}

/** The published type takes the targets of a component as an encoded text. */
function withoutTargets({ type, content }: Metadata): Metadata {
  const { targetConfigs: _targets, ...rest } = content
  return { type, content: rest }
}

describe('the types that Salesforce publishes', () => {
  test('fit every file of the project', () => {
    const files = [...metadataFiles()].map(
      ([file, metadata]) => [path.basename(file), withoutTargets(metadata)] as const,
    )
    expect(files.length).toBeGreaterThan(60)
    expect(typeProblems(new Map(files))).toEqual([])
  })

  const mistakes: readonly [what: string, file: string, from: string, to: string, says: RegExp][] =
    [
      ['an unknown tag', FIELD, '<label>', '<color>red</color><label>', /"color"/],
      ['an unknown tag inside', FIELD, '<sorted>', '<order>1</order><sorted>', /"order"/],
      ['a type of field that there is not', FIELD, '>Picklist<', '>PickList<', /"PickList"/],
      ['yes instead of true', FIELD, '<restricted>true<', '<restricted>yes<', /"yes"/],
      [
        'something twice',
        FIELD,
        '<type>',
        '<type>Text</type><type>',
        /not assignable to type 'undefined'/,
      ],
      [
        'something missing',
        QUEUE,
        '<name>Plumbline: EMEA</name>',
        '',
        /not assignable to type 'Tags<Queue>'/,
      ],
      [
        'a text where elements belong',
        QUEUE,
        '<queueSobject>',
        '<queueSobject>Lead</queueSobject><queueSobject>',
        /string/,
      ],
    ]
  test.each(mistakes)('refuse %s', (_what, file, from, to, says) => {
    const problems = problemsOf(broken(file, from, to))
    expect(problems.join('\n')).toMatch(says)
    expect(problems.join('\n')).toMatch(/^the file: /)
  })

  test('refuse what is no type of theirs', () => {
    expect(problemsOf(broken(QUEUE, '<Queue ', '<Line ').replace('</Queue>', '</Line>'))).toEqual([
      expect.stringContaining("no exported member 'Line'"),
    ])
  })
})

test.each([
  ['an element that is not closed', '<name>Plumbline: EMEA', /line \d+/],
  ['an ampersand', '<name>Sales & more</name>', /line \d+/],
])('%s is no XML', (_what, to, says) => {
  const text = broken(QUEUE, '<name>Plumbline: EMEA</name>', to)
  expect(() => readMetadata(text)).toThrow(says)
})
