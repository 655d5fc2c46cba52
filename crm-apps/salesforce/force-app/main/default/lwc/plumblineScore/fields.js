import ACCOUNT_ACCOUNT_REASONS from '@salesforce/schema/Account.Plumbline_Account_Reasons__c'
import ACCOUNT_ACCOUNT_SCORE from '@salesforce/schema/Account.Plumbline_Account_Score__c'
import ACCOUNT_ACCOUNT_TIER from '@salesforce/schema/Account.Plumbline_Account_Tier__c'
import ACCOUNT_BUYING_GROUP from '@salesforce/schema/Account.Plumbline_Buying_Group__c'
import CONTACT_ACTION from '@salesforce/schema/Contact.Plumbline_Action__c'
import CONTACT_ENGAGEMENT from '@salesforce/schema/Contact.Plumbline_Engagement__c'
import CONTACT_FIT from '@salesforce/schema/Contact.Plumbline_Fit__c'
import CONTACT_GRADE from '@salesforce/schema/Contact.Plumbline_Grade__c'
import CONTACT_MODEL from '@salesforce/schema/Contact.Plumbline_Model__c'
import CONTACT_OUTLOOK from '@salesforce/schema/Contact.Plumbline_Outlook__c'
import CONTACT_REASONS from '@salesforce/schema/Contact.Plumbline_Reasons__c'
import CONTACT_ROUTE from '@salesforce/schema/Contact.Plumbline_Route__c'
import CONTACT_SCORE from '@salesforce/schema/Contact.Plumbline_Score__c'
import CONTACT_SCORED_AT from '@salesforce/schema/Contact.Plumbline_Scored_At__c'
import CONTACT_STAGE from '@salesforce/schema/Contact.Plumbline_Stage__c'
import CONTACT_TIER from '@salesforce/schema/Contact.Plumbline_Tier__c'
import LEAD_ACTION from '@salesforce/schema/Lead.Plumbline_Action__c'
import LEAD_ENGAGEMENT from '@salesforce/schema/Lead.Plumbline_Engagement__c'
import LEAD_FIT from '@salesforce/schema/Lead.Plumbline_Fit__c'
import LEAD_GRADE from '@salesforce/schema/Lead.Plumbline_Grade__c'
import LEAD_MODEL from '@salesforce/schema/Lead.Plumbline_Model__c'
import LEAD_OUTLOOK from '@salesforce/schema/Lead.Plumbline_Outlook__c'
import LEAD_REASONS from '@salesforce/schema/Lead.Plumbline_Reasons__c'
import LEAD_ROUTE from '@salesforce/schema/Lead.Plumbline_Route__c'
import LEAD_SCORE from '@salesforce/schema/Lead.Plumbline_Score__c'
import LEAD_SCORED_AT from '@salesforce/schema/Lead.Plumbline_Scored_At__c'
import LEAD_STAGE from '@salesforce/schema/Lead.Plumbline_Stage__c'
import LEAD_TIER from '@salesforce/schema/Lead.Plumbline_Tier__c'

/**
 * The fields of Plumbline on each object, by what they are to us. Imported one by one, because only so Salesforce knows
 * that the component needs them, and puts the package's namespace before their names.
 */
export const FIELDS = {
  Lead: {
    score: LEAD_SCORE,
    fit: LEAD_FIT,
    engagement: LEAD_ENGAGEMENT,
    grade: LEAD_GRADE,
    tier: LEAD_TIER,
    stage: LEAD_STAGE,
    action: LEAD_ACTION,
    reasons: LEAD_REASONS,
    outlook: LEAD_OUTLOOK,
    route: LEAD_ROUTE,
    scoredAt: LEAD_SCORED_AT,
    model: LEAD_MODEL,
  },
  Contact: {
    score: CONTACT_SCORE,
    fit: CONTACT_FIT,
    engagement: CONTACT_ENGAGEMENT,
    grade: CONTACT_GRADE,
    tier: CONTACT_TIER,
    stage: CONTACT_STAGE,
    action: CONTACT_ACTION,
    reasons: CONTACT_REASONS,
    outlook: CONTACT_OUTLOOK,
    route: CONTACT_ROUTE,
    scoredAt: CONTACT_SCORED_AT,
    model: CONTACT_MODEL,
  },
  Account: {
    score: ACCOUNT_ACCOUNT_SCORE,
    tier: ACCOUNT_ACCOUNT_TIER,
    buyingGroup: ACCOUNT_BUYING_GROUP,
    reasons: ACCOUNT_ACCOUNT_REASONS,
  },
}
