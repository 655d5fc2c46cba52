import type { Fault } from '../fault.ts'
import { CRM_ANSWERS, NO_WRITES } from '../faults/crm-answers.ts'
import { CRM_REFUSALS } from '../faults/crm-refusals.ts'
import { PROCESS_FAULTS } from '../faults/processes.ts'
import { modelStays } from './operators.ts'

const FAULTS = [...CRM_ANSWERS, ...CRM_REFUSALS, ...PROCESS_FAULTS, NO_WRITES]

/** A model goes live while these strike: everybody is scored and written anew, in full batches that are long on their way. */
function rewritten(name: string, during: readonly string[], lastsMs = 10_000): Fault {
  const faults = during.map((each) => named(each))
  return {
    name,
    kind: 'operator',
    recovery: 'none',
    lastsMs,
    async start(stage, chance) {
      for (const fault of faults) await fault.start(stage, chance)
      await modelStays.start(stage, chance)
    },
    async stop(stage) {
      for (const fault of faults) await fault.stop(stage)
    },
  }
}

function named(name: string): Fault {
  const fault = FAULTS.find((each) => each.name === name)
  if (!fault) throw new Error(`There is no fault called ${name}`)
  return fault
}

export const REWRITING_SCENARIOS: readonly Fault[] = [
  rewritten('rewritten-in-part', ['partial-batch']),
  rewritten('rewritten-under-locks', ['locks', 'admin-rule']),
  // Four tries of a call take 14 to 21 s, and one may have begun before everybody was due.
  rewritten('rewritten-in-vain', ['no-writes'], 50_000),
  rewritten('rewritten-while-killed', ['slow-answers', 'workers-killed-again']),
]
