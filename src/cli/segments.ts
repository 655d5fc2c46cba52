import type { Segment } from '../../connectors/connector.ts'
import { UserError } from '../errors.ts'
import { STAGES, type Stage } from '../scoring/result.ts'
import { recordAudit } from '../store/audit.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { chosenInstallation } from './chosen-installation.ts'
import { withDatabase } from './connect.ts'
import { operator } from './operator.ts'
import { liveModelOf } from './replay-models.ts'
import { bold, plural, print, safe } from './terminal.ts'

interface SegmentsOptions {
  readonly create: boolean
  readonly installation?: string | undefined
  readonly data: string
  readonly json: boolean
}

/** Which lists the CRM can keep by itself, one for each tier and stage; creates those that are missing. */
export function segments(options: SegmentsOptions): Promise<void> {
  return withDatabase(options.data, async (db) => {
    const installation = await chosenInstallation(db, options.installation)
    const wanted = await segmentsOf(db, installation)
    const { crm, accountId } = installation
    if (!options.create) {
      if (options.json) print(JSON.stringify({ crm, accountId, segments: wanted, created: null }))
      else show(installation, wanted)
      return
    }
    const created = await create(db, installation, wanted, options.data)
    if (options.json) return print(JSON.stringify({ crm, accountId, segments: wanted, created }))
    print(`${plural(created, 'list')} created, ${wanted.length - created} were there already.`)
    print('They follow the fields by themselves; find them in HubSpot under CRM, Segments.')
  })
}

const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  disqualified: 'disqualified',
  nurture: 'nurture',
  mql: 'MQL',
  sql: 'SQL',
}

async function segmentsOf(db: Db, installation: Installation): Promise<readonly Segment[]> {
  const model = await liveModelOf(db, installation)
  if (!model) throw new UserError('No model is live yet, so there are no tiers')
  const tiers = Object.keys(model.document.tiers).map((value) => ({
    name: `Plumbline: tier ${value}`,
    field: 'plumbline_tier',
    value,
  }))
  const stages = STAGES.toReversed().map((value) => ({
    name: `Plumbline: stage ${STAGE_NAMES[value]}`,
    field: 'plumbline_stage',
    value,
  }))
  return [...tiers, ...stages]
}

function show({ crm, accountId }: Installation, wanted: readonly Segment[]): void {
  print(bold(`${crm} account ${accountId}`))
  for (const { name, field, value } of wanted) print(`  ${safe(name)}: ${field} is ${safe(value)}`)
  print('To create those that are missing: plumbline segments --create')
}

async function create(
  db: Db,
  installation: Installation,
  wanted: readonly Segment[],
  data: string,
): Promise<number> {
  if (installation.status !== 'active') {
    throw new UserError(
      `${installation.crm} account ${installation.accountId} is ${installation.status}; connect it first`,
    )
  }
  const { openCrm } = await import('./crm-access.ts')
  const created = await (await openCrm(db, data))
    .open(installation)
    .connection.createSegments(wanted)
  const entry = { action: 'segments.created', details: { created } }
  await recordAudit(db, installation.id, operator(), [entry], new Date())
  return created
}
