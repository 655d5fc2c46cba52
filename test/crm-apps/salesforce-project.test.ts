import { globSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ComponentSet, MetadataConverter } from '@salesforce/source-deploy-retrieve'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { metadataOf } from '../../connectors/salesforce/definitions.ts'
import { salesforceAppFiles, withHost } from '../../tools/write-salesforce-app.ts'
import {
  FIELD_NAMES,
  FIELDS,
  FOLDERS,
  metadataFiles,
  metadataOfType,
  onlyOfType,
  PROJECT,
  read,
} from './salesforce-files.ts'
import { elementsIn, textIn } from './salesforce-metadata.ts'

const OAUTH_FILE =
  'oauth/main/default/extlClntAppGlobalOauthSets/Plumbline_glbloauth.ecaGlblOauth-meta.xml'

describe('the project that is deployed to Salesforce', () => {
  const require = createRequire(import.meta.url)
  const projectSchema = require('@salesforce/schemas/sfdx-project.schema.json')
  const scratchSchema = require('@salesforce/schemas/project-scratch-def.schema.json')
  test.each([
    ['sfdx-project.json', projectSchema, { packageDirectories: 'force-app' }],
    ['config/project-scratch-def.json', scratchSchema, { edition: 'Deluxe' }],
  ])('%s is as its schema says', (file, schema, mistake) => {
    const validate = new Ajv({ strict: false }).compile(schema)
    const project = z.record(z.string(), z.unknown()).parse(JSON.parse(read(file)))
    validate(project)
    expect(validate.errors).toBeNull()
    expect(validate({ ...project, ...mistake })).toBe(false)
  })

  test('names every folder with source, and no namespace until somebody owns one', () => {
    const { packageDirectories, namespace } = z
      .object({
        packageDirectories: z.array(z.object({ path: z.string() })),
        namespace: z.string(),
      })
      .parse(JSON.parse(read('sfdx-project.json')))
    expect(packageDirectories.map((each) => `${PROJECT}/${each.path}`)).toEqual(FOLDERS)
    expect(namespace).toBe('')
    expect(globSync(`${PROJECT}/*/main`).toSorted()).toEqual(
      FOLDERS.map((folder) => `${folder}/main`).toSorted(),
    )
  })

  test('is converted to what is deployed, every component of it', async () => {
    const set = ComponentSet.fromSource(FOLDERS.map((folder) => path.resolve(folder)))
    const all = set.getSourceComponents().toArray()
    const types = [...all, ...all.flatMap((each) => each.getChildren())].map(
      ({ type }) => type.name,
    )
    const counts = Object.groupBy(types, (type) => type)
    expect(
      Object.fromEntries(Object.entries(counts).map(([type, of]) => [type, of?.length])),
    ).toEqual({
      AssignmentRule: 1,
      AssignmentRules: 1,
      CustomField: 28,
      ExternalClientApplication: 1,
      ExtlClntAppGlobalOauthSettings: 1,
      ExtlClntAppOauthSettings: 1,
      Flow: 2,
      LightningComponentBundle: 1,
      ListView: 9,
      PermissionSet: 2,
      PlatformEventChannelMember: 5,
      Queue: 8,
      Report: 2,
      ReportFolder: 1,
      ReportType: 1,
    })
    const outputDirectory = mkdtempSync(path.join(tmpdir(), 'salesforce-project-'))
    try {
      const output = { type: 'directory', outputDirectory, genUniqueDir: false } as const
      await new MetadataConverter().convert(set, 'metadata', output)
      const written = readdirSync(outputDirectory, { recursive: true }).map(String)
      expect(written).toContain('package.xml')
      expect(written).toContain('objects/Lead.object')
      const lead = readFileSync(path.join(outputDirectory, 'objects/Lead.object'), 'utf8')
      expect(lead.match(/<fields>/g)).toHaveLength(12)
    } finally {
      rmSync(outputDirectory, { recursive: true })
    }
  })

  test('leaves no file out', () => {
    const files = [...metadataFiles().keys()].map((file) => path.resolve(PROJECT, file))
    const set = ComponentSet.fromSource(FOLDERS.map((folder) => path.resolve(folder)))
    const known = [...set.getSourceComponents()].flatMap((each) => [
      each.xml,
      ...each.getChildren().map(({ xml }) => xml),
    ])
    expect(files.filter((file) => !known.includes(file))).toEqual([])
  })

  test('holds no secret, no id of an org and no address but the example', () => {
    const texts = globSync(`${PROJECT}/**/*.{xml,json,js,html,css}`).map((file) =>
      readFileSync(file, 'utf8'),
    )
    const all = texts.join('\n')
    expect(all).not.toMatch(/consumerKey|consumerSecret>|orgScopedExternalApp|certificate/)
    expect(all).not.toMatch(/\b00[0-9A-Za-z]{13}(?:[0-9A-Za-z]{3})?\b/)
    const hosts = [...all.matchAll(/https?:\/\/([^/"'<\s]+)/g)].map(([, host]) => host)
    expect([...new Set(hosts)].toSorted()).toEqual([
      'example.com',
      'login.salesforce.com',
      'plumbline.example.com',
      'soap.sforce.com',
    ])
  })
})

describe('the fields', () => {
  test('and permission sets are what node tools/write-salesforce-app.ts writes', () => {
    const generated = salesforceAppFiles()
    expect(generated.size).toBe(FIELDS.length + 2)
    for (const [file, text] of generated) expect(read(file), file).toBe(text)
  })

  test('are those that the connector writes, and no others', () => {
    const files = globSync('force-app/main/default/objects/*/fields/*', { cwd: PROJECT })
    const names = files.map((file) => {
      const [field = '', , object = ''] = file.split('/').toReversed()
      return `${object}.${field.replace('.field-meta.xml', '')}`
    })
    expect(names.toSorted()).toEqual(FIELD_NAMES.toSorted())
  })

  test.each(FIELDS)(
    '$object.$definition.field is as the connector would make it',
    ({ object, definition }) => {
      const file = `force-app/main/default/objects/${object}/fields/${definition.field}.field-meta.xml`
      const content = metadataFiles().get(file)?.content
      const {
        valueSet,
        required: _required,
        ...plain
      } = metadataOf(definition, []) as {
        readonly valueSet?: object
        readonly required?: boolean
      }
      for (const [tag, value] of Object.entries(plain))
        expect(textIn(content, tag)).toBe(String(value))
      const values = elementsIn(
        elementsIn(elementsIn(content, 'valueSet')[0], 'valueSetDefinition')[0],
        'value',
      )
      const choices = values.map((each) => ({
        value: textIn(each, 'fullName'),
        label: textIn(each, 'label'),
      }))
      expect(choices).toEqual(definition.choices ?? [])
      expect(valueSet === undefined).toBe(choices.length === 0)
    },
  )

  test('of which changes are kept are few, for an object takes 20', () => {
    const tracked = [...metadataFiles()].filter(
      ([, { content }]) => textIn(content, 'trackHistory') === 'true',
    )
    expect(tracked.map(([file]) => path.basename(file).split('.')[0]).toSorted()).toEqual([
      'Plumbline_Account_Score__c',
      'Plumbline_Account_Tier__c',
      ...['Grade', 'Score', 'Stage', 'Tier'].flatMap((name) =>
        Array(2).fill(`Plumbline_${name}__c`),
      ),
    ])
  })

  test('are filled by the connected user and only seen by the others', () => {
    const sets = metadataOfType('PermissionSet')
    for (const [name, editable] of [
      ['Plumbline_Integration', 'true'],
      ['Plumbline_Viewer', 'false'],
    ] as const) {
      const permissions = elementsIn(sets.get(name), 'fieldPermissions')
      expect(permissions.map((each) => textIn(each, 'field')).toSorted()).toEqual(
        FIELD_NAMES.toSorted(),
      )
      expect(new Set(permissions.map((each) => textIn(each, 'editable')))).toEqual(
        new Set([editable]),
      )
    }
  })

  test('are all that the connected user needs beyond reading: it deletes and creates nothing', () => {
    const objects = elementsIn(
      metadataOfType('PermissionSet').get('Plumbline_Integration'),
      'objectPermissions',
    )
    expect(objects).toHaveLength(5)
    for (const each of objects) {
      expect(textIn(each, 'allowDelete')).toBe('false')
      expect(textIn(each, 'allowCreate')).toBe('false')
      expect(textIn(each, 'modifyAllRecords')).toBe('false')
      expect(textIn(each, 'viewAllRecords')).toBe('true')
    }
  })
})

describe('the way in', () => {
  test('asks for a proof of possession, a secret, and a new token with every refresh', () => {
    const settings = onlyOfType('ExtlClntAppGlobalOauthSettings')
    const set = (tag: string) => textIn(settings, tag)
    expect(set('isPkceRequired')).toBe('true')
    expect(set('isConsumerSecretOptional')).toBe('false')
    expect(set('isSecretRequiredForRefreshToken')).toBe('true')
    expect(set('isRefreshTokenRotationEnabled')).toBe('true')
    expect(set('isDeviceFlowEnabled')).toBe('false')
    expect(textIn(onlyOfType('ExtlClntAppOauthSettings'), 'commaSeparatedOauthScopes')).toBe(
      'Api, RefreshToken',
    )
  })

  test('leads back to an address that is named in one place', () => {
    const settings = read(OAUTH_FILE)
    expect(settings).toContain(
      '<callbackUrl>https://plumbline.example.com/oauth/salesforce/callback<',
    )
    const moved = withHost(settings, 'https://scores.acme.io')
    expect(moved).toContain('<callbackUrl>https://scores.acme.io/oauth/salesforce/callback<')
    expect(withHost(moved, 'https://plumbline.example.com')).toBe(settings)
  })

  test.each([
    'http://scores.acme.io',
    'https://scores.acme.io/',
    'scores.acme.io',
    'https://localhost',
  ])('%s is no address that Salesforce reaches', (host) => {
    expect(() => withHost(read(OAUTH_FILE), host)).toThrow(/Write it like https:/)
  })

  test('tells of changes to five kinds of records, which is what every org may select', () => {
    const selected = [...metadataOfType('PlatformEventChannelMember')].map(([name, content]) => {
      expect(name).toBe(`ChangeEvents_${textIn(content, 'selectedEntity')}`)
      return textIn(content, 'selectedEntity')
    })
    expect(selected.toSorted()).toEqual(
      ['Account', 'CampaignMember', 'Contact', 'Lead', 'Task'].map((name) => `${name}ChangeEvent`),
    )
  })
})
