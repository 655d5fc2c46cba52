import type { ExistingProperty } from './schema.ts'

interface OptionOfOurs {
  readonly value: string
  readonly label: string
}

type ExistingOption = NonNullable<ExistingProperty['options']>[number]

/** Options as they are to be, in the order people see them. */
type Options = readonly (OptionOfOurs & { readonly hidden?: boolean | undefined })[]

/**
 * All options of ours in our order, then the portal's own; an option keeps the label it has in the portal.
 * Null when they are there already, ours in our order.
 */
export function optionsInOrder(
  ours: readonly OptionOfOurs[],
  present: readonly ExistingOption[],
): Options | null {
  const shown = inShownOrder(present)
  const values = ours.map(({ value }) => value)
  const standing = shown.map(({ value }) => value).filter((value) => values.includes(value))
  if (standing.length === values.length && standing.every((value, at) => value === values[at])) {
    return null
  }
  const kept = new Map(shown.map((option) => [option.value, option]))
  const own = shown.filter(({ value }) => !values.includes(value))
  return [...ours.map((option) => kept.get(option.value) ?? option), ...own]
}

/** The portal's options as they stand, with those of ours that are missing behind them; null when none is. */
export function optionsWithMissing(
  ours: readonly OptionOfOurs[],
  present: readonly ExistingOption[],
): Options | null {
  const values = new Set(present.map((option) => option.value))
  const missing = ours.filter((option) => !values.has(option.value))
  return missing.length === 0 ? null : [...inShownOrder(present), ...missing]
}

/** HubSpot shows options by `displayOrder`, those with a negative one last. */
function inShownOrder(options: readonly ExistingOption[]): readonly ExistingOption[] {
  const place = ({ displayOrder = -1 }: ExistingOption) =>
    displayOrder < 0 ? Number.POSITIVE_INFINITY : displayOrder
  return options.toSorted((a, b) => {
    const [first, second] = [place(a), place(b)]
    return first === second ? 0 : first - second
  })
}
