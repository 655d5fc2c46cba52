/**
 * The standard properties, one a line: name | label | type/fieldType | options.
 * A leading `=` means that only HubSpot itself writes the value, `~` that it calculates it from others. Options are `value` or `value=Label`.
 * The labels are ours; names, types and option values are facts of the platform.
 */
const LIFECYCLE =
  'subscriber, lead, marketingqualifiedlead, salesqualifiedlead, opportunity, customer, evangelist, other'
const LEAD_STATUS =
  'NEW, OPEN, IN_PROGRESS, OPEN_DEAL, UNQUALIFIED, ATTEMPTED_TO_CONTACT, CONNECTED, BAD_TIMING'
const SOURCES =
  'ORGANIC_SEARCH, PAID_SEARCH, EMAIL_MARKETING, SOCIAL_MEDIA, REFERRALS, OTHER_CAMPAIGNS, DIRECT_TRAFFIC, OFFLINE, PAID_SOCIAL, AI_REFERRALS'
const INDUSTRIES =
  'ACCOUNTING, AIRLINES_AVIATION, APPAREL_FASHION, ARCHITECTURE_PLANNING, AUTOMOTIVE, AVIATION_AEROSPACE, BANKING, BIOTECHNOLOGY, BUILDING_MATERIALS, BUSINESS_SUPPLIES_AND_EQUIPMENT, CHEMICALS, CIVIL_ENGINEERING, COMPUTER_GAMES, COMPUTER_HARDWARE, COMPUTER_NETWORKING, COMPUTER_SOFTWARE, COMPUTER_NETWORK_SECURITY, CONSTRUCTION, CONSUMER_ELECTRONICS, CONSUMER_GOODS, CONSUMER_SERVICES, COSMETICS, DEFENSE_SPACE, DESIGN, E_LEARNING, EDUCATION_MANAGEMENT, ELECTRICAL_ELECTRONIC_MANUFACTURING, ENTERTAINMENT, ENVIRONMENTAL_SERVICES, EVENTS_SERVICES, FARMING, FINANCIAL_SERVICES, FOOD_BEVERAGES, FOOD_PRODUCTION, FURNITURE, GOVERNMENT_ADMINISTRATION, GOVERNMENT_RELATIONS, HEALTH_WELLNESS_AND_FITNESS, HIGHER_EDUCATION, HOSPITAL_HEALTH_CARE, HOSPITALITY, HUMAN_RESOURCES, INDUSTRIAL_AUTOMATION, INFORMATION_SERVICES, INFORMATION_TECHNOLOGY_AND_SERVICES, INSURANCE, INTERNET, INVESTMENT_BANKING, INVESTMENT_MANAGEMENT, LAW_PRACTICE, LEGAL_SERVICES, LEISURE_TRAVEL_TOURISM, LOGISTICS_AND_SUPPLY_CHAIN, MACHINERY, MANAGEMENT_CONSULTING, MARITIME, MARKET_RESEARCH, MARKETING_AND_ADVERTISING, MECHANICAL_OR_INDUSTRIAL_ENGINEERING, MEDIA_PRODUCTION, MEDICAL_DEVICES, MEDICAL_PRACTICE, MINING_METALS, NON_PROFIT_ORGANIZATION_MANAGEMENT, OIL_ENERGY, ONLINE_MEDIA, OUTSOURCING_OFFSHORING, PACKAGE_FREIGHT_DELIVERY, PACKAGING_AND_CONTAINERS, PHARMACEUTICALS, PLASTICS, PRIMARY_SECONDARY_EDUCATION, PRINTING, PROFESSIONAL_TRAINING_COACHING, PUBLIC_RELATIONS_AND_COMMUNICATIONS, PUBLISHING, REAL_ESTATE, RENEWABLES_ENVIRONMENT, RESEARCH, RESTAURANTS, RETAIL, SECURITY_AND_INVESTIGATIONS, SEMICONDUCTORS, SPORTS, STAFFING_AND_RECRUITING, SUPERMARKETS, TELECOMMUNICATIONS, TEXTILES, TRANSPORTATION_TRUCKING_RAILROAD, UTILITIES, VENTURE_CAPITAL_PRIVATE_EQUITY, WHOLESALE, WIRELESS'
const BUYING_ROLES =
  'BLOCKER, BUDGET_HOLDER, CHAMPION, DECISION_MAKER, END_USER, EXECUTIVE_SPONSOR, INFLUENCER, LEGAL_AND_COMPLIANCE, OTHER'

