import { Gauge, type Registry } from 'prom-client'
import { DUE_STAGES } from '../store/due.ts'
import type { WaitingWork } from '../store/metrics.ts'
import type { Figures } from './figures.ts'

/** Installations with a line of their own: a label for each of thousands would be more than Prometheus should keep. */
const TOP_INSTALLATIONS = 20
const STATUSES = ['active', 'paused', 'disconnected']

/** Registers what the database knows. @returns the function that shows figures, or that there are none */
export function createStoredGauges(registry: Registry): (figures: Figures | null) => void {
  const gauges = registerGauges(registry)
  return (figures) => {
    for (const gauge of Object.values(gauges)) gauge.reset()
    gauges.answers.set(figures ? 1 : 0)
    if (!figures) return
    showWaiting(gauges, figures)
    showTop(gauges, figures)
    showInstallations(gauges, figures)
    showTrouble(gauges, figures)
  }
}

type Gauges = ReturnType<typeof registerGauges>

function registerGauges(registry: Registry) {
  function gauge<Label extends string>(name: string, help: string, labels: readonly Label[]) {
    const labelNames = [...labels]
    return new Gauge({ name: `plumbline_${name}`, help, labelNames, registers: [registry] })
  }
  return {
    answers: gauge('database_answers', 'Whether the figures below could be read: 1 or 0', []),
    due: gauge('due_rows', 'Rows that are due, of accounts that are worked on', ['crm', 'stage']),
    dueAge: gauge('oldest_due_age_seconds', 'How long the oldest of them has been due', [
      'crm',
      'stage',
    ]),
    accountDue: gauge(
      'installation_due_rows',
      `Rows that are due in one account; the ${TOP_INSTALLATIONS} with most of them`,
      ['crm', 'installation'],
    ),
    accountAge: gauge(
      'installation_oldest_due_age_seconds',
      'How long the oldest row of these accounts has been due',
      ['crm', 'installation'],
    ),
    installations: gauge('installations', 'Accounts by status', ['crm', 'status']),
    rejections: gauge('open_rejections', 'Records that wait for somebody', ['crm', 'stage']),
    readingAge: gauge(
      'full_reading_age_seconds',
      'Since the last full reading ended, of the active account where that is longest ago',
      ['crm'],
    ),
    readingsOverdue: gauge(
      'full_readings_overdue',
      'Active accounts whose last full reading ended more than 26 hours ago',
      ['crm'],
    ),
    told: gauge('notices_last_hour', 'What the CRM told within the last hour, by the way it came', [
      'crm',
      'source',
    ]),
    held: gauge('held_records', 'Records not written for now, as they were written too often', [
      'crm',
    ]),
    budget: gauge('budget_wait_seconds', 'The longest that a call of a rate would wait now', [
      'crm',
      'key',
    ]),
    unheard: gauge('unheard_accounts', 'Active accounts that refuse to tell their events', ['crm']),
    journal: gauge('journal_failures', 'Failed readings of the journal since the last good one', [
      'crm',
    ]),
  }
}

/** Stages without work are told as 0: an alarm on a series that is not there would never ring. */
function showWaiting(gauges: Gauges, { at, waiting, installations }: Figures): void {
  for (const crm of new Set(installations.map((each) => each.crm))) {
    for (const stage of DUE_STAGES) {
      const rows = waiting.filter((each) => each.crm === crm && each.stage === stage)
      gauges.due.set({ crm, stage }, rowsOf(rows))
      gauges.dueAge.set({ crm, stage }, ageOfOldest(rows, at))
    }
  }
}

function showTop(gauges: Gauges, { at, waiting }: Figures): void {
  const accounts = [...Map.groupBy(waiting, ({ installationId }) => installationId)]
  const top = accounts.toSorted(([, a], [, b]) => rowsOf(b) - rowsOf(a)).slice(0, TOP_INSTALLATIONS)
  for (const [installation, rows] of top) {
    const labels = { crm: rows[0]?.crm ?? '', installation }
    gauges.accountDue.set(labels, rowsOf(rows))
    gauges.accountAge.set(labels, ageOfOldest(rows, at))
  }
}

function rowsOf(work: readonly WaitingWork[]): number {
  return work.reduce((sum, { rows }) => sum + rows, 0)
}

function ageOfOldest(work: readonly WaitingWork[], at: Date): number {
  return Math.max(0, ...work.map(({ oldestDueAt }) => secondsBetween(oldestDueAt, at)))
}

function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, (to.getTime() - from.getTime()) / 1000)
}

function showInstallations(gauges: Gauges, { at, installations, readings }: Figures): void {
  for (const crm of new Set(installations.map((each) => each.crm))) {
    for (const status of STATUSES) gauges.installations.set({ crm, status }, 0)
  }
  for (const { crm, status, installations: n } of installations) {
    gauges.installations.set({ crm, status }, n)
  }
  for (const { crm, oldestAt, overdue } of readings) {
    gauges.readingAge.set({ crm }, secondsBetween(oldestAt, at))
    gauges.readingsOverdue.set({ crm }, overdue)
  }
}

function showTrouble(gauges: Gauges, figures: Figures): void {
  for (const crm of new Set(figures.installations.map((each) => each.crm))) {
    for (const stage of DUE_STAGES) gauges.rejections.set({ crm, stage }, 0)
    for (const source of ['webhook', 'journal', 'events']) gauges.told.set({ crm, source }, 0)
    gauges.held.set({ crm }, 0)
    gauges.unheard.set({ crm }, 0)
  }
  const { rejections, told, held, budgets, unheard, journals } = figures
  for (const { crm, stage, rejections: n } of rejections) gauges.rejections.set({ crm, stage }, n)
  for (const { crm, source, notices } of told) gauges.told.set({ crm, source }, notices)
  for (const { crm, records } of held) gauges.held.set({ crm }, records)
  for (const { crm, key, seconds } of budgets) gauges.budget.set({ crm, key }, seconds)
  for (const { crm, accounts } of unheard) gauges.unheard.set({ crm }, accounts)
  for (const { crm, turns } of journals) gauges.journal.set({ crm }, turns)
}
