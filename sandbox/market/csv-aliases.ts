/**
 * What the columns of CRM exports and spreadsheets are called (HubSpot, Salesforce, Marketo and plain
 * sheets), in lower case and without punctuation, by the field they fill.
 */
export const ALIASES = {
  recordId: ['id', 'recordid'],
  personId: [
    ...['contactid', 'prospectid', 'personid', 'recordidcontact', 'leadnumber', 'vid', 'marketoid'],
    ...['contactrecordid', 'salesforcecontactid'],
  ],
  leadId: ['leadid', 'salesforceleadid', 'recordidlead'],
  companyId: [
    ...['accountid', 'companyid', 'recordidcompany', 'associatedcompanyid', 'associatedcompanyids'],
    ...['primaryassociatedcompanyid', 'salesforceaccountid'],
  ],
  dealId: ['opportunityid', 'dealid', 'recordiddeal'],
  email: ['email', 'emailaddress', 'mail', 'workemail', 'businessemail', 'primaryemail', 'emailid'],
  firstName: ['firstname', 'givenname', 'forename', 'vorname'],
  lastName: ['lastname', 'surname', 'familyname', 'nachname'],
  fullName: ['name', 'fullname', 'contactname', 'leadname'],
  title: ['jobtitle', 'title', 'position', 'jobrole'],
  occupation: ['whatisyourcurrentoccupation', 'occupation', 'currentoccupation'],
  companyName: [
    ...['company', 'companyname', 'accountname', 'account', 'organization', 'organisation'],
    ...['employer', 'associatedcompany', 'primarycompany', 'companyaccount', 'firma'],
  ],
  domain: ['domain', 'companydomain', 'companydomainname', 'domainname'],
  website: ['website', 'websiteurl', 'companywebsite', 'url'],
  country: ['country', 'countryregion', 'mailingcountry', 'billingcountry', 'countrycode', 'land'],
  region: ['region'],
  state: [
    ...['state', 'stateregion', 'stateprovince', 'province', 'mailingstate', 'billingstate'],
    ...['mailingstateprovince', 'billingstateprovince'],
  ],
  city: ['city', 'town', 'mailingcity', 'billingcity', 'ort'],
  phone: [
    ...['phone', 'phonenumber', 'businessphone', 'workphone', 'mainphone', 'telephone', 'mobile'],
    ...['mobilephone', 'mobilephonenumber'],
  ],
  industry: ['industry', 'specialization', 'sector', 'vertical', 'branche'],
  employees: [
    ...['numberofemployees', 'noofemployees', 'numemployees', 'employees', 'employeecount'],
    ...['employeeband', 'companysize', 'headcount', 'workers'],
  ],
  revenue: ['annualrevenue', 'revenue', 'estimatedrevenueband', 'revenueband', 'totalrevenue'],
  foundedYear: ['foundedyear', 'yearfounded', 'founded'],
  source: [
    ...['leadsource', 'source', 'originalsource', 'originalsourcetype', 'originaltrafficsource'],
    'hsanalyticssource',
  ],
  origin: ['leadorigin', 'originalsourcedrilldown1', 'hsanalyticssourcedata1'],
  lifecycle: ['lifecyclestage', 'lifecycle'],
  leadStatus: ['leadstatus', 'hsleadstatus'],
  createdAt: [
    ...['created', 'createdat', 'createddate', 'createdate', 'datecreated', 'creationdate'],
    ...['createdon', 'leadcreatedat', 'createtime'],
  ],
  optOut: [
    ...['donotemail', 'optedout', 'optout', 'emailoptout', 'emailoptedout', 'unsubscribed'],
    ...['hasoptedoutofemail', 'unsubscribedfromallemail', 'hsemailoptout'],
  ],
  visits: ['totalvisits', 'visits', 'numberofvisits', 'numberofsessions', 'hsanalyticsnumvisits'],
  pageViews: ['pageviews', 'totalpageviews', 'numberofpageviews', 'hsanalyticsnumpageviews'],
  pagesPerVisit: ['pageviewspervisit', 'averagepageviews', 'hsanalyticsaveragepageviews'],
  lastActivity: ['lastactivity', 'lastactivitytype'],
  lastActivityAt: ['lastactivitydate', 'lastactivityat', 'lastactivitytime'],
  outcome: [
    ...['converted', 'isconverted', 'closedwon', 'isclosedwon', 'won', 'iswon', 'outcome'],
    ...['closeoutcome', 'dealoutcome', 'closed'],
  ],
  closedAt: [
    ...['closedate', 'closedat', 'closeddate', 'converteddate', 'convertedat'],
    ...['conversiondate', 'conversiontimestamp'],
  ],
  seniority: ['seniority', 'senioritylevel', 'joblevel', 'managementlevel'],
  jobFunction: ['jobfunction', 'rolefunction', 'function', 'department'],
  buyerRole: ['buyerrole', 'buyingrole', 'hsbuyingrole'],
  activityType: ['activitytype', 'touchtype', 'engagementtype', 'eventtype', 'sessiontype', 'type'],
  activityAt: [
    ...['activitytimestamp', 'touchtimestamp', 'sessiontimestamp', 'timestamp', 'activitydate'],
    ...['occurredat', 'eventtime', 'date'],
  ],
  direction: ['direction', 'touchdirection', 'calldirection', 'emaildirection'],
  activityOutcome: ['activityoutcome', 'calloutcome', 'meetingoutcome', 'result'],
  activityName: ['subject', 'activityname', 'meetingtitle', 'webinarname'],
  stage: ['stage', 'dealstage', 'currentstage', 'opportunitystage', 'stagename'],
  amount: ['amount', 'dealamount', 'estimatedacv', 'acv', 'dealvalue', 'value'],
  dealName: ['dealname', 'opportunityname'],
} as const satisfies Record<string, readonly string[]>

export type Field = keyof typeof ALIASES

const COMPANY_FIELDS: readonly Field[] = [
  ...(['companyId', 'companyName', 'domain', 'website', 'country', 'region', 'state'] as const),
  ...(['city', 'industry', 'employees', 'revenue', 'createdAt'] as const),
]

/** What a file tells about, and which of its columns are then looked at. */
export const FIELDS = {
  companies: [...COMPANY_FIELDS, 'recordId', 'fullName', 'foundedYear'],
  people: [
    ...COMPANY_FIELDS,
    ...(['recordId', 'personId', 'leadId', 'email', 'firstName', 'lastName', 'fullName'] as const),
    ...(['title', 'occupation', 'phone', 'source', 'origin', 'lifecycle', 'leadStatus'] as const),
    ...(['optOut', 'visits', 'pageViews', 'pagesPerVisit', 'lastActivity'] as const),
    ...(['lastActivityAt', 'outcome', 'closedAt', 'seniority', 'jobFunction'] as const),
    ...(['buyerRole', 'amount'] as const),
  ],
  deals: [
    ...(['dealId', 'leadId', 'personId', 'email', 'companyId', 'stage'] as const),
    ...(['outcome', 'amount', 'dealName', 'createdAt', 'closedAt'] as const),
  ],
  activities: [
    ...(['personId', 'leadId', 'email', 'activityType', 'activityAt', 'direction'] as const),
    ...(['activityOutcome', 'activityName'] as const),
  ],
} as const satisfies Record<string, readonly Field[]>

export type FileKind = keyof typeof FIELDS
