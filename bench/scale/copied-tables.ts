/** What becomes of a column in the copy. */
export type Columns = Readonly<Record<string, 'kept' | 'id' | 'text' | 'json' | 'list' | 'hash'>>

/** Tables by the column that says whose row it is. */
export const TABLES: readonly {
  readonly table: string
  readonly key: string
  readonly columns: Columns
}[] = [
  {
    table: 'company',
    key: 'id',
    columns: {
      id: 'id',
      facts: 'json',
      source_created_at: 'kept',
      source_updated_at: 'kept',
      known_at: 'kept',
    },
  },
  {
    table: 'person',
    key: 'id',
    columns: {
      id: 'id',
      company_id: 'id',
      facts: 'json',
      source_created_at: 'kept',
      source_updated_at: 'kept',
      known_at: 'kept',
    },
  },
  {
    table: 'deal',
    key: 'id',
    columns: {
      id: 'id',
      person_ids: 'list',
      company_id: 'id',
      stage: 'kept',
      outcome: 'kept',
      amount: 'kept',
      source_created_at: 'kept',
      source_updated_at: 'kept',
      known_at: 'kept',
    },
  },
  {
    table: 'activity',
    key: 'person_id',
    columns: {
      person_id: 'id',
      source_id: 'text',
      type: 'kept',
      occurred_at: 'kept',
      known_at: 'kept',
      attributes: 'kept',
      retracted_at: 'kept',
      retracted_by: 'kept',
    },
  },
  {
    table: 'enrichment',
    key: 'subject_id',
    columns: {
      subject_kind: 'kept',
      subject_id: 'id',
      provider: 'kept',
      version: 'kept',
      facts: 'json',
      fetched_at: 'kept',
    },
  },
  {
    table: 'fact_version',
    key: 'subject_id',
    columns: { subject_kind: 'kept', subject_id: 'id', known_at: 'kept', facts: 'json' },
  },
  {
    table: 'person_key',
    key: 'person_id',
    columns: { person_id: 'id', kind: 'kept', key: 'text' },
  },
  { table: 'company_domain', key: 'company_id', columns: { company_id: 'id', domain: 'text' } },
  {
    table: 'account_link',
    key: 'person_id',
    columns: { person_id: 'id', company_id: 'id', basis: 'kept' },
  },
  {
    table: 'score',
    key: 'person_id',
    columns: {
      person_id: 'id',
      model: 'kept',
      as_of: 'kept',
      inputs_hash: 'hash',
      score: 'kept',
      tier: 'kept',
      stage: 'kept',
      written_values: 'json',
      next_change_at: 'kept',
      engagement: 'kept',
      intent: 'kept',
      engaged_at: 'kept',
      account_id: 'id',
    },
  },
  {
    table: 'score_receipt',
    key: 'person_id',
    columns: {
      person_id: 'id',
      model: 'kept',
      as_of: 'kept',
      inputs_hash: 'hash',
      previous: 'kept',
      result: 'json',
      records: 'list',
      account: 'json',
    },
  },
  {
    table: 'account_score',
    key: 'company_id',
    columns: {
      company_id: 'id',
      model: 'kept',
      as_of: 'kept',
      inputs_hash: 'hash',
      score: 'kept',
      tier: 'kept',
      written_values: 'json',
      result: 'json',
      next_change_at: 'kept',
    },
  },
  {
    table: 'account_receipt',
    key: 'company_id',
    columns: {
      company_id: 'id',
      model: 'kept',
      as_of: 'kept',
      inputs_hash: 'hash',
      previous_tier: 'kept',
      result: 'json',
    },
  },
  {
    table: 'written',
    key: 'subject_id',
    columns: {
      subject_kind: 'kept',
      subject_id: 'id',
      written_values: 'json',
      written_at: 'kept',
      sent_at: 'kept',
      recent_writes: 'kept',
    },
  },
  {
    table: 'due',
    key: 'subject_id',
    columns: { stage: 'kept', subject_kind: 'kept', subject_id: 'id', due_at: 'kept' },
  },
]
