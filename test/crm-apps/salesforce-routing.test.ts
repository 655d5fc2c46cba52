import { globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import {
  FIELD_NAMES,
  metadataFiles,
  metadataOfType,
  onlyOfType,
  PROJECT,
  read,
} from './salesforce-files.ts'
import { elementsIn, textIn } from './salesforce-metadata.ts'

const COMPONENT = 'force-app/main/default/lwc/plumblineScore'

describe('routing', () => {
  const Model = z.object({ routing: z.array(z.object({ to: z.string() })) })
  const { routing } = Model.parse(parse(readFileSync('config/models/b2b-starter.yaml', 'utf8')))
  const queues = metadataOfType('Queue')
  const rule = elementsIn(onlyOfType('AssignmentRules'), 'assignmentRule')[0]
  const entries = elementsIn(rule, 'ruleEntry').map((entry) => ({
    queue: textIn(entry, 'assignedTo'),
    when: elementsIn(entry, 'criteriaItems').map((each) => [
      textIn(each, 'field'),
      textIn(each, 'value'),
    ]),
  }))

  test('the rule is off: an active one would replace the customer’s own', () => {
    expect(textIn(rule, 'active')).toBe('false')
  })

  test('sends tier A to the queue of every route of the starter model, then every tier to its own', () => {
    const routed = entries.filter(({ when }) => when.length === 2)
    expect(routed.map(({ when }) => when[1])).toEqual(
      routing.map(({ to }) => ['Lead.Plumbline_Route__c', to]),
    )
    for (const { when } of routed) expect(when[0]).toEqual(['Lead.Plumbline_Tier__c', 'A'])
    const rest = entries.slice(routed.length)
    expect(rest.map(({ queue, when }) => [queue, when])).toEqual(
      ['A', 'B', 'C'].map((tier) => [`Plumbline_Tier_${tier}`, [['Lead.Plumbline_Tier__c', tier]]]),
    )
  })

  test('has a queue of leads for each place, and no other', () => {
    expect(entries.map(({ queue }) => queue).toSorted()).toEqual([...queues.keys()].toSorted())
    for (const queue of queues.values()) {
      expect(textIn(elementsIn(queue, 'queueSobject')[0], 'sobjectType')).toBe('Lead')
    }
  })

  test.each([...metadataOfType('Flow')])(
    '%s is a draft that cannot hinder a save',
    (name, flow) => {
      const start = elementsIn(flow, 'start')[0]
      expect(textIn(flow, 'status')).toBe('Draft')
      expect(textIn(start, 'object')).toBe(name.split('_')[1])
      expect(textIn(start, 'doesRequireRecordChangedToMeetCriteria')).toBe('true')
      expect(elementsIn(start, 'connector')).toEqual([])
      expect(textIn(elementsIn(start, 'scheduledPaths')[0], 'pathType')).toBe('AsyncAfterCommit')
    },
  )

  test('every step of a flow that is named is there', () => {
    for (const flow of metadataOfType('Flow').values()) {
      const text = JSON.stringify(flow)
      const targets = [...text.matchAll(/"targetReference":\["(\w+)"/g)].map(([, target]) => target)
      const steps = ['decisions', 'recordCreates'].flatMap((tag) =>
        elementsIn(flow, tag).map((each) => textIn(each, 'name')),
      )
      expect(targets.toSorted()).toEqual(steps.toSorted())
    }
  })
})

describe('what people look at', () => {
  test('names no field that is not there', () => {
    const files = globSync(
      `${PROJECT}/**/{listViews,reports,reportTypes,flows,assignmentRules,lwc}/**/*.{xml,js}`,
    )
    const names = files.flatMap(
      (file) => readFileSync(file, 'utf8').match(/Plumbline_\w+__c\b/g) ?? [],
    )
    const known = new Set([...FIELD_NAMES.map((name) => name.split('.')[1]), 'Plumbline_Leads__c'])
    expect(names.length).toBeGreaterThan(100)
    expect(names.filter((name) => !known.has(name))).toEqual([])
  })

  test.each(['Lead', 'Contact', 'Account'])('%s has a list for every tier', (object) => {
    const field = object === 'Account' ? 'Plumbline_Account_Tier__c' : 'Plumbline_Tier__c'
    for (const tier of ['A', 'B', 'C']) {
      const file = `force-app/main/default/objects/${object}/listViews/Plumbline_Tier_${tier}.listView-meta.xml`
      const filters = elementsIn(metadataFiles().get(file)?.content, 'filters')
      expect(filters).toEqual([{ field: [field], operation: ['equals'], value: [tier] }])
    }
  })

  test('the component reads all our fields, on the pages it is for', () => {
    const imported = [
      ...read(`${COMPONENT}/fields.js`).matchAll(/'@salesforce\/schema\/([\w.]+)'/g),
    ]
    expect(imported.map(([, name]) => name).toSorted()).toEqual(FIELD_NAMES.toSorted())
    const config = elementsIn(onlyOfType('LightningComponentBundle'), 'targetConfigs')[0]
    const objects = elementsIn(elementsIn(config, 'targetConfig')[0], 'objects')[0]
    expect(elementsIn(objects, 'object')).toEqual(['Lead', 'Contact', 'Account'])
    expect(read(`${COMPONENT}/plumblineScore.js-meta.xml`)).toContain(
      'targets="lightning__RecordPage"',
    )
  })

  test('the component names the permission set as it is called', () => {
    const label = textIn(metadataOfType('PermissionSet').get('Plumbline_Viewer'), 'label')
    expect(read(`${COMPONENT}/plumblineScore.js`)).toContain(`permission set “${label}”`)
  })

  test('the component asks nobody else and writes no HTML of its own', () => {
    const sources = globSync(`${PROJECT}/${COMPONENT}/*.{js,html}`).map((file) =>
      readFileSync(file, 'utf8'),
    )
    expect(sources).toHaveLength(4)
    expect(sources.join()).not.toMatch(/innerHTML|lwc:dom|fetch\(|XMLHttpRequest|https?:/)
  })
})
