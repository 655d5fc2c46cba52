import {
  Alert,
  Flex,
  Heading,
  List,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Tag,
  Text,
} from '@hubspot/ui-extensions'
import type { ReactNode } from 'react'
import type { CardLine, CardNext, ScoredCard } from './card-view.ts'

/** `full` for a tab; `short` for the sidebar, which is narrow. */
export type Size = 'full' | 'short'

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Flex direction="column" gap="xs">
      <Heading>{title}</Heading>
      {children}
    </Flex>
  )
}

/** Tiers are named best first in alphabetical order. */
export function TierTag({ tier }: { tier: string }) {
  const variant = TIER_COLOURS.get(tier) ?? 'default'
  return <Tag variant={variant}>{`Tier ${tier}`}</Tag>
}

const TIER_COLOURS: ReadonlyMap<string, 'success' | 'warning'> = new Map([
  ['A', 'success'],
  ['B', 'warning'],
])

/** "+40", "-20", "+12.5" */
function signed(points: number): string {
  return points < 0 ? `−${-points}` : `+${points}`
}

/** Every line of the sum with what it counts. */
export function Lines({ lines }: { lines: readonly CardLine[] }) {
  if (lines.length === 0) return <Text>Nothing counts yet, neither for nor against.</Text>
  const hasEvidence = lines.some((line) => evidence(line) !== '')
  return (
    <Table bordered={false} density="condensed" flush={true}>
      <TableHead>
        <TableRow>
          <TableHeader width="min">Points</TableHeader>
          <TableHeader width="max">Reason</TableHeader>
          {hasEvidence ? <TableHeader width="auto">Because</TableHeader> : null}
        </TableRow>
      </TableHead>
      <TableBody>
        {lines.map((line) => (
          <TableRow key={line.id}>
            <TableCell width="min">
              <Text format={{ fontWeight: 'demibold' }}>{signed(line.points)}</Text>
            </TableCell>
            <TableCell width="max">{line.label}</TableCell>
            {hasEvidence ? (
              <TableCell width="auto">
                <Text variant="microcopy">{evidence(line)}</Text>
              </TableCell>
            ) : null}
          </TableRow>
        ))}
      </TableBody>
    </Table>
  )
}

function evidence({ detail, was }: CardLine): string {
  return [detail, was === null ? '' : `was ${signed(was)}`].filter(Boolean).join(' · ')
}

/** For the sidebar: the strongest of them, one line each. */
export function ShortLines({ lines, most }: { lines: readonly CardLine[]; most: number }) {
  if (lines.length === 0) return <Text>Nothing counts yet, neither for nor against.</Text>
  const more = lines.length - most
  return (
    <>
      <List variant="unordered-styled">
        {lines.slice(0, most).map((line) => (
          <Text key={line.id}>{shortLine(line)}</Text>
        ))}
      </List>
      {more > 0 ? <Text variant="microcopy">{`${more} more on the tab “Lead score”.`}</Text> : null}
    </>
  )
}

function shortLine({ points, label, was }: CardLine): string {
  return `${signed(points)} ${label}${was === null ? '' : ` (was ${signed(was)})`}`
}

/** What the next tier takes; silent in the best one. */
export function NextTier({ next }: { next: CardNext | null }) {
  if (next === null) return null
  if (next.needs.length === 0) {
    return <Text>{`Tier ${next.tier} is reached with the next scoring.`}</Text>
  }
  return (
    <>
      <Text format={{ fontWeight: 'demibold' }}>{`Tier ${next.tier} takes:`}</Text>
      <List variant="unordered-styled">
        {next.needs.map((need) => (
          <Text key={need}>{sentence(need)}</Text>
        ))}
      </List>
    </>
  )
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** What one has to know before reading on. */
export function Notes({ view }: { view: ScoredCard }) {
  const { notes, paused } = view
  if (notes.length === 0) return null
  return (
    <Alert
      title={paused ? 'Plumbline is paused' : 'Good to know'}
      variant={paused ? 'warning' : 'info'}
    >
      {notes.map((note) => (
        <Text key={note}>{note}</Text>
      ))}
    </Alert>
  )
}

export function Footer({ view }: { view: ScoredCard }) {
  const { scoredAgo, scoredAt, model } = view
  return <Text variant="microcopy">{`Scored ${scoredAgo} (${scoredAt}) by model ${model}.`}</Text>
}
