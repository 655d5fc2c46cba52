import { compileModel } from '../scoring/engine/compile.ts'
import type { Model } from '../scoring/language/parse.ts'
import type { Db } from '../store/database.ts'
import type { Installation } from '../store/installations.ts'
import { withDatabase } from './connect.ts'
import { chosenInstallations, liveModelOf, readModelFile } from './replay-models.ts'
import { type Replay, replayPeople } from './replay-people.ts'
import { distributionLines, migrationLines, queueLines } from './replay-report.ts'
import { bold, plural, print } from './terminal.ts'

export interface SimulateOptions {
  /** Account id. */
  readonly installation?: string | undefined
  /** Now when absent. */
  readonly asOf?: Date | undefined
  readonly data: string
  readonly json: boolean
}

interface Simulation extends Replay {
  readonly installation: Installation
  /** The published model; null where none is. */
  readonly live: Model | null
}

/** What a model would say about everybody who is stored, beside what the published one says. */
export async function simulate(file: string, options: SimulateOptions): Promise<void> {
  const model = await readModelFile(file)
  const asOf = options.asOf ?? new Date()
  await withDatabase(options.data, async (db) => {
    const simulations: Simulation[] = []
    for (const installation of await chosenInstallations(db, options.installation)) {
      simulations.push(await simulateOne(db, installation, model, asOf))
    }
    if (options.json) return print(JSON.stringify(documentOf(model, simulations, asOf)))
    for (const simulation of simulations) printSimulation(model, simulation)
  })
}

async function simulateOne(
  db: Db,
  installation: Installation,
  model: Model,
  asOf: Date,
): Promise<Simulation> {
  const live = await liveModelOf(db, installation)
  const scorers = { before: live && compileModel(live), after: compileModel(model) }
  return { installation, live, ...(await replayPeople(db, installation, scorers, asOf)) }
}

function documentOf(model: Model, simulations: readonly Simulation[], asOf: Date) {
  return {
    model: model.name,
    asOf: asOf.toISOString(),
    installations: simulations.map(({ installation: { crm, accountId }, live, ...rest }) => ({
      crm,
      accountId,
      live: live?.name ?? null,
      coverage: rest.coverage,
      ...rest.comparison,
    })),
  }
}

function printSimulation(model: Model, { installation, live, coverage, comparison }: Simulation) {
  const beside = live ? `beside the live ${live.name}` : 'nothing is live yet'
  print(bold(`${model.name} on ${installation.crm} account ${installation.accountId}, ${beside}`))
  const share = coverage === null ? '' : `, ${Math.round(coverage * 100)}% of the facts known`
  print(`  ${plural(comparison.people, 'person', 'people')}${share}`)
  const models = live ? [model, live] : [model]
  const lines = [
    ...distributionLines(comparison, models),
    ...queueLines(comparison),
    ...(live ? ['', ...migrationLines(comparison, models)] : []),
  ]
  for (const line of lines) print(line === '' ? '' : `  ${line}`)
  print()
}
