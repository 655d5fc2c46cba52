import { formatMinute } from '../scoring/language/duration.ts'
import { listVersions, type ModelVersion } from '../store/model-versions.ts'
import { rollbackTarget, versionName } from '../store/models.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { bold, cut, print, safe, table } from './terminal.ts'

/** The stored versions of an installation's models, and where a rollback would lead. */
export function modelVersions(options: {
  readonly data: string
  readonly json: boolean
  readonly installation?: string | undefined
}): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const { id, crm, accountId } = await chosenInstallation(db, options.installation)
    const versions = await listVersions(db, id)
    const target = await rollbackTarget(db, id)
    const rollsBackTo = target && versionName(target)
    if (options.json) {
      const named = versions.map((version) => ({ model: versionName(version), ...version }))
      return print(JSON.stringify({ crm, accountId, versions: named, rollsBackTo }))
    }
    print(bold(`${crm} account ${accountId}`))
    for (const line of table([HEADING, ...versions.map(row)])) print(`  ${line}`)
    print(rollsBackTo ? `"model rollback" goes to ${rollsBackTo}` : 'Nothing to roll back to.')
  })
}

const HEADING = ['version', 'status', 'stored', 'published', 'by', 'reason']

function row(version: ModelVersion): readonly string[] {
  const { status, createdAt, publishedAt, actor, reason } = version
  const published = publishedAt ? formatMinute(publishedAt) : 'never'
  const why = cut(safe(reason ?? ''), 50)
  return [versionName(version), status, formatMinute(createdAt), published, safe(actor ?? ''), why]
}
