/** A field of an event's schema; compound ones (Name, MailingAddress) have parts. */
export interface SchemaField {
  readonly name: string
  readonly parts: readonly string[]
}

const BITMAP = /^(?:(?<compound>\d+)-)?0x(?<digits>[\da-f]+)$/i

/**
 * Which fields a bitmap of an event's header means: bit n is the schema's field n.
 * @param bitmap hexadecimal digits (`0x1A`), or those of the parts of a compound field (`4-0x2`: of field 4)
 * @returns names as in `Title` or `Name.LastName`; undefined where it means no field that the schema has
 */
export function fieldsOfBitmap(
  bitmap: string,
  fields: readonly SchemaField[],
): readonly string[] | undefined {
  const { compound, digits } = BITMAP.exec(bitmap)?.groups ?? {}
  if (digits === undefined) return undefined
  if (compound === undefined) {
    return namesAt(
      positions(digits),
      fields.map(({ name }) => name),
    )
  }
  const whole = fields[Number(compound)]
  if (!whole) return undefined
  return namesAt(positions(digits), whole.parts)?.map((part) => `${whole.name}.${part}`)
}

/** The last digit holds the first four fields. */
function positions(digits: string): readonly number[] {
  const nibbles = [...digits].reverse().map((digit) => Number.parseInt(digit, 16))
  return nibbles.flatMap((nibble, at) =>
    [0, 1, 2, 3]
      .filter((bit) => Math.floor(nibble / 2 ** bit) % 2 === 1)
      .map((bit) => at * 4 + bit),
  )
}

function namesAt(
  indices: readonly number[],
  names: readonly string[],
): readonly string[] | undefined {
  const found = indices.flatMap((index) => names[index] ?? [])
  return found.length === indices.length ? found : undefined
}
