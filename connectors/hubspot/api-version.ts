/** The name of this CRM in the registry, in errors and in the store. */
export const CRM = 'hubspot'

/** Date-versioned paths; HubSpot supports 2026-09 until about March 2028. */
export const HUBSPOT_API_VERSION = '2026-09'
