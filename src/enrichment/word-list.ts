/** The entries of a list written as prose: one per comma or line, surrounding blanks ignored. */
export function wordList(text: string): string[] {
  return text
    .split(/[,\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
