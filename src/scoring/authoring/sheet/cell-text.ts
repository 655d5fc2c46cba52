import { Document, type Scalar, visit } from 'yaml'

/** A spreadsheet takes a cell that begins like this for a formula, and would run it. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/u

/** Makes text harmless in a spreadsheet: an apostrophe in front says that it is text. */
export function guardCell(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}

/** Takes the apostrophe of `guardCell` away again, and no other. */
export function unguardCell(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell
}

/** A value as one line of YAML: `{company.employees: {gte: 1000}}`; with spaces inside the braces if `roomy`. */
export function flowText(value: unknown, roomy = false): string {
  // Inside a list every text is quoted where it must be.
  const document = new Document([value])
  visit(document, { Scalar: (_key, node) => keepOnOneLine(node) })
  const text = document.toString({
    collectionStyle: 'flow',
    flowCollectionPadding: roomy,
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY,
  })
  return text.trim().slice(1, -1).trim()
}

/** Other ways of quoting would write a line feed as one. */
function keepOnOneLine(node: Scalar): void {
  if (typeof node.value === 'string' && node.value.includes('\n')) node.type = 'QUOTE_DOUBLE'
}
