/**
 * Renews what the Salesforce project repeats from the connector: the custom fields and who may see or fill them.
 * `node tools/write-salesforce-app.ts` after a change of the connector's fields;
 * `node tools/write-salesforce-app.ts https://plumbline.your-company.com` to name where your Plumbline runs.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { XMLBuilder } from 'fast-xml-parser'
import {
  DEFINITIONS,
  type Definition,
  KIND_OF,
  metadataOf,
  OBJECTS,
} from '../connectors/salesforce/definitions.ts'
import { lastWords, UserError } from '../src/errors.ts'

const ROOT = path.resolve(import.meta.dirname, '../crm-apps/salesforce')
const SOURCE = 'force-app/main/default'
const OAUTH_FILE =
  'oauth/main/default/extlClntAppGlobalOauthSets/Plumbline_glbloauth.ecaGlblOauth-meta.xml'
const CALLBACK_PATH = '/oauth/salesforce/callback'
const NAMESPACE = 'http://soap.sforce.com/2006/04/metadata'

/**
 * Whose changes the customer can look up: a field that is tracked takes one of the object's 20 places.
 */
const TRACKED: ReadonlySet<string> = new Set([
  'plumbline_score',
  'plumbline_tier',
  'plumbline_grade',
  'plumbline_stage',
  'plumbline_account_score',
  'plumbline_account_tier',
])

interface ObjectField {
  readonly object: string
  readonly definition: Definition
}

function objectFields(): readonly ObjectField[] {
  return OBJECTS.flatMap((object) =>
    DEFINITIONS[KIND_OF[object]].map((definition) => ({ object, definition })),
  )
}

/** The generated files of the project: text by path inside `crm-apps/salesforce`. */
export function salesforceAppFiles(): ReadonlyMap<string, string> {
  const fields = objectFields()
  return new Map([
    ...fields.map(fieldFile),
    permissionFile('Plumbline_Integration', integration(fields)),
    permissionFile('Plumbline_Viewer', viewer(fields)),
  ])
}

function fieldFile({ object, definition }: ObjectField): readonly [string, string] {
  const { field, name } = definition
  const { required, ...rest }: { required?: boolean } = metadataOf(definition, [])
  // Nothing can be required of a long text, so Salesforce leaves the word out there.
  const isLong = definition.metadataType === 'LongTextArea'
  const metadata = sorted({
    ...rest,
    ...(isLong ? {} : { required }),
    trackHistory: TRACKED.has(name),
  })
  const file = `${SOURCE}/objects/${object}/fields/${field}.field-meta.xml`
  return [file, xml('CustomField', { fullName: field, ...metadata })]
}

/** As Salesforce itself writes them, so that retrieving an org shows no differences. */
function sorted(metadata: object): object {
  return Object.fromEntries(Object.entries(metadata).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function permissionFile(name: string, permissions: object): readonly [string, string] {
  return [
    `${SOURCE}/permissionsets/${name}.permissionset-meta.xml`,
    xml('PermissionSet', permissions),
  ]
}

/** No deleting and no creating of records: a score needs neither. Tasks are governed by `EditTask`. */
function integration(fields: readonly ObjectField[]): object {
  return {
    description:
      'For the user that Plumbline is connected with: reads leads, contacts, accounts, opportunities and campaigns, fills the fields of Plumbline, creates tasks. Deletes nothing.',
    fieldPermissions: fieldPermissions(fields, true),
    hasActivationRequired: false,
    label: 'Plumbline Integration',
    objectPermissions: [
      objectPermission('Account', true),
      objectPermission('Campaign', false),
      objectPermission('Contact', true),
      objectPermission('Lead', true),
      objectPermission('Opportunity', false),
    ],
    userPermissions: ['ApiEnabled', 'EditTask', 'ViewSetup'].map((name) => ({
      enabled: true,
      name,
    })),
  }
}

function viewer(fields: readonly ObjectField[]): object {
  return {
    description:
      'For everybody who works with leads: sees the fields of Plumbline and changes none of them.',
    fieldPermissions: fieldPermissions(fields, false),
    hasActivationRequired: false,
    label: 'Plumbline Viewer',
  }
}

function fieldPermissions(fields: readonly ObjectField[], editable: boolean): readonly object[] {
  return fields
    .map(({ object, definition }) => `${object}.${definition.field}`)
    .toSorted()
    .map((field) => ({ editable, field, readable: true }))
}

function objectPermission(object: string, allowEdit: boolean): object {
  return {
    allowCreate: false,
    allowDelete: false,
    allowEdit,
    allowRead: true,
    modifyAllRecords: false,
    object,
    viewAllFields: true,
    viewAllRecords: true,
  }
}

function xml(root: string, content: object): string {
  const builder = new XMLBuilder({
    format: true,
    indentBy: '    ',
    ignoreAttributes: false,
    suppressBooleanAttributes: false,
  })
  return builder.build({
    '?xml': { '@_version': '1.0', '@_encoding': 'UTF-8' },
    [root]: { '@_xmlns': NAMESPACE, ...content },
  })
}

const CALLBACK = /<callbackUrl>([^<]*)<\/callbackUrl>/

/**
 * The app's address settings with another host.
 * @throws UserError for what is no public https address
 */
export function withHost(settings: string, host: string): string {
  if (!/^https:\/\/[a-z0-9.-]+\.[a-z]{2,}(:\d+)?$/.test(host)) {
    throw new UserError(
      `${host} is no address for Salesforce. Write it like https://plumbline.example.com`,
    )
  }
  return settings.replace(CALLBACK, `<callbackUrl>${host}${CALLBACK_PATH}</callbackUrl>`)
}

function writeSalesforceApp(host: string | undefined): void {
  if (host !== undefined) {
    const file = path.join(ROOT, OAUTH_FILE)
    writeFileSync(file, withHost(readFileSync(file, 'utf8'), host))
  }
  for (const [file, text] of salesforceAppFiles()) {
    const target = path.join(ROOT, file)
    mkdirSync(path.dirname(target), { recursive: true })
    writeFileSync(target, text)
  }
}

function main(): void {
  try {
    writeSalesforceApp(process.argv[2])
  } catch (error) {
    process.stderr.write(`${lastWords(error)}\n`)
    process.exitCode = 1
  }
}

if (import.meta.main) main()
