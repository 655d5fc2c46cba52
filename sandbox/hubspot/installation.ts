import { uninstall } from './oauth-tokens.ts'
import type { Sandbox } from './sandbox.ts'
import { readSetting, type Store, transaction, writeSetting } from './store.ts'

const INSTALLED = 'app_installed'

/** Whether the app is installed here: only then is it told of what happens. */
export function isInstalled(store: Store): boolean {
  return readSetting(store, INSTALLED) === 'true'
}

/** The app has exchanged its code: it is installed, perhaps once more. */
export function markInstalled({ store }: Pick<Sandbox, 'store'>): void {
  writeSetting(store, INSTALLED, 'true')
  store.changes.tell({ what: 'installed' })
}

/** The app is gone from the portal, whoever wanted it so: its tokens are dead, its webhooks off. */
export function removeApp({ store }: Pick<Sandbox, 'store'>): void {
  transaction(store, () => {
    uninstall(store)
    writeSetting(store, INSTALLED, 'false')
    store.changes.tell({ what: 'uninstalled' })
  })
}
