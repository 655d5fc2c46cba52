import type { ModelDocument } from '../language/model-schema.ts'
import type { ModelChange } from './model-change.ts'
import { changeOf, changesByName } from './value-changes.ts'

type Tiers = ModelDocument['tiers']

/** The thresholds of each tier, tiers that came or went, and their order: the first that holds counts. */
export function changesOfTiers(before: Tiers, after: Tiers): ModelChange[] {
  const nameOf = (name: string) =>
    `Tier ${name}${isNew(name, before) ? placeAmong(name, after) : ''}`
  return [...changesByName('tiers', before, after, nameOf), ...reordering(before, after)]
}

function isNew(name: string, before: Tiers): boolean {
  return !Object.hasOwn(before, name)
}

/** Where a new tier is tried. */
function placeAmong(name: string, tiers: Tiers): string {
  const names = Object.keys(tiers)
  const next = names[names.indexOf(name) + 1]
  return next === undefined ? ' (tried last)' : ` (tried before ${next})`
}

function reordering(before: Tiers, after: Tiers): ModelChange[] {
  const was = Object.keys(before).filter((name) => Object.hasOwn(after, name))
  const is = Object.keys(after).filter((name) => Object.hasOwn(before, name))
  if (was.join() === is.join()) return []
  const sentence = `Tiers are tried in the order ${is.join(', ')} instead of ${was.join(', ')}`
  return [{ ...changeOf('tiers', sentence, was, is), kind: 'reordered' }]
}
