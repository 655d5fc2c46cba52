import { getRecord } from 'lightning/uiRecordApi'
import { api, LightningElement, wire } from 'lwc'
import { FIELDS } from './fields'
import { viewOf } from './view'

/** The score on the page of a lead, contact or account, with its reasons and what would change it. */
export default class PlumblineScore extends LightningElement {
  @api recordId
  @api objectApiName

  /** What the wire service has sent last: `{ data, error }`, both undefined until then. */
  @wire(getRecord, { recordId: '$recordId', optionalFields: '$optionalFields' })
  record

  /** Optional ones, so that a field that a user may not see leaves the others readable. */
  get optionalFields() {
    return this.fields && Object.values(this.fields)
  }

  get fields() {
    return FIELDS[this.objectApiName]
  }

  get isAccount() {
    return this.objectApiName === 'Account'
  }

  get title() {
    return this.isAccount ? 'Account score' : 'Lead score'
  }

  get isLoading() {
    return this.fields !== undefined && !this.record?.data && !this.record?.error
  }

  get view() {
    const data = this.record?.data
    return this.fields && data ? viewOf(data, this.fields) : undefined
  }

  get shown() {
    return this.view?.state === 'scored' ? this.view : undefined
  }

  /** Why there is no score to see, and what to do. */
  get notice() {
    if (this.fields === undefined) return NOTICES.elsewhere
    if (this.record?.error) return { ...NOTICES.failed, detail: messageOf(this.record.error) }
    return NOTICES[this.view?.state]
  }

  get hasReasons() {
    return this.shown?.reasons.length > 0
  }

  get hasOutlook() {
    return this.shown?.outlook?.length > 0
  }

  get hasRoles() {
    return this.shown?.roles?.length > 0
  }
}

const NOTICES = {
  elsewhere: {
    title: 'No score here',
    text: 'Only leads, contacts and accounts have scores.',
  },
  failed: {
    title: 'The score cannot be shown',
    text: 'Reload the page. If that does not help, tell your admin what stands here:',
  },
  hidden: {
    title: 'You cannot see the score',
    text: 'Ask your admin for the permission set “Plumbline Viewer”.',
  },
  unscored: {
    title: 'No score yet',
    text: 'Plumbline scores new records within minutes. If nothing appears by tomorrow, ask your admin whether Plumbline is connected.',
  },
}

/** The wire service tells several errors as a list, one as an object. */
function messageOf({ body, statusText }) {
  const messages = [body].flat().map((each) => each?.message)
  return messages.filter(Boolean).join(' ') || statusText || 'Unknown error'
}