const CONTACTS = `
email | Email address | string/text
firstname | Given name | string/text
lastname | Family name | string/text
jobtitle | Title at work | string/text
company | Company as typed | string/text
industry | Industry as typed | string/text
annualrevenue | Revenue as typed | string/text
numemployees | Headcount band | enumeration/select | 1-5, 5-25, 25-50, 50-100, 100-500, 500-1000, 1000+
country | Country as typed | string/text
state | State or region | string/text
city | City | string/text
phone | Telephone | string/phonenumber
mobilephone | Mobile | string/phonenumber
website | Web site | string/text
seniority | Seniority as typed | string/text
job_function | Function as typed | string/text
hs_persona | Persona | enumeration/select | persona_1, persona_2, persona_3, persona_4
hs_buying_role | Role in the purchase | enumeration/checkbox | ${BUYING_ROLES}
~ hs_email_domain | Domain of the email | string/text
associatedcompanyid | Primary company id | number/number
lifecyclestage | Lifecycle stage | enumeration/radio | ${LIFECYCLE}
hs_lead_status | Lead status | enumeration/radio | ${LEAD_STATUS}
hubspot_owner_id | Owner | enumeration/select | owner
message | Message left | string/textarea
= createdate | Created | datetime/date
= lastmodifieddate | Changed | datetime/date
= hs_lastmodifieddate | Changed (object clock) | datetime/date
= hs_object_id | Record id | number/number
= hs_merged_object_ids | Ids merged in | enumeration/checkbox | owner
= hs_analytics_num_page_views | Pages seen | number/number
= hs_analytics_num_visits | Visits | number/number
= hs_analytics_num_event_completions | Events completed | number/number
= hs_analytics_average_page_views | Pages per visit | number/number
= hs_analytics_first_timestamp | First seen | datetime/date
= hs_analytics_last_timestamp | Last seen | datetime/date
= hs_analytics_last_visit_timestamp | Last visit | datetime/date
= hs_analytics_last_url | Last page | string/text
= hs_analytics_source | First source | enumeration/select | ${SOURCES}
= hs_analytics_source_data_1 | First source, detail 1 | string/text
= hs_analytics_source_data_2 | First source, detail 2 | string/text
= hs_latest_source | Latest source | enumeration/select | ${SOURCES}
= hs_latest_source_timestamp | Latest source seen | datetime/date
~ num_conversion_events | Forms sent | number/number
= num_unique_conversion_events | Different forms sent | number/number
= first_conversion_date | First form sent | datetime/date
= first_conversion_event_name | First form | string/text
~ recent_conversion_date | Latest form sent | datetime/date
= recent_conversion_event_name | Latest form | string/text
= hs_email_delivered | Mails delivered | number/number
= hs_email_open | Mails opened | number/number
= hs_email_click | Mails clicked | number/number
= hs_email_replied | Mails answered | number/number
= hs_email_bounce | Mails bounced | number/number
= hs_email_last_send_date | Last mail sent | datetime/date
= hs_email_last_open_date | Last mail opened | datetime/date
= hs_email_last_click_date | Last mail clicked | datetime/date
= hs_email_last_reply_date | Last mail answered | datetime/date
= hs_email_sends_since_last_engagement | Mails since last reaction | number/number
= hs_email_optout | Opted out of mail | bool/booleancheckbox
= hs_email_quarantined | Mail quarantined | bool/booleancheckbox
= hs_email_bad_address | Mail address bad | bool/booleancheckbox
= hs_email_hard_bounce_reason_enum | Hard bounce reason | enumeration/select | BLOCKED, CONTENT, DMARC, IP_REPUTATION, MAILBOX_FULL, OTHER, POLICY, SPAM, TEMPORARY_PROBLEM, UNKNOWN_USER
= hs_sales_email_last_opened | Sales mail opened | datetime/date
= hs_sales_email_last_clicked | Sales mail clicked | datetime/date
= hs_sales_email_last_replied | Sales mail answered | datetime/date
= hs_last_sales_activity_timestamp | Last activity | datetime/date
= hs_last_sales_activity_type | Kind of last activity | enumeration/select | CALL, EMAIL_OPEN, EMAIL_CLICK, EMAIL_REPLY, FORM_SUBMITTED, MEETING, MEETING_BOOKED, NOTE
= notes_last_contacted | Last contacted | datetime/date
= notes_last_updated | Last activity logged | datetime/date
= num_contacted_notes | Times contacted | number/number
= num_notes | Activities logged | number/number
= notes_next_activity_date | Next activity | datetime/date
= engagements_last_meeting_booked | Last meeting booked | datetime/date
= hs_latest_meeting_activity | Last meeting | datetime/date
= hs_sequences_is_enrolled | In a sequence | bool/booleancheckbox
= hs_sequences_enrolled_count | Sequences joined | number/number
= hs_time_to_first_engagement | Time to first engagement | number/number
= num_associated_deals | Deals | number/number
= recent_deal_amount | Latest deal amount | number/number
= hubspotscore | Old native score | number/number
= hs_predictivecontactscore_v2 | Likelihood to close | number/number
= hs_predictivescoringtier | Priority | enumeration/select | tier_1, tier_2, tier_3, tier_4
`

