import { getFieldDisplayValue, getFieldValue } from 'lightning/uiRecordApi'

/** What each value of the next action asks of the owner. */
const ACTIONS = {
  route_now: 'Ready for sales: get in touch now.',
  review: 'Worth a look by a person before anybody gets in touch.',
  nurture: 'Not ready for sales yet: keep in marketing.',
  hold: 'Do nothing for now.',
}

/** Tiers are named best first; from the third on they have no colour. */
const TIER_THEMES = { A: 'slds-theme_success', B: 'slds-theme_warning' }

/** As long as Plumbline makes reasons and groups; a text of this length has been cut. */
const LONGEST_TEXT = 500

/**
 * What is shown of a record. `state` is `hidden` where the user may not see the score, `unscored` where there is none
 * yet, else `scored`.
 */
export function viewOf(record, fields) {
  const score = getFieldValue(record, fields.score)
  if (score === undefined) return { state: 'hidden' }
  if (score === null) return { state: 'unscored' }
  return {
    state: 'scored',
    score,
    tier: tierOf(textOf(record, fields.tier)),
    reasons: listed(whole(getFieldValue(record, fields.reasons)), /;\s+/),
    ...(fields.buyingGroup ? accountOf(record, fields) : personOf(record, fields)),
  }
}

function accountOf(record, { buyingGroup }) {
  return { roles: listed(whole(getFieldValue(record, buyingGroup)), BEFORE_A_ROLE) }
}

/** "1 of 2 roles engaged. Champion: J. Lee (engaged)." parts before "Champion:" and not inside the name. */
const BEFORE_A_ROLE = /(?<=\.)\s+(?=[^.:]+:)/

function personOf(record, fields) {
  const grade = textOf(record, fields.grade)
  const stage = getFieldValue(record, fields.stage)
  const isDisqualified = grade === 'F' || stage === 'disqualified'
  const action = getFieldValue(record, fields.action)
  return {
    isDisqualified,
    grade: grade && `Fit grade ${grade}`,
    stage: labelOf(record, fields.stage),
    stageClass: badge(isDisqualified ? 'slds-theme_error' : ''),
    action: action && { name: labelOf(record, fields.action), meaning: ACTIONS[action] },
    parts: partsOf(record, fields),
    outlook: listed(getFieldValue(record, fields.outlook), /\n+/),
    route: textOf(record, fields.route),
    scoredAt: getFieldValue(record, fields.scoredAt),
    model: textOf(record, fields.model),
  }
}

function tierOf(tier) {
  if (!tier) return undefined
  const name = tier === 'none' ? 'No tier' : `Tier ${tier}`
  return { name, className: badge(TIER_THEMES[tier]) }
}

function badge(theme) {
  return theme ? `slds-badge ${theme}` : 'slds-badge'
}

/** "Fit 95 · Engagement 79", of those that may be seen. */
function partsOf(record, { fit, engagement }) {
  return [
    ['Fit', getFieldValue(record, fit)],
    ['Engagement', getFieldValue(record, engagement)],
  ]
    .filter(([, points]) => points !== undefined && points !== null)
    .map(([name, points]) => `${name} ${points}`)
    .join(' · ')
}

/** The picklist's own label, which an admin may have changed or translated. */
function labelOf(record, field) {
  return getFieldDisplayValue(record, field) ?? textOf(record, field)
}

function textOf(record, field) {
  return getFieldValue(record, field) ?? ''
}

function listed(text, separator) {
  if (!text) return []
  const parts = text.split(separator).map((part) => part.trim())
  return parts.filter((part) => part !== '').map((part, key) => ({ key, text: part }))
}

/** With dots where it has been cut. */
function whole(text) {
  return text?.length >= LONGEST_TEXT ? `${text}…` : text
}
