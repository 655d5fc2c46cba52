import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { type Recovery, TARGETS_MS } from './recovery.ts'
import type { SeedResult } from './seed-run.ts'
import { type Spread, spreadOf } from './statistics.ts'
import type { Struck } from './timeline.ts'

/** Of all seeds. */
export interface Report {
  readonly people: number
  readonly seeds: readonly number[]
  /** How often each kind struck, and how long it took to recover from the groups that it was part of, in ms. */
  readonly faults: Readonly<Record<string, { readonly times: number; readonly recovery: Spread }>>
  /** Of all groups. */
  readonly recovery: Spread
  /** From the SIGKILL of one worker or of both. */
  readonly killedWorkers: Spread
  readonly checked: Readonly<Record<string, number>>
  readonly work: Readonly<Record<string, number>>
  readonly replayed: number
  /** Processes that ended by themselves, or did not when they were asked to. */
  readonly misbehaved: Readonly<Record<string, number>>
  readonly lost: readonly string[]
  readonly duplicates: readonly string[]
  readonly broken: readonly string[]
  readonly missed: readonly string[]
  readonly runs: readonly SeedResult[]
}

const lines = z.array(z.string())
/** What a report in a file is read for. */
const SavedReport = z.object({
  faults: z.record(z.string(), z.object({ times: z.number() })),
  checked: z.record(z.string(), z.number()),
  lost: lines,
  duplicates: lines,
  broken: lines,
  missed: lines,
})
export type SavedReport = z.infer<typeof SavedReport>

/** What `--report` has left. @returns null where the run ended before it wrote one */
export async function readReport(file: string): Promise<SavedReport | null> {
  const text = await readFile(file, 'utf8').catch(() => null)
  return text === null ? null : SavedReport.parse(JSON.parse(text))
}

const KILLED_WORKERS = ['worker-killed', 'workers-killed']

/** @param people that were asked for, over both CRMs */
export function reportOf(runs: readonly SeedResult[], people: number): Report {
  const groups = runs.flatMap(({ struck }) => struck)
  const killed = groups.filter(({ names }) => names.some((name) => KILLED_WORKERS.includes(name)))
  const recovery = spreadOf(times(groups))
  const killedWorkers = spreadOf(times(killed))
  const said = (what: 'lost' | 'duplicates' | 'broken') =>
    runs.flatMap(({ seed, verdict }) => verdict[what].map((line) => `seed ${seed}: ${line}`))
  return {
    people,
    seeds: runs.map(({ seed }) => seed),
    faults: byFault(groups),
    recovery,
    killedWorkers,
    checked: sums(runs.map(({ verdict }) => verdict.checked)),
    work: sums(runs.flatMap(({ work }) => Object.values(work))),
    replayed: runs.reduce((sum, each) => sum + each.replayed, 0),
    misbehaved: sums(runs.map(({ misbehaved }) => misbehaved)),
    lost: said('lost'),
    duplicates: said('duplicates'),
    broken: said('broken'),
    missed: missedTargets(recovery, killedWorkers),
    runs,
  }
}

/** A group has recovered when both have happened. */
function tookMs({ workedOffMs, freshMs }: Recovery): number {
  return Math.max(workedOffMs, freshMs)
}

function times(groups: readonly Struck[]): readonly number[] {
  return groups.flatMap(({ recovery }) => (recovery ? [tookMs(recovery)] : []))
}

function byFault(groups: readonly Struck[]): Report['faults'] {
  const names = [...new Set(groups.flatMap((group) => group.names))].sort()
  return Object.fromEntries(
    names.map((name) => {
      const mine = groups.filter((group) => group.names.includes(name))
      return [name, { times: mine.length, recovery: spreadOf(times(mine)) }]
    }),
  )
}

function sums(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const totals: Record<string, number> = {}
  for (const [name, n] of counts.flatMap((each) => Object.entries(each))) {
    totals[name] = (totals[name] ?? 0) + n
  }
  return totals
}

function missedTargets(all: Spread, killedWorkers: Spread): string[] {
  const words = (what: string, { p95 }: Spread, target: number) =>
    p95 > target ? [`${what}: p95 ${seconds(p95)} s, more than ${seconds(target)} s`] : []
  return [
    ...words('recovery', all, TARGETS_MS.all),
    ...words('recovery from killed workers', killedWorkers, TARGETS_MS.killedWorkers),
  ]
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1)
}

export function isGood({ lost, duplicates, broken, missed }: Report): boolean {
  return lost.length + duplicates.length + broken.length + missed.length === 0
}

const SHOWN = 25

/** For people to read. */
export function reportLines(report: Report): readonly string[] {
  const { recovery, killedWorkers, lost, duplicates, broken, missed } = report
  const kinds = Object.entries(report.faults)
  const count = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')
  return [
    row('fault', ['times', 'n', 'p50 s', 'p95 s', 'max s']),
    ...kinds.map(([name, { times: n, recovery: spread }]) => spreadRow(name, n, spread)),
    spreadRow('all groups', recovery.n, recovery),
    spreadRow('from killed workers', killedWorkers.n, killedWorkers),
    '',
    `${kinds.length} kinds of faults over ${report.seeds.length} seeds and ${report.people} people`,
    `people in the CRMs did: ${count(report.work)}`,
    `checked: ${count(report.checked)}`,
    `refused records that were let try again: ${report.replayed}`,
    `processes that ended by themselves: ${report.misbehaved['crashes']}; that had to be killed half a minute after a SIGTERM: ${report.misbehaved['overdue']}`,
    `lost ${lost.length}, duplicates ${duplicates.length}, broken ${broken.length}`,
    ...shown('lost', lost),
    ...shown('duplicate', duplicates),
    ...shown('broken', broken),
    ...missed.map((line) => `MISSED ${line}`),
  ]
}

function shown(what: string, lines: readonly string[]): readonly string[] {
  const more = lines.length > SHOWN ? [`  … and ${lines.length - SHOWN} more`] : []
  return [...lines.slice(0, SHOWN).map((line) => `  ${what}: ${line}`), ...more]
}

function spreadRow(name: string, times: number, { n, p50, p95, max }: Spread): string {
  const figures = n === 0 ? ['-', '-', '-'] : [p50, p95, max].map(seconds)
  return row(name, [String(times), String(n), ...figures])
}

function row(name: string, cells: readonly string[]): string {
  return name.padEnd(28) + cells.map((cell) => cell.padStart(8)).join('')
}
