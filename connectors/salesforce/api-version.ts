/** The connector's id, as in `CrmError.crm`. */
export const CRM = 'salesforce'

/** Spring '26. Salesforce keeps a version for some years; one that is retired answers 410. */
export const API_VERSION = '66.0'
