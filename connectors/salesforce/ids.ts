/** Kinds of records by the first three characters of their ids. */
const OBJECTS: Readonly<Record<string, string>> = {
  '001': 'Account',
  '003': 'Contact',
  '005': 'User',
  '006': 'Opportunity',
  '00D': 'Organization',
  '00G': 'Group',
  '00K': 'OpportunityContactRole',
  '00Q': 'Lead',
  '00T': 'Task',
  '00U': 'Event',
  '00v': 'CampaignMember',
  '701': 'Campaign',
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345'
/** Characters that one character of the suffix speaks for. */
const CHUNK = 5

/**
 * The id with 18 characters, of one with 15 or 18; undefined when it is no id. The last three characters say which
 * of the others are capitals: an id that came through something that ignores case is put right by them.
 */
export function to18(id: string): string | undefined {
  if (!/^[a-zA-Z0-9]{15}([A-Z0-5]{3})?$/i.test(id)) return undefined
  if (id.length === 15) return id + suffixOf(id)
  const suffix = id.slice(15).toUpperCase()
  const mended = withCapitals(id.slice(0, 15), suffix)
  return suffixOf(mended) === suffix ? mended + suffix : undefined
}

/** The sObject of a record, by its id: `Lead`; undefined where we have nothing to do with it, or it is no id. */
export function sObjectOf(id: string): string | undefined {
  return OBJECTS[to18(id)?.slice(0, 3) ?? '']
}

/** Each character stands for five: the positions of capitals as bits, the first the lowest. */
function suffixOf(id15: string): string {
  let suffix = ''
  for (let from = 0; from < id15.length; from += CHUNK) {
    const bits = [...id15.slice(from, from + CHUNK)].map((letter, at) =>
      /[A-Z]/.test(letter) ? 2 ** at : 0,
    )
    suffix += ALPHABET[bits.reduce<number>((sum, bit) => sum + bit, 0)]
  }
  return suffix
}

function withCapitals(id15: string, suffix: string): string {
  const letters = [...id15].map((letter, at) => {
    const bits = ALPHABET.indexOf(suffix.charAt(Math.floor(at / CHUNK)))
    const isCapital = Math.floor(bits / 2 ** (at % CHUNK)) % 2 === 1
    return isCapital ? letter.toUpperCase() : letter.toLowerCase()
  })
  return letters.join('')
}
