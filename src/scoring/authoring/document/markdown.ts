/** A heading, paragraph, list or table of a Markdown page. */
export type Block = string

/**
 * Text that nobody vouches for, as Markdown that shows it and nothing else: no emphasis, links, HTML, table
 * cells or lines of its own. Also on pages (GitHub's) that make links of bare addresses and mentions.
 */
export function md(text: string): string {
  return text
    .replaceAll(/\p{Bidi_Control}/gu, '')
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*[\]|~]/g, String.raw`\$&`)
    .replaceAll(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, String.raw`\_`)
    .replaceAll('://', ':&#47;&#47;')
    .replaceAll(/\bwww\./gi, (match) => `${match.slice(0, -1)}&#46;`)
    .replaceAll('@', '&#64;')
    .replace(/^([#+=-]|\d+[.)])/, escapeFirst)
}

/** Marks that would begin a heading, list or rule. */
function escapeFirst(mark: string): string {
  return `${mark.slice(0, -1)}\\${mark.slice(-1)}`
}

/** Rows are written as they are: escape cells with `md` where they hold text of the model. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): Block {
  const line = (cells: readonly string[]) => `| ${cells.map(filled).join(' | ')} |`
  return [
    `| ${heading.join(' | ')} |`,
    `|${'---|'.repeat(heading.length)}`,
    ...rows.map(line),
  ].join('\n')
}

function filled(cell: string): string {
  return cell === '' ? '–' : cell
}

export function bullets(items: readonly string[]): Block {
  return items.map((item) => `- ${item}`).join('\n')
}

/** Blocks with an empty line between them, ending in a line feed. */
export function page(blocks: readonly Block[]): string {
  return `${blocks.join('\n\n')}\n`
}