const COMPANIES = `
name | Company name | string/text
domain | Domain | string/text
= hs_additional_domains | Further domains | enumeration/checkbox | owner
website | Web site | string/text
phone | Telephone | string/phonenumber
industry | Industry | enumeration/select | ${INDUSTRIES}
numberofemployees | Headcount | number/number
annualrevenue | Revenue a year | number/number
country | Country | string/text
state | State or region | string/text
city | City | string/text
type | Kind of company | enumeration/radio | PROSPECT, PARTNER, RESELLER, VENDOR, OTHER
founded_year | Founded | string/text
total_money_raised | Money raised | string/text
is_public | Listed | bool/booleancheckbox
web_technologies | Web technologies | enumeration/checkbox | owner
description | About | string/textarea
hs_ideal_customer_profile | Ideal customer tier | enumeration/select | tier_1, tier_2, tier_3
hs_is_target_account | Target account | bool/booleancheckbox
lifecyclestage | Lifecycle stage | enumeration/radio | ${LIFECYCLE}
hs_lead_status | Lead status | enumeration/radio | ${LEAD_STATUS}
hubspot_owner_id | Owner | enumeration/select | owner
= createdate | Created | datetime/date
= hs_lastmodifieddate | Changed | datetime/date
= hs_object_id | Record id | number/number
= hs_merged_object_ids | Ids merged in | enumeration/checkbox | owner
= hs_analytics_num_page_views | Pages seen | number/number
= hs_analytics_num_visits | Visits | number/number
= hs_analytics_source | First source | enumeration/select | ${SOURCES}
= num_associated_contacts | Contacts | number/number
= num_associated_deals | Deals | number/number
~ num_conversion_events | Forms sent | number/number
~ recent_conversion_date | Latest form sent | datetime/date
= recent_conversion_event_name | Latest form | string/text
= hs_num_decision_makers | Decision makers | number/number
= hs_num_open_deals | Open deals | number/number
= hs_total_deal_value | Deal value | number/number
= notes_last_contacted | Last contacted | datetime/date
= num_contacted_notes | Times contacted | number/number
= hs_last_sales_activity_timestamp | Last activity | datetime/date
`

const DEALS = `
dealname | Deal name | string/text
dealstage | Stage | enumeration/radio | appointmentscheduled, qualifiedtobuy, presentationscheduled, decisionmakerboughtin, contractsent, closedwon, closedlost
pipeline | Pipeline | enumeration/select | default
amount | Amount | number/number
closedate | Close date | datetime/date
dealtype | Kind of deal | enumeration/radio | newbusiness, existingbusiness
description | About | string/textarea
hubspot_owner_id | Owner | enumeration/select | owner
= createdate | Created | datetime/date
= hs_lastmodifieddate | Changed | datetime/date
= hs_object_id | Record id | number/number
= hs_merged_object_ids | Ids merged in | enumeration/checkbox | owner
= hs_is_closed | Closed | bool/booleancheckbox
= hs_is_closed_won | Won | bool/booleancheckbox
`

const ENGAGEMENT = `
hs_timestamp | When it happened | datetime/date
hubspot_owner_id | Owner | enumeration/select | owner
= hs_createdate | Created | datetime/date
= hs_lastmodifieddate | Changed | datetime/date
= hs_object_id | Record id | number/number
`

export const PROPERTY_LINES = {
  contacts: CONTACTS,
  companies: COMPANIES,
  deals: DEALS,
  calls: `${ENGAGEMENT}
hs_call_title | Subject | string/text
hs_call_body | Notes of the call | string/html
hs_call_direction | Direction | enumeration/select | INBOUND, OUTBOUND
hs_call_status | State | enumeration/select | BUSY, CALLING_CRM_USER, CANCELED, COMPLETED, CONNECTING, FAILED, IN_PROGRESS, MISSED, NO_ANSWER, QUEUED, RINGING
hs_call_duration | Length in milliseconds | number/number
hs_call_disposition | Outcome | string/text
`,
  emails: `${ENGAGEMENT}
hs_email_subject | Subject | string/text
hs_email_text | Text | string/textarea
hs_email_html | Text with markup | string/html
hs_email_direction | Direction | enumeration/select | EMAIL, INCOMING_EMAIL, FORWARDED_EMAIL
hs_email_status | State | enumeration/select | BOUNCED, FAILED, SCHEDULED, SENDING, SENT
`,
  meetings: `${ENGAGEMENT}
hs_meeting_title | Subject | string/text
hs_meeting_body | Agenda | string/html
hs_meeting_outcome | Outcome | enumeration/select | SCHEDULED, COMPLETED, RESCHEDULED, NO_SHOW, CANCELLED
hs_meeting_start_time | Starts | datetime/date
hs_meeting_end_time | Ends | datetime/date
`,
  notes: `${ENGAGEMENT}
hs_note_body | Note | string/html
`,
  tasks: `${ENGAGEMENT}
hs_task_subject | Subject | string/text
hs_task_body | What to do | string/html
hs_task_status | State | enumeration/select | COMPLETED, DEFERRED, IN_PROGRESS, NOT_STARTED, WAITING
hs_task_type | Kind | enumeration/select | CALL, EMAIL, LINKED_IN, MEETING, TODO
hs_task_priority | Priority | enumeration/select | NONE, LOW, MEDIUM, HIGH
`,
  communications: `${ENGAGEMENT}
hs_communication_channel_type | Channel | enumeration/select | LINKEDIN_MESSAGE, PHYSICAL_MAIL, SMS, WHATS_APP
hs_communication_logged_from | Logged from | enumeration/select | CRM
hs_communication_body | Message | string/html
`,
} as const
