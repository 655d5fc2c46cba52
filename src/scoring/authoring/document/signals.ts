import { DIMENSIONS, type DimensionName, type ModelDocument } from '../../language/model-schema.ts'
import { listed } from '../describe-condition.ts'
import { type Block, bullets, md, table } from './markdown.ts'
import { howOften, whatCounts } from './signal-words.ts'
import { decayWords } from './time-words.ts'

const TITLES: Readonly<Record<DimensionName, string>> = {
  fit: 'Fit: who they are',
  engagement: 'Engagement: what they do',
  intent: 'Intent: what others report about them',
}

/** A table of signals per dimension, and the caps that several of them share. */
export function signalBlocks(document: ModelDocument): Block[] {
  return [
    '## Signals',
    ...DIMENSIONS.flatMap((name) => dimensionBlocks(document, name)),
    ...groupBlocks(document),
  ]
}

function dimensionBlocks(document: ModelDocument, name: DimensionName): Block[] {
  const dimension = document.dimensions[name]
  const signals = document.signals.filter((signal) => signal.dimension === name)
  if (dimension === undefined || signals.length === 0) return []
  const rows = signals.map((signal) => {
    const isActivity = signal.on !== undefined || signal.sequence !== undefined
    const lasts = !isActivity || signal.repeated?.in_last !== undefined || signal.points === 0
    return [
      md(signal.label),
      signedPoints(signal.points),
      md(whatCounts(signal, document.signals)),
      howOften(signal),
      lasts ? '' : decayWords(signal.decay ?? dimension.decay ?? 'none'),
    ]
  })
  const heading = ['Signal', 'Points', 'Counts', 'How often', 'Fades']
  const withoutTime = rows.every(([, , , often, fades]) => often === '' && fades === '')
  const width = withoutTime ? 3 : heading.length
  return [
    `### ${TITLES[name]}, at most ${dimension.max} points`,
    table(
      heading.slice(0, width),
      rows.map((row) => row.slice(0, width)),
    ),
  ]
}

/** A true minus sign would not be found by somebody who searches for "-10". */
function signedPoints(points: number): string {
  return points > 0 ? `+${points}` : String(points)
}

function groupBlocks({ groups, signals }: ModelDocument): Block[] {
  if (groups.length === 0) return []
  const labels = new Map(signals.map(({ id, label }) => [id, label]))
  const items = groups.map(({ signals: members, max }) => {
    const names = members.map((id) => `"${md(labels.get(id) ?? id)}"`)
    return `${listed(names, 'and')} together: at most ${max} points.`
  })
  return ['### Shared limits', bullets(items)]
}
