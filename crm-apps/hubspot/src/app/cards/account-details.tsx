import {
  Box,
  Divider,
  Flex,
  ScoreCircle,
  StatusTag,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableHeader,
  TableRow,
  Text,
} from '@hubspot/ui-extensions'
import type { AccountCard, BuyingRole } from './card-view.ts'
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

/** A company's score, who of it is interested, and who is missing. */
export function AccountDetails({ view, size }: { view: AccountCard; size: Size }) {
  if (size === 'short') return <ShortAccount view={view} />
  return (
    <Flex direction="column" gap="md">
      <Summary view={view} />
      <Notes view={view} />
      <BuyingGroup group={view.group} />
      <Section title="Why this score">
        <Lines lines={view.lines} />
      </Section>
      <Divider />
      <Section title="What would change it">
        <NextTier next={view.next} />
        <Text>{view.change}</Text>
      </Section>
      <Footer view={view} />
    </Flex>
  )
}

function ShortAccount({ view }: { view: AccountCard }) {
  return (
    <Flex direction="column" gap="sm">
      <Summary view={view} />
      <Notes view={view} />
      <ShortLines lines={view.lines} most={4} />
      <Text variant="microcopy">{`Scored ${view.scoredAgo}.`}</Text>
    </Flex>
  )
}

function Summary({ view }: { view: AccountCard }) {
  const { score, tier, reasons } = view
  const [first, ...others] = reasons
  return (
    <Flex gap="md" align="center">
      <Box flex="none">
        <ScoreCircle score={score} />
      </Box>
      <Box flex={1}>
        <Flex direction="column" gap="xs">
          <Flex gap="xs" wrap="wrap">
            <TierTag tier={tier} />
          </Flex>
          <Text format={{ fontWeight: 'bold' }}>{first}</Text>
          <Text variant="microcopy">{others.join(' · ')}</Text>
        </Flex>
      </Box>
    </Flex>
  )
}

function BuyingGroup({ group }: { group: readonly BuyingRole[] }) {
  if (group.length === 0) return null
  const engaged = group.filter((role) => role.engaged).length
  return (
    <Section title={`Buying group: ${engaged} of ${group.length} engaged`}>
      <Table bordered={false} density="condensed" flush={true}>
        <TableHead>
          <TableRow>
            <TableHeader width="auto">Role</TableHeader>
            <TableHeader width="max">Who</TableHeader>
            <TableHeader width="min">Engaged</TableHeader>
          </TableRow>
        </TableHead>
        <TableBody>
          {group.map((role) => (
            <TableRow key={role.role}>
              <TableCell width="auto">{role.role}</TableCell>
              <TableCell width="max">{whoFills(role)}</TableCell>
              <TableCell width="min">
                <StatusOf role={role} />
              </TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <Divider />
    </Section>
  )
}

function whoFills({ people, others }: BuyingRole): string {
  if (people.length === 0) return 'Nobody yet'
  return `${people.join(', ')}${others === 0 ? '' : ` and ${others} more`}`
}

function StatusOf({ role: { people, engaged } }: { role: BuyingRole }) {
  if (people.length === 0) return <StatusTag variant="danger">Missing</StatusTag>
  return engaged ? (
    <StatusTag variant="success">Engaged</StatusTag>
  ) : (
    <StatusTag variant="warning">Quiet</StatusTag>
  )
}
