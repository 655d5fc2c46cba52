import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { ENVIRONMENT_NAMES } from '../../config/env.ts'
import { tell } from '../../src/diagnostics.ts'
import type { Figures } from '../../src/metrics/figures.ts'
import { createMetrics } from '../../src/metrics/metrics.ts'
import { createStoredGauges } from '../../src/metrics/stored.ts'
import { createToldMetrics } from '../../src/metrics/told.ts'
import { openDatabase } from '../../src/store/database.ts'

const DOCUMENT = readFileSync('docs/operations.md', 'utf8')
const METRIC = /\b(?:plumbline|nodejs|process)_[a-z0-9_]+\b/g

/** Sections of alarms: name, expression, text. */
const ALARMS = [...DOCUMENT.matchAll(/^### (\w+)\n\n```promql\n(.*?)```\n(.*?)(?=\n##)/gms)].map(
  ([, name = '', expression = '', text = '']) => ({ name, expression, text }),
)

let exported: readonly string[] = []
let sample = ''
beforeAll(async () => {
  exported = await exportedNames()
  sample = await sampleText()
})

/** Of a whole process whose database is away. */
async function exportedNames(): Promise<readonly string[]> {
  const db = openDatabase('postgres://nobody@127.0.0.1:1/none', () => {})
  const pool = { totalCount: 0, idleCount: 0, waitingCount: 0 }
  const clock = { now: () => new Date() }
  const log = pino({ level: 'silent' })
  const metrics = createMetrics({ db, clock, log, pools: [pool], crms: ['hubspot'] })
  const text = await metrics.text()
  metrics.close()
  await db.destroy()
  return [...text.matchAll(/^# TYPE (\S+) (\S+)/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [name, `${name}_count`, `${name}_sum`, `${name}_bucket`] : [name],
  )
}

/** Ours with every label in use. */
async function sampleText(): Promise<string> {
  const registry = new Registry()
  const end = createToldMetrics(registry, ['hubspot'])
  for (const error of ['misconfigured', 'settings', 'rejected'] as const) {
    tell('batch returned', { crm: 'hubspot', stage: 'sync', error })
  }
  createStoredGauges(registry)(someFigures())
  end()
  return registry.metrics()
}

function someFigures(): Figures {
  const at = new Date('2026-11-22T12:00:00Z')
  const crm = 'hubspot'
  return {
    at,
    waiting: [{ installationId: 'i', crm, stage: 'sync', rows: 1, oldestDueAt: at }],
    installations: [{ crm, status: 'active', installations: 1 }],
    rejections: [],
    readings: [{ crm, oldestAt: at, overdue: 0 }],
    told: [],
    held: [],
    budgets: [{ crm, key: 'general', seconds: 0 }],
    unheard: [],
    journals: [{ crm, turns: 0 }],
  }
}

/** What a metric's label was seen with. */
function valuesOf(metric: string, label: string): readonly string[] {
  const lines = sample.split('\n').filter((line) => line.startsWith(`${metric}{`))
  return lines.map((line) => new RegExp(`[{,]${label}="([^"]*)"`).exec(line)?.[1] ?? '')
}

describe('docs/operations.md', () => {
  test('every metric that it names is exported', () => {
    const named = new Set(DOCUMENT.match(METRIC))
    expect(named.size).toBeGreaterThan(20)
    expect([...named].filter((name) => !exported.includes(name))).toEqual([])
  })

  test('says of every metric of ours what it means', () => {
    const rows = [...DOCUMENT.matchAll(/^\| `(plumbline_\w+)` \|/gm)].map(([, name]) => name ?? '')
    const ours = exported.filter((name) => /^plumbline_/.test(name))
    const bases = ours.filter((name) => !/_(count|sum|bucket)$/.test(name))
    expect(rows.toSorted()).toEqual(bases.toSorted())
  })

  test('has the alarms without which one would not know', () => {
    const names = ALARMS.map(({ name }) => name)
    expect(names).toEqual([...DOCUMENT.matchAll(/^### (\w+)/gm)].map(([, name]) => name))
    expect(names).toEqual(
      expect.arrayContaining([
        'PlumblineWorkIsNotDone',
        'PlumblineReadingOverdue',
        'PlumblineAccountPaused',
        'PlumblineAccountDisconnected',
        'PlumblineRejectionsGrow',
        'PlumblineCrmRefuses',
        'PlumblineWebhooksRefused',
        'PlumblineDatabasePoolExhausted',
        'PlumblineEventLoopLag',
        'PlumblineTokenRenewalsFail',
        'PlumblineEventsNotHeard',
      ]),
    )
  })

  test.each(ALARMS)('$name selects series that exist, and says what to do', (alarm) => {
    const { expression, text } = alarm
    expect(expression.match(/[([{]/g)?.length).toBe(expression.match(/[)\]}]/g)?.length)
    expect(expression).toMatch(/[<>=]=? ?[\d.]+|> max by/)
    expect(text).toMatch(/^- \*\*Means:\*\* /m)
    expect(text).toMatch(/^- \*\*Do:\*\* /m)
    for (const [, metric = '', label = '', matches = ''] of matchersIn(expression)) {
      const seen = valuesOf(metric, label)
      expect(matches.split('|').filter((value) => !seen.includes(value))).toEqual([])
    }
  })

  /** `metric{label="a|b"`; no alarm has more than one matcher on a metric of ours. */
  function matchersIn(expression: string) {
    return expression.matchAll(/(plumbline_\w+)\{(\w+)(?:=|!=|=~|!~)"([^"]*)"\}/g)
  }

  test('names every setting, and no other', () => {
    const rows = /## Settings in production.*?\n## /s.exec(DOCUMENT)?.[0] ?? ''
    const named = [...rows.matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name),
    )
    expect(named.toSorted()).toEqual([...ENVIRONMENT_NAMES].toSorted())
  })

  test('commands and files that it names exist', () => {
    const sources = globSync('src/cli/*.ts').map((file) => readFileSync(file, 'utf8'))
    const source = sources.join('\n')
    const verbs = [...DOCUMENT.matchAll(/`plumbline ([a-z]+)(?: ([a-z]+))?/g)]
    expect(verbs.length).toBeGreaterThan(15)
    for (const [, verb = ''] of verbs) expect(source).toMatch(new RegExp(`command\\(\\s*'${verb}`))
    const flags = [...DOCUMENT.matchAll(/`plumbline [a-z ]*?[^`]*?`/g)].flatMap(([command]) =>
      [...command.matchAll(/--[a-z]+/g)].map(([flag]) => flag),
    )
    const options = `${source}${readFileSync('src/cli/options.ts', 'utf8')}`
    expect(flags.filter((flag) => !options.includes(flag))).toEqual([])
    const files = [...DOCUMENT.matchAll(/\b(docs\/[\w-]+\.md|CHANGELOG\.md|README\.md)\b/g)]
    for (const [file] of files) expect(existsSync(path.join('.', file)), file).toBe(true)
  })
})
