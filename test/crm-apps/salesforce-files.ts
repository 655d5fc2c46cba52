import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { DEFINITIONS, KIND_OF, OBJECTS } from '../../connectors/salesforce/definitions.ts'
import { type Metadata, readMetadata } from './salesforce-metadata.ts'

export const PROJECT = 'crm-apps/salesforce'

/** The folders of `sfdx-project.json`. */
export const FOLDERS = ['force-app', 'routing', 'oauth'].map((name) => `${PROJECT}/${name}`)

/** Text of a file of the project. */
export function read(file: string): string {
  return readFileSync(path.join(PROJECT, file), 'utf8')
}

/** Every metadata file of the project by its path inside. */
export function metadataFiles(): ReadonlyMap<string, Metadata> {
  const files = globSync('**/*-meta.xml', { cwd: PROJECT }).toSorted()
  return new Map(files.map((file) => [file, read(file)] as const).map(readNamed))
}

function readNamed([file, text]: readonly [string, string]): [string, Metadata] {
  try {
    return [file, readMetadata(text)]
  } catch (error) {
    throw new Error(`${file} is not well formed: ${String(error)}`)
  }
}

/** All of one type, by the name that Salesforce gives them: the file's, without its endings. */
export function metadataOfType(type: string): ReadonlyMap<string, Metadata['content']> {
  const found = [...metadataFiles()].filter(([, metadata]) => metadata.type === type)
  return new Map(
    found.map(([file, { content }]) => [path.basename(file).replace(/\..*$/, ''), content]),
  )
}

/**
 * The only one of its type.
 * @throws Error when there is none, or another
 */
export function onlyOfType(type: string): Metadata['content'] {
  const [found, ...others] = metadataOfType(type).values()
  if (found === undefined || others.length > 0) throw new Error(`there must be one ${type}`)
  return found
}

/** Every field that the connector writes, on every object. */
export const FIELDS = OBJECTS.flatMap((object) =>
  DEFINITIONS[KIND_OF[object]].map((definition) => ({ object, definition })),
)

/** `Lead.Plumbline_Score__c` and so on. */
export const FIELD_NAMES = FIELDS.map(({ object, definition }) => `${object}.${definition.field}`)
