import { expect, test } from 'vitest'
import { z } from 'zod'
import { idOf } from '../../../sandbox/salesforce/ids.ts'
import { DATA } from '../org.ts'
import { GRADE, SCORE, workshop } from './workshop.ts'

const Found = z.object({ size: z.number(), records: z.array(z.record(z.string(), z.unknown())) })

test('a new field is answered with its id', async () => {
  const org = await workshop()
  expect(await org.make(SCORE)).toMatchObject({
    status: 201,
    body: {
      id: expect.stringMatching(/^00N\w{15}$/),
      success: true,
      errors: [],
      warnings: [],
      infos: [],
    },
  })
  expect(await org.make({ ...SCORE, FullName: 'lead.score__c' })).toMatchObject({
    status: 400,
    body: [{ errorCode: 'DUPLICATE_DEVELOPER_NAME', message: expect.stringContaining('score') }],
  })
})

const metadata = (change: object) => ({ ...SCORE, Metadata: { ...SCORE.Metadata, ...change } })

test.for<[string, object]>([
  ['no label', metadata({ label: undefined })],
  ['a type that is unknown', metadata({ type: 'Score' })],
  ['no precision', metadata({ precision: undefined })],
  ['too many digits', metadata({ precision: 19 })],
  ['more decimal places than digits', metadata({ scale: 4 })],
  ['a text of 256', metadata({ type: 'Text', length: 256 })],
  ['a long text of 255', metadata({ type: 'LongTextArea', length: 255, visibleLines: 3 })],
  ['a picklist without values', metadata({ type: 'Picklist' })],
  ['a name without __c', { ...SCORE, FullName: 'Lead.Score' }],
  ['two underscores in its name', { ...SCORE, FullName: 'Lead.My__Score__c' }],
  ['a name of 41', { ...SCORE, FullName: `Lead.${'x'.repeat(41)}__c` }],
  ['an object that is unknown', { ...SCORE, FullName: 'Nonsense.Score__c' }],
])('a field with %s is refused', async ([, field]) => {
  const org = await workshop()
  expect(await org.make(field)).toMatchObject({
    status: 400,
    body: [{ errorCode: 'FIELD_INTEGRITY_EXCEPTION' }],
  })
})

test('a restricted picklist takes its values only, and more when it is changed', async () => {
  const org = await workshop(GRADE)
  await org.permit('Lead.Grade__c')
  expect(await org.patch({ Grade__c: 'C' })).toMatchObject({
    status: 400,
    body: [
      {
        errorCode: 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
        message: 'Grade: bad value for restricted picklist field: C',
      },
    ],
  })
  const path = `tooling/sobjects/CustomField/${org.ids[0]}`
  const Metadata = z.looseObject({
    valueSet: z.looseObject({
      valueSetDefinition: z.looseObject({
        value: z.array(z.looseObject({ valueName: z.string() })),
      }),
    }),
  })
  const before = Metadata.parse(
    z.object({ Metadata: z.unknown() }).parse((await org.call('GET', path)).body).Metadata,
  )
  const values = before.valueSet.valueSetDefinition.value
  expect(values.map(({ valueName }) => valueName)).toEqual(['A', 'B'])
  const more = [...values, { valueName: 'C', label: 'Grade C', default: false }]
  const valueSet = { ...before.valueSet, valueSetDefinition: { sorted: false, value: more } }
  const changed = await org.call('PATCH', path, { Metadata: { ...before, valueSet } })
  expect(changed.status).toBe(204)
  expect((await org.patch({ Grade__c: 'C' })).status).toBe(204)
  const other = await org.call('PATCH', path, { Metadata: SCORE.Metadata })
  expect(other).toMatchObject({ status: 400, body: [{ errorCode: 'FIELD_INTEGRITY_EXCEPTION' }] })
})

test('fields are found by object and name', async () => {
  const org = await workshop(SCORE, GRADE, { ...SCORE, FullName: 'Contact.Score__c' })
  const found = async (where: string) => {
    const { body } = await org.ask(`SELECT Id, DeveloperName FROM CustomField WHERE ${where}`)
    return Found.parse(body).records.map(({ Id }) => Id)
  }
  const [score, grade, other] = org.ids
  expect(await found("TableEnumOrId = 'Lead'")).toEqual([grade, score])
  expect(await found("DeveloperName = 'Score' AND TableEnumOrId IN ('Lead', 'Contact')")).toEqual([
    score,
    other,
  ])
  expect(await found("DeveloperName LIKE 'Sc%' AND NamespacePrefix = null")).toEqual([score, other])
  expect(await found("DeveloperName = 'Score' AND TableEnumOrId != 'Lead'")).toEqual([other])
  expect(await found("DeveloperName = 'Nonsense'")).toEqual([])
})

test('Metadata is answered one field at a time', async () => {
  const org = await workshop(SCORE, GRADE)
  const one = await org.ask("SELECT Id, Metadata FROM CustomField WHERE DeveloperName = 'Score'")
  expect(one).toMatchObject({
    status: 200,
    body: {
      size: 1,
      done: true,
      records: [
        {
          attributes: {
            type: 'CustomField',
            url: `${DATA}/tooling/sobjects/CustomField/${org.ids[0]}`,
          },
          Metadata: { type: 'Number', precision: 3 },
        },
      ],
    },
  })
  expect(await org.ask('SELECT Id, Metadata FROM CustomField')).toMatchObject({
    status: 400,
    body: [{ errorCode: 'MALFORMED_QUERY', message: expect.stringContaining('Result size: 2') }],
  })
})

test.for<[string, string]>([
  ['SELECT FROM', 'MALFORMED_QUERY'],
  ['SELECT Id, Nonsense FROM CustomField', 'INVALID_FIELD'],
  ['SELECT Id FROM ApexClass', 'INVALID_TYPE'],
])('%s answers %s', async ([soql, errorCode]) => {
  const org = await workshop()
  expect(await org.ask(soql)).toMatchObject({ status: 400, body: [{ errorCode }] })
})

test('a field that is deleted takes its values along', async () => {
  const org = await workshop(SCORE)
  await org.permit('Lead.Score__c')
  await org.patch({ Score__c: 5 })
  const path = `tooling/sobjects/CustomField/${org.ids[0]}`
  expect((await org.call('DELETE', path)).status).toBe(204)
  expect((await org.call('GET', path)).status).toBe(404)
  expect(org.fields('Lead', idOf('Lead', 1))).not.toHaveProperty('Score__c')
})
