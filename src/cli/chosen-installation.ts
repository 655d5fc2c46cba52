import { UserError } from '../errors.ts'
import type { Db } from '../store/database.ts'
import { type Installation, listInstallations } from '../store/installations.ts'

/**
 * The installation that was asked for, or the only one there is.
 * @param account its account id, or `crm/account id`
 * @throws UserError that lists what there is, when it is not exactly one
 */
export async function chosenInstallation(
  db: Db,
  account: string | undefined,
): Promise<Installation> {
  const all = await listInstallations(db)
  if (all.length === 0) throw new UserError('Nothing is installed yet. Try: npm run demo')
  const candidates = account === undefined ? likely(all) : all.filter((each) => is(each, account))
  const [only, ...others] = candidates
  if (only && others.length === 0) return only
  if (only) {
    throw new UserError(
      `Several accounts fit; choose one with --installation:\n${list(candidates)}`,
    )
  }
  throw new UserError(`There is no installation "${account}". These are there:\n${list(all)}`)
}

/** Those at work; where none is, all of them. */
function likely(all: readonly Installation[]): readonly Installation[] {
  const active = all.filter(({ status }) => status === 'active')
  return active.length > 0 ? active : all
}

function is({ crm, accountId }: Installation, account: string): boolean {
  return accountId === account || `${crm}/${accountId}` === account
}

function list(installations: readonly Installation[]): string {
  return installations
    .map(({ crm, accountId, status }) => `  ${crm}/${accountId} (${status})`)
    .join('\n')
}
