import { resealTokens, type SealedAccount, sealedAccounts } from '../store/token-rotation.ts'
import { withDatabase } from './connect.ts'
import { openBox } from './crm-access.ts'
import { operator } from './operator.ts'
import { plural, print, safe } from './terminal.ts'

interface SecretsOptions {
  /** Seal anew what is not sealed under the present secret. */
  readonly rotate: boolean
  readonly data: string
  readonly json: boolean
}

/** Says how stored tokens are sealed, or seals them anew. Exit code 1 when some open under no secret that is set. */
export function secrets({ rotate, data, json }: SecretsOptions): Promise<void> {
  return withDatabase(data, async (db) => {
    const box = await openBox(data)
    const accounts = rotate
      ? await resealTokens(db, box, operator(), new Date())
      : await sealedAccounts(db, box)
    const unreadable = sealedAs(accounts, 'unreadable').map(nameOf)
    if (unreadable.length > 0) process.exitCode = 1
    const former = sealedAs(accounts, 'former').length
    if (json) {
      const current = sealedAs(accounts, 'current').length
      return print(JSON.stringify({ rotated: rotate, current, former, unreadable }))
    }
    print(`Tokens of ${plural(accounts.length, 'account')} are stored.`)
    print(rotate ? rotatedLine(former) : formerLine(former))
    if (unreadable.length > 0) print(unreadableLine(unreadable))
  })
}

function sealedAs(accounts: readonly SealedAccount[], seal: SealedAccount['seal']) {
  return accounts.filter((each) => each.seal === seal)
}

function nameOf({ crm, accountId }: SealedAccount): string {
  return `${crm}/${accountId}`
}

function rotatedLine(former: number): string {
  return `${plural(former, 'account')} sealed anew under the present secret; PLUMBLINE_SECRET_PREVIOUS is needed no more, once every process runs under the present one.`
}

function formerLine(former: number): string {
  if (former === 0) return 'All that can be read are sealed under the present secret.'
  return `${plural(former, 'account')} sealed under the former secret or in the former form; seal anew with: plumbline secrets --rotate`
}

function unreadableLine(names: readonly string[]): string {
  return `Sealed under neither secret: ${safe(names.join(', '))}. Set the secret they were sealed under as PLUMBLINE_SECRET_PREVIOUS, or install the app there again.`
}
