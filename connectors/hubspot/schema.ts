import { z } from 'zod'

/** Ids are text in the specification and numbers in older answers. */
const Id = z.union([z.string().min(1), z.number().int().transform(String)])

const Moment = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

/** Every field is optional, and one that is not as described must not hide the others. */
const Said = z.string().optional().catch(undefined)

export const ErrorBody = z.object({
  category: Said,
  subCategory: Said,
  message: Said,
  policyName: Said,
  context: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
  errors: z
    .array(
      z.object({
        code: Said,
        subCategory: Said,
        context: z.record(z.string(), z.array(z.string())).optional().catch(undefined),
      }),
    )
    .optional()
    .catch(undefined),
})
export type ErrorBody = z.infer<typeof ErrorBody>

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  /** Seconds. */
  expires_in: z.number().positive(),
  hub_id: Id.optional(),
  scopes: z.array(z.string()).optional(),
})
export type TokenAnswer = z.infer<typeof TokenAnswer>

/** The two styles, of RFC 6749 and of HubSpot, occur together. */
export const TokenError = z.object({
  error: Said,
  error_description: Said,
  status: Said,
  message: Said,
})
export type TokenError = z.infer<typeof TokenError>

export const AccountDetails = z.object({ portalId: Id, timeZone: z.string(), uiDomain: z.string() })

const Paging = z.object({ next: z.object({ after: z.string().min(1) }).optional() })

const InlineAssociations = z.object({
  results: z.array(z.object({ id: Id, type: z.string() })),
  paging: Paging.optional(),
})

/** Values are text by contract; another scalar is taken as its text, anything else as absent. */
const Value = z.unknown().transform((value) => {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
})

export const CrmObject = z.object({
  id: Id,
  properties: z.record(z.string(), Value),
  createdAt: Moment,
  updatedAt: Moment,
  archivedAt: Moment.optional().catch(undefined),
  associations: z.record(z.string(), InlineAssociations).optional(),
})
export type CrmObject = z.infer<typeof CrmObject>

export const ObjectList = z.object({ results: z.array(CrmObject), paging: Paging.optional() })

export const SearchAnswer = ObjectList.extend({ total: z.number() })

const BatchError = z.object({
  category: z.string().optional(),
  subCategory: z.string().optional(),
  message: z.string().optional(),
  context: z.record(z.string(), z.array(Id)).optional(),
})
export type BatchError = z.infer<typeof BatchError>

const batchErrors = { errors: z.array(BatchError).optional() }

export const AssociationBatch = z.object({
  results: z.array(
    z.object({
      from: z.object({ id: Id }),
      to: z.array(
        z.object({
          toObjectId: Id,
          associationTypes: z.array(z.object({ typeId: z.number() })),
        }),
      ),
      paging: Paging.optional(),
    }),
  ),
  ...batchErrors,
})
export type AssociationBatch = z.infer<typeof AssociationBatch>

export const ReadAnswer = z.object({ results: z.array(CrmObject), ...batchErrors })

export const HistoryAnswer = z.object({
  results: z.array(
    z.object({
      id: Id,
      propertiesWithHistory: z.record(
        z.string(),
        z.array(z.object({ value: Value, timestamp: Moment })),
      ),
    }),
  ),
  ...batchErrors,
})
export type PropertyHistory = z.infer<typeof HistoryAnswer>['results'][number]

export const UpdateAnswer = z.object({ results: z.array(z.object({ id: Id })), ...batchErrors })
export type UpdateAnswer = z.infer<typeof UpdateAnswer>

export const ObjectId = z.object({ id: Id })

const PropertyOption = z.object({
  label: z.string(),
  value: z.string(),
  displayOrder: z.number().optional(),
  hidden: z.boolean().optional(),
})

export const PropertyList = z.object({
  results: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      fieldType: z.string().optional(),
      options: z.array(PropertyOption).optional(),
    }),
  ),
})
export type ExistingProperty = z.infer<typeof PropertyList>['results'][number]

/** Answers whose content is of no use to us, e.g. of a created group. */
export const Anything = z.unknown()

export const CreatedProperties = z.object({ ...batchErrors })
