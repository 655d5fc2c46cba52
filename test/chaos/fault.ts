import type { Chance } from '../connectors/simulation/chance.ts'
import type { LiveStage } from './stage.ts'

/** Something that goes wrong for a while. */
export interface Fault {
  /** As it is asked for with `--faults`, and reported. */
  readonly name: string
  readonly kind:
    | 'crm'
    | 'network'
    | 'database'
    | 'queue'
    | 'process'
    | 'clock'
    | 'webhook'
    | 'operator'
  /** Needs the queue to be there; strikes with either unless given. */
  readonly queue?: 'redis' | 'postgres'
  /** Lasts at least so long; the run's own measure unless given. */
  readonly lastsMs?: number
  /**
   * When its recovery begins: when it is over, unless given. `start` is for killed processes: being started again is
   * part of it, and such a fault strikes alone. `none` is for what is no fault but makes work for everybody.
   */
  readonly recovery?: 'start' | 'none'
  start(stage: LiveStage, chance: Chance): Promise<void>
  /** Ends it, and resolves when it has ended. */
  stop(stage: LiveStage): Promise<void>
}

/** The installed CRM of that name. */
export function crmOf({ crms }: Pick<LiveStage, 'crms'>, name: 'hubspot' | 'salesforce') {
  const found = crms.find(({ crm }) => crm === name)
  if (!found) throw new Error(`${name} is not on the stage`)
  return found
}
