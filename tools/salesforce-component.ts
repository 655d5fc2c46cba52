import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const COMPONENT = path.resolve(
  import.meta.dirname,
  '../crm-apps/salesforce/force-app/main/default/lwc/plumblineScore',
)

/** What lies in a component's folder, by file name. */
type Sources = Readonly<Record<string, string>>

/**
 * Stand-ins for Salesforce's own components, which exist only inside Salesforce. Neutral on purpose; they take what the
 * real ones take and show the words.
 */
const STAND_INS: Readonly<Record<string, Sources>> = {
  card: standIn(
    ['title', 'iconName'],
    `<article class="slds-card">
      <header class="slds-card__header"><h2 class="slds-card__header-title">{title}</h2></header>
      <div class="slds-card__body"><slot></slot></div>
    </article>`,
  ),
  spinner: standIn(
    ['alternativeText', 'size'],
    '<div class="slds-spinner"><span class="slds-assistive-text">{alternativeText}</span></div>',
  ),
  icon: standIn(
    ['iconName', 'size', 'alternativeText'],
    '<span class="icon"><span class="slds-assistive-text">{alternativeText}</span></span>',
  ),
  relativeDateTime: standIn(['value'], '<time datetime={value}>2 hours ago</time>'),
  formattedDateTime: standIn(
    ['value', 'year', 'month', 'day', 'hour', 'minute'],
    '<time datetime={value}>{formatted}</time>',
    `get formatted() {
      const shape = { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }
      return new Intl.DateTimeFormat('en-GB', shape).format(new Date(this.value))
    }`,
  ),
}

function standIn(properties: readonly string[], html: string, members = ''): Sources {
  const declared = properties.map((name) => `@api ${name}`).join('\n')
  return {
    html: `<template>${html}</template>`,
    js: `import { api, LightningElement } from 'lwc'
export default class extends LightningElement {
${declared}
${members}
}`,
  }
}

/**
 * Salesforce's record service, which answers what \`answerWith\` was given last. The fields of a record are in the shape
 * of the UI API: \`{ value, displayValue }\` by name, without those that the user may not see.
 */
const RECORD_SERVICE = `
const adapters = new Set()
let answer = { data: undefined, error: undefined }
let asked

export class getRecord {
  constructor(send) { this.send = send }
  connect() { adapters.add(this) }
  update(config) {
    asked = config
    this.send(answer)
  }
  disconnect() { adapters.delete(this) }
}
export function answerWith(next) {
  answer = next
  for (const adapter of adapters) adapter.send(next)
}
export function lastAsked() { return asked }
export function getFieldValue(record, field) { return record.fields[field.fieldApiName]?.value }
export function getFieldDisplayValue(record, field) { return record.fields[field.fieldApiName]?.displayValue }
`

const SCHEMA = '@salesforce/schema/'

/**
 * The text of a module that the component imports, directly or through others: `c/plumblineScore`,
 * `c/plumblineScore.html`, `lightning/card`, `@salesforce/schema/Lead.Plumbline_Score__c`, compiled as Salesforce does.
 * @throws Error for a module without a stand-in, so that none is left out
 */
export function moduleSource(name: string): string {
  // Every component may have a second stylesheet; ours have none.
  if (name.endsWith('.scoped.css')) return 'export default undefined'
  if (name === 'lightning/uiRecordApi') return RECORD_SERVICE
  if (name.startsWith(SCHEMA)) return schemaModule(name.slice(SCHEMA.length))
  const [, namespace, file = ''] = /^(c|lightning)\/(.+)$/.exec(name) ?? []
  if (namespace === 'c') return ourModule(file)
  if (namespace === 'lightning') return standInModule(file)
  throw new Error(`${name} has no stand-in in tools/salesforce-component.ts`)
}

function schemaModule(field: string): string {
  const [objectApiName, fieldApiName] = field.split('.')
  return `export default ${JSON.stringify({ objectApiName, fieldApiName })}`
}

function ourModule(file: string): string {
  const withEnding = path.extname(file) === '' ? `${file}.js` : file
  const source = readFileSync(path.join(COMPONENT, withEnding), 'utf8')
  return compiled('c', 'plumblineScore', withEnding, source)
}

function standInModule(file: string): string {
  const ending = path.extname(file).slice(1) || 'js'
  const name = path.basename(file, path.extname(file))
  const source = STAND_INS[name]
  if (source === undefined) {
    throw new Error(`lightning-${name} has no stand-in in tools/salesforce-component.ts`)
  }
  return compiled('lightning', name, `${name}.${ending}`, source[ending] ?? '')
}

/** As much of it as is used here. */
interface Compiler {
  transformSync(
    source: string,
    file: string,
    options: { readonly namespace: string; readonly name: string },
  ): { readonly code: string; readonly warnings?: readonly { readonly message: string }[] }
}

function compiled(namespace: string, name: string, file: string, source: string): string {
  const require = createRequire(import.meta.url)
  const compiler = require('@lwc/compiler') as Compiler
  const { code, warnings } = compiler.transformSync(source, file, { namespace, name })
  if (warnings?.length)
    throw new Error(`${file}: ${warnings.map((each) => each.message).join('; ')}`)
  return code
}
