import { z } from 'zod'
import { S_OBJECT_TYPES } from './record.ts'

const type = z.enum(S_OBJECT_TYPES)
const FieldValue = z.union([z.string(), z.number(), z.boolean(), z.null()])
const When = z.strictObject({ field: z.string(), equals: FieldValue })

/** What refuses a record that a write would leave like `when`; without it, every one. */
const ValidationRule = z.strictObject({
  type,
  name: z.string().default('Rule'),
  when: When.optional(),
  message: z.string().default('This record does not follow a rule of this org.'),
  /** The field that the message stands beside; none for the top of the page. */
  errorField: z.string().optional(),
})

/** What refuses a record that has the same value in a field as another. */
const DuplicateRule = z.strictObject({
  type,
  /** Only an alert can be overruled by the caller. */
  action: z.enum(['alert', 'block']),
  field: z.string().default('Email'),
})

/** A trigger or flow of the customer's that fails. */
const FailingAutomation = z.strictObject({
  type,
  name: z.string().default('CustomerTrigger'),
  when: When.optional(),
  code: z
    .enum(['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'CANNOT_EXECUTE_FLOW_TRIGGER'])
    .default('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY'),
  /** It fails only where one call writes more records than this, as at a governor limit. */
  aboveRecords: z.int().nonnegative().default(0),
})

const Criterion = z.strictObject({
  field: z.string(),
  operator: z
    .enum(['equals', 'notEqual', 'startsWith', 'contains', 'greaterOrEqual', 'lessThan'])
    .default('equals'),
  value: FieldValue,
})

const RuleEntry = z.strictObject({
  /** All must hold; none at all holds for every lead. */
  criteria: z.array(Criterion).default([]),
  /** A user's or queue's id, or a queue's name. */
  owner: z.string().optional(),
  /** "Do Not Reassign Owner". */
  keepOwner: z.boolean().default(false),
})

const AssignmentRule = z.strictObject({
  id: z.string().optional(),
  name: z.string().default('Standard'),
  active: z.boolean().default(true),
  entries: z.array(RuleEntry).default([]),
})

const Assignment = z.strictObject({
  /** Of leads; one at most is active. */
  rules: z
    .array(AssignmentRule)
    .refine((rules) => rules.filter(({ active }) => active).length <= 1, {
      message: 'only one assignment rule can be active',
    })
    .default([]),
  /** Who gets a lead that no entry matches, even where no rule is active; nobody where there is none. */
  defaultOwner: z.string().nullable().default(null),
})

const Locks = z.strictObject({
  ids: z.array(z.string()).default([]),
  /** These accounts, their contacts and their opportunities. */
  accountIds: z.array(z.string()).default([]),
})

const Permissions = z.strictObject({
  /** Whether the connected user may create fields. */
  customizeApplication: z.boolean().default(true),
  /** Whether the connected user may edit records at all. */
  editRecords: z.boolean().default(true),
  viewAndEditConvertedLeads: z.boolean().default(false),
})

/** What an org's administrators have set up, as far as it meets those who write. */
export const Rules = z.strictObject({
  validation: z.array(ValidationRule).default([]),
  duplicates: z.array(DuplicateRule).default([]),
  automation: z.array(FailingAutomation).default([]),
  assignment: Assignment.default({ rules: [], defaultOwner: null }),
  locks: Locks.default({ ids: [], accountIds: [] }),
  permissions: Permissions.default({
    customizeApplication: true,
    editRecords: true,
    viewAndEditConvertedLeads: false,
  }),
  /** Standard fields whose history is kept; custom ones say so themselves. Left out: the usual ones. */
  tracked: z.partialRecord(z.enum(['Lead', 'Contact', 'Account']), z.array(z.string())).optional(),
  /**
   * Whether a collection with a field that the caller cannot use is refused as a whole or by record.
   * Nobody has published which it is.
   */
  unknownFields: z.enum(['request', 'record']).default('request'),
})
export type Rules = z.infer<typeof Rules>
export type AssignmentRule = z.infer<typeof AssignmentRule>
export type Criterion = z.infer<typeof Criterion>
export type When = z.infer<typeof When>
