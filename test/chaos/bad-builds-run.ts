/**
 * Proves that the chaos suite can fail: copies the checkout, spoils it by one edit at a time, and runs the suite on it.
 *
 *   npm run chaos:bad [-- --only name,name] [--seed 1] [--at-once 1]
 *
 * The unchanged build goes first and must pass. Exits with 1 when it does not, or when a bad build is not caught.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { inParallel } from '../../connectors/parallel.ts'
import { BAD_BUILDS, type BadBuild } from './bad-builds.ts'
import { readReport } from './report.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
/** What a run needs; the libraries are linked. */
const PARTS = [
  'bench',
  'config',
  'connectors',
  'crm-apps',
  'jobs',
  'sandbox',
  'src',
  'test',
  'package.json',
]
const PATIENCE_MS = 8 * 60_000
/** Seconds in which everything must have come to rest after the faults; the unchanged build takes some. */
const REST_WITHIN = '120'
/** The longest complaint that a line of the table shows. */
const SHOWN = 110

/** What a run on one build came to. */
interface Trial {
  readonly name: string
  /** `slow`: nothing is wrong in the end, and recovery took too long, which says more of the machine than of the build. */
  readonly verdict: 'passed' | 'slow' | 'caught' | 'timeout' | 'crash'
  /** What was complained of, first of all; or what the run said last. */
  readonly complaint: string
  readonly seconds: number
}

type Build = Pick<BadBuild, 'name' | 'faults' | 'people'> & Partial<BadBuild>

async function main(): Promise<void> {
  const { only, seed, atOnce } = readOptions()
  const builds = BAD_BUILDS.filter(({ name }) => only === null || only.includes(name))
  if (builds.length === 0)
    throw new Error(`--only takes: ${BAD_BUILDS.map((each) => each.name).join(', ')}`)
  const faults = [...new Set(builds.flatMap((each) => each.faults))]
  const people = Math.max(...builds.map((each) => each.people))
  const unchanged = await tryBuild({ name: 'unchanged', faults, people }, seed)
  say(unchanged)
  if (!['passed', 'slow'].includes(unchanged.verdict)) process.exitCode = 1
  const trials = await inParallel(builds, atOnce, async (build) => {
    const trial = await tryBuild(build, seed)
    say(trial)
    return trial
  })
  const caught = trials.filter(({ verdict }) => verdict === 'caught').length
  process.stdout.write(`\n${caught} of ${builds.length} bad builds caught\n`)
  if (caught < builds.length) process.exitCode = 1
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seed: { type: 'string', default: '1' },
      'at-once': { type: 'string', default: '1' },
    },
  })
  return {
    only: values.only?.split(',') ?? null,
    seed: values.seed,
    atOnce: Number(values['at-once']),
  }
}

function say({ name, verdict, seconds, complaint }: Trial): void {
  const columns = [name.padEnd(26), verdict.padEnd(8), `${seconds.toFixed(0)} s`.padStart(6)]
  process.stdout.write(`${columns.join(' ')}  ${complaint.slice(0, SHOWN)}\n`)
}

async function tryBuild(build: Build, seed: string): Promise<Trial> {
  const folder = await mkdtemp(path.join(os.tmpdir(), `plumbline-${build.name}-`))
  try {
    await copyCheckout(folder)
    await spoil(folder, build)
    return await run(folder, build, seed)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function copyCheckout(folder: string): Promise<void> {
  for (const part of PARTS)
    await cp(path.join(ROOT, part), path.join(folder, part), { recursive: true })
  await symlink(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
}

/** @throws Error where the text to replace is not there exactly once: the source has moved on */
async function spoil(folder: string, { name, file, find, replace }: Build): Promise<void> {
  if (file === undefined || find === undefined || replace === undefined) return
  const place = path.join(folder, file)
  const parts = (await readFile(place, 'utf8')).split(find)
  if (parts.length !== 2) {
    throw new Error(
      `${name}: its text stands ${parts.length - 1} times in ${file}; bring the build up to date`,
    )
  }
  await writeFile(place, parts.join(replace))
}

async function run(folder: string, { name, faults, people }: Build, seed: string): Promise<Trial> {
  const began = performance.now()
  const file = path.join(folder, 'report.json')
  const options = [
    '--tier',
    'short',
    '--seeds',
    '1',
    '--first-seed',
    seed,
    '--people',
    String(people),
    '--patience',
    REST_WITHIN,
  ]
  const child = spawn(
    process.execPath,
    ['test/chaos/run.ts', ...options, '--faults', faults.join(','), '--report', file],
    { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  }
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    child.kill('SIGTERM')
  }, PATIENCE_MS)
  await once(child, 'close')
  clearTimeout(timer)
  const seconds = (performance.now() - began) / 1_000
  const text = printed.join('')
  if (isLate) return { name, verdict: 'timeout', complaint: lastLine(text), seconds }
  return { name, seconds, ...(await verdictOf(file, text)) }
}

/** A scenario that fails says so itself; any other end without a report is no verdict. */
async function verdictOf(
  file: string,
  text: string,
): Promise<Pick<Trial, 'verdict' | 'complaint'>> {
  const failed = /ScenarioFailed: (.+)/.exec(text)?.[1]
  if (failed !== undefined) return { verdict: 'caught', complaint: failed }
  const report = await readReport(file)
  if (report === null) return { verdict: 'crash', complaint: lastLine(text) }
  const { lost, duplicates, broken, missed } = report
  const [first, ...others] = [...lost, ...duplicates, ...broken]
  if (first === undefined) {
    return { verdict: missed.length > 0 ? 'slow' : 'passed', complaint: missed.join('; ') }
  }
  const complaint = `${first.replace(/^seed \d+: /, '')} (and ${others.length} more)`
  return { verdict: 'caught', complaint }
}

function lastLine(text: string): string {
  const lines = text.trim().split('\n')
  return lines.findLast((line) => /Error|error/.test(line)) ?? lines.at(-1) ?? ''
}

await main()
