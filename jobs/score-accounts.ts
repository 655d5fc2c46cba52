import { createHash } from 'node:crypto'
import { messageOf } from '../src/errors.ts'
import { personName } from '../src/leads/person-name.ts'
import type {
  AccountFacts,
  AccountPerson,
  AccountResult,
  AccountScorer,
} from '../src/scoring/accounts/account-result.ts'
import { accountValues } from '../src/scoring/accounts/account-values.ts'
import {
  type AccountInput,
  type AccountScoreRow,
  accountInputs,
  dropAccountScores,
  followAccounts,
  type StoredPerson,
  saveAccountScores,
} from '../src/store/account-scores.ts'
import type { Db } from '../src/store/database.ts'
import { type Claim, mark } from '../src/store/due.ts'
import type { Installation } from '../src/store/installations.ts'
import { mergePersonFacts } from '../src/store/merge-records.ts'
import type { ScoreRow } from '../src/store/scores.ts'
import type { ScoringInput } from '../src/store/scoring-inputs.ts'
import type { Deps } from './deps.ts'
import { goneFrom, keepVerdicts, type Verdict } from './verdicts.ts'

/** Scores companies by what their people came to; keeps receipts and the next change as for people. */
export async function scoreAccounts(
  deps: Deps,
  installation: Installation,
  claims: readonly Claim[],
): Promise<void> {
  const { model } = await deps.scorer(installation.id)
  const scorer = await deps.accounts(installation.id)
  const asOf = deps.clock.now()
  // A model may say nothing about accounts. What an earlier one wrote is left alone: emptying the fields would
  // set off the customer's automation, and say "no interest" where nothing is known.
  const verdicts = scorer ? await judgeAll(deps, installation, scorer, claims, asOf) : []
  const judged = { kind: 'company', model, claims, verdicts, asOf } as const
  const gone = scorer ? goneFrom(claims, verdicts) : []
  await keepVerdicts(deps, installation, judged, async (transaction, news) => {
    await saveAccountScores(transaction, installation.id, news)
    await dropAccountScores(transaction, installation.id, gone)
  })
}

async function judgeAll(
  { db }: Deps,
  installation: Installation,
  scorer: AccountScorer,
  claims: readonly Claim[],
  asOf: Date,
): Promise<readonly Verdict<AccountInput, AccountScoreRow>[]> {
  const ids = claims.map((claim) => claim.id)
  const inputs = await accountInputs(db, installation.id, ids)
  return inputs.map((input) => judge(scorer, input, asOf))
}

/** One account that cannot be scored must not hold up the others of the batch. */
function judge(
  scorer: AccountScorer,
  input: AccountInput,
  asOf: Date,
): Verdict<AccountInput, AccountScoreRow> {
  try {
    const facts = factsOf(input)
    return { input, row: scoreRow(input, facts, scorer.score(facts, asOf), asOf) }
  } catch (error) {
    return { input, failure: messageOf(error) }
  }
}

function factsOf({ company, people, previousTier }: AccountInput): AccountFacts {
  return { company, people: people.map(personOf), ...(previousTier !== null && { previousTier }) }
}

function personOf({ id, records, engagement, intent, engagedAt }: StoredPerson): AccountPerson {
  const facts = mergePersonFacts(records)
  return {
    id,
    name: personName(facts),
    facts,
    engagement,
    intent,
    engagedAt: engagedAt === null ? null : new Date(engagedAt),
  }
}

function scoreRow(
  input: AccountInput,
  { company, people }: AccountFacts,
  result: AccountResult,
  asOf: Date,
): AccountScoreRow {
  // Without the previous tier, which follows from earlier inputs; likewise with people.
  const observed = JSON.stringify({ company, people })
  return {
    companyId: input.id,
    model: result.model,
    asOf,
    inputsHash: createHash('sha256').update(observed).digest('hex'),
    previousTier: input.previousTier,
    writtenValues: accountValues(result),
    result,
  }
}

/** Makes the accounts due that people who were just scored count towards; in the transaction that keeps them. */
export async function markAccounts(
  transaction: Db,
  installationId: string,
  people: readonly Pick<ScoringInput, 'id' | 'records' | 'account'>[],
  news: readonly ScoreRow[],
  now: Date,
): Promise<void> {
  // A person of several records counts once, by the first of them.
  const counted = people.map(({ id, records, account }) => ({
    id,
    accountId: records[0] === id ? (account?.id ?? null) : null,
  }))
  const changed = news.map(({ personId }) => personId)
  const accounts = await followAccounts(transaction, installationId, counted, changed)
  await mark(transaction, installationId, 'score', 'company', accounts, now)
}
