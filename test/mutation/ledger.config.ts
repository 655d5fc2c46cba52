import { mutationOptions } from './options.ts'

/** What is due, what was written, what may be called, and where a reading stands. The statements themselves are text. */
export default mutationOptions('ledger', [
  'jobs/{missing-records,settle-own,slice,verdicts,while-held,windows,write-limit,write-outcomes}.ts',
  'src/store/{budgets,due,leases,sync-runs,written}.ts',
])
