import {
  Alert,
  Box,
  Divider,
  Flex,
  List,
  ProgressBar,
  ScoreCircle,
  Tag,
  Text,
} from '@hubspot/ui-extensions'
import type { PersonCard } from './card-view.ts'
import {
  Footer,
  Lines,
  NextTier,
  Notes,
  Section,
  ShortLines,
  type Size,
  TierTag,
} from './sections.tsx'

/** Below this share a score says more about what is known than about the person. */
const LITTLE_KNOWN = 40

/** A person's score, why it is so, and what would change it. */
export function PersonDetails({ view, size }: { view: PersonCard; size: Size }) {
  if (size === 'short') return <ShortPerson view={view} />
  return (
    <Flex direction="column" gap="md">
      <Summary view={view} />
      <Notes view={view} />
      <Held view={view} />
      <LittleKnown view={view} />
      <Section title="Why this score">
        <Lines lines={view.lines} />
      </Section>
      <Divider />
      <Section title="What would change it">
        <NextTier next={view.next} />
        <Unknown view={view} />
        <Text>{view.change}</Text>
      </Section>
      <Divider />
      <Section title="How much is known">
        <Coverage view={view} />
      </Section>
      <Footer view={view} />
    </Flex>
  )
}

function ShortPerson({ view }: { view: PersonCard }) {
  return (
    <Flex direction="column" gap="sm">
      <Summary view={view} />
      <Notes view={view} />
      <Held view={view} />
      <ShortLines lines={view.lines} most={4} />
      <Text variant="microcopy">{`Scored ${view.scoredAgo}.`}</Text>
    </Flex>
  )
}

function Summary({ view }: { view: PersonCard }) {
  const { score, tier, grade, stage, action, route, parts, account, disqualified } = view
  const sums = parts.map(({ name, points }) => `${name} ${points}`).join(' · ')
  return (
    <Flex gap="md" align="center">
      <Box flex="none">
        <ScoreCircle score={score} />
      </Box>
      <Box flex={1}>
        <Flex direction="column" gap="xs">
          <Flex gap="xs" wrap="wrap">
            <TierTag tier={tier} />
            <Tag>{`Fit grade ${grade}`}</Tag>
            <Tag variant={disqualified ? 'error' : 'default'}>{stage}</Tag>
          </Flex>
          <Text>
            <Text inline={true} format={{ fontWeight: 'bold' }}>{`${action.name}. `}</Text>
            {action.meaning}
          </Text>
          <Text variant="microcopy">
            {[
              sums,
              route === null ? '' : `Route: ${route}`,
              account === null ? '' : `Company: ${account}`,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
        </Flex>
      </Box>
    </Flex>
  )
}

function Held({ view: { held, disqualified, stage } }: { view: PersonCard }) {
  if (held.length === 0) return null
  return (
    <Alert
      title={disqualified ? 'Disqualified' : `Held back at ${stage}`}
      variant={disqualified ? 'error' : 'warning'}
    >
      {held.map(({ reason, remedy }) => (
        <Text key={reason}>{`${reason}. ${remedy}`}</Text>
      ))}
    </Alert>
  )
}

function Unknown({ view: { unknown } }: { view: PersonCard }) {
  const { matter, others } = unknown
  if (matter.length === 0) return null
  return (
    <>
      <Text format={{ fontWeight: 'demibold' }}>Worth finding out:</Text>
      <List variant="unordered-styled">
        {matter.map(({ field, gain }) => (
          <Text key={field}>{`${field}: ${gain}`}</Text>
        ))}
      </List>
      {others > 0 ? (
        <Text variant="microcopy">{`${others} more ${others === 1 ? 'fact is' : 'facts are'} unknown.`}</Text>
      ) : null}
    </>
  )
}

function LittleKnown({ view: { coverage } }: { view: PersonCard }) {
  if (coverage >= LITTLE_KNOWN) return null
  return (
    <Alert title="Much is still unknown" variant="info">
      <Text>Take this score as a first guess: it rests on few facts.</Text>
    </Alert>
  )
}

function Coverage({ view: { coverage, range } }: { view: PersonCard }) {
  return (
    <>
      <ProgressBar
        title={`${coverage} % of what the model asks for`}
        value={coverage}
        maxValue={100}
        variant={coverage < LITTLE_KNOWN ? 'warning' : 'success'}
        aria-label="Share of the facts that are known"
      />
      <Text>{rangeText(range, coverage)}</Text>
    </>
  )
}

function rangeText(range: PersonCard['range'], coverage: number): string {
  if (coverage === 100) return 'Everything that the model asks for is known.'
  if (range === null) return 'What is unknown would not change the score.'
  return `What is unknown could bring the score anywhere from ${range.min} to ${range.max}.`
}
