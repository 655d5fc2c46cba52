import type { JobName } from './jobs.ts'

/** What one job took at one size. */
export interface Measured {
  readonly job: JobName
  readonly people: number
  readonly seconds: number
  /** Most memory, in MB. */
  readonly plumblineMb: number
  readonly postgresMb: number
  /** Of the database at the end, and written ahead meanwhile, in MB. */
  readonly diskMb: number
  readonly walMb: number
  readonly calls: number
  readonly outcome: string
  /** What was shown of going on after a kill; absent where nothing was killed. */
  readonly resumed?: string
}

/** HubSpot's pace, as the product keeps it. */
const CALLS_PER_SECOND = 10.5

/** The measurements as Markdown, with each job's ratios between the smallest and the largest size. */
export function reportOf(all: readonly Measured[]): string {
  const rows = all.map((each) =>
    [
      each.job,
      each.people.toLocaleString('en'),
      (each.seconds / 60).toFixed(1),
      Math.round(each.people / each.seconds).toLocaleString('en'),
      each.plumblineMb.toFixed(0),
      each.postgresMb.toFixed(0),
      each.diskMb.toFixed(0),
      each.walMb.toFixed(0),
      each.calls.toLocaleString('en'),
      (each.calls / CALLS_PER_SECOND / 60).toFixed(0),
    ].join(' | '),
  )
  const notes = all.flatMap(({ job, people, outcome, resumed }) => [
    `- ${job}, ${people.toLocaleString('en')} people: ${outcome}${resumed ? `; ${resumed}` : ''}`,
  ])
  return [
    '| job | people | minutes | people/s | Plumbline MB | Postgres MB | disk MB | WAL MB | calls | minutes at HubSpot’s pace |',
    '|---|---|---|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    '',
    ...notes,
    ...ratiosOf(all),
    '',
  ].join('\n')
}

function ratiosOf(all: readonly Measured[]): readonly string[] {
  return [...Map.groupBy(all, ({ job }) => job)].flatMap(([job, each]) => {
    const bySize = each.toSorted((a, b) => a.people - b.people)
    const [smallest, largest] = [bySize[0], bySize.at(-1)]
    if (!smallest || !largest || smallest === largest) return []
    const pace = ({ people, seconds }: Measured) => people / seconds
    const memory = (largest.plumblineMb / smallest.plumblineMb).toFixed(2)
    const speed = (pace(largest) / pace(smallest)).toFixed(2)
    const times = (largest.people / smallest.people).toFixed(0)
    return [
      `- ${job}: ${times} times the people take ${memory} times the memory, at ${speed} times the people/s`,
    ]
  })
}
