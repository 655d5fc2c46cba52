import type { FactMap } from '../../leads/facts.ts'
import { compileFactTest } from '../engine/fact-test.ts'
import type { AccountsDocument, BuyingRoleDocument } from '../language/accounts-schema.ts'
import { compareText } from '../language/comparable-text.ts'
import type { BuyingRole } from './account-result.ts'
import { wordsOf } from './account-words.ts'
import { isEngaged, type Member } from './members.ts'

/** A role with everybody who fills it, engaged or not. */
export interface FilledRole {
  readonly role: string
  readonly label: string
  readonly members: readonly Member[]
}

/** Finds who fills which role of the buying group. */
export type FillRoles = (members: readonly Member[], company: FactMap) => FilledRole[]

/**
 * The roles of the model, each even when nobody fills it. A model without any takes them from the buying
 * roles that the CRM knows of these people, since nobody has said whom the seller needs besides.
 */
export function compileRoles({ buying_group }: AccountsDocument): FillRoles {
  if (buying_group === undefined) return rolesInCrm
  const roles = buying_group.map(compileRole)
  return (members, company) =>
    roles.map(({ role, label, isFilledBy }) => ({
      role,
      label,
      members: members.filter((member) => isFilledBy(member, company)),
    }))
}

/** Who is in each role as of a moment: engaged people first, then by their points, then by name. */
export function buyingGroupAt(roles: readonly FilledRole[], time: number): BuyingRole[] {
  return roles.map(({ role, label, members }) => {
    const inOrder = members.toSorted((a, b) => compareMembers(a, b, time))
    const [first] = inOrder
    return {
      role,
      label,
      people: inOrder.map(({ name }) => name),
      engaged: first !== undefined && isEngaged(first, time),
    }
  })
}

function compileRole({ role, label, when }: BuyingRoleDocument) {
  const holds = compileFactTest(when)
  const isFilledBy = ({ person }: Member, company: FactMap) =>
    holds({ person: person.facts, company })
  return { role, label, isFilledBy }
}

function compareMembers(a: Member, b: Member, time: number): number {
  const byEngagement = Number(isEngaged(b, time)) - Number(isEngaged(a, time))
  return byEngagement || b.strength - a.strength || compareText(a.name, b.name)
}

/** The CRMs' usual buying roles, those a seller needs most first. */
const USUAL_ROLES = [
  'decision_maker',
  'economic_buyer',
  'budget_holder',
  'executive_sponsor',
  'champion',
  'influencer',
  'evaluator',
  'end_user',
  'legal_and_compliance',
  'blocker',
]

function rolesInCrm(members: readonly Member[]): FilledRole[] {
  const membersOf = new Map<string, Member[]>()
  for (const member of members) {
    for (const role of crmRolesOf(member)) {
      const others = membersOf.get(role)
      if (others === undefined) membersOf.set(role, [member])
      else others.push(member)
    }
  }
  const filled = [...membersOf].map(([role, people]) => ({
    role,
    label: sentenceCase(role),
    members: people,
  }))
  return filled.sort((a, b) => placeOf(a.role) - placeOf(b.role) || compareText(a.role, b.role))
}

/** `DECISION_MAKER` in one CRM is `Decision Maker` in the other; `other` says nothing. */
function crmRolesOf({ person }: Member): Set<string> {
  const words = wordsOf(person.facts, 'buying_role').map((word) => word.replaceAll(/[\s-]+/g, '_'))
  return new Set(words.filter((word) => word !== 'other'))
}

function placeOf(role: string): number {
  const place = USUAL_ROLES.indexOf(role)
  return place < 0 ? USUAL_ROLES.length : place
}

function sentenceCase(role: string): string {
  const words = role.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
