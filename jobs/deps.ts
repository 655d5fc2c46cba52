import type { ScannerRule } from '../config/scanner-rule.ts'
import type { Connection, Connector } from '../connectors/connector.ts'
import type { Clock } from '../src/clock.ts'
import type { Log } from '../src/log.ts'
import type { Db } from '../src/store/database.ts'
import type { Installation } from '../src/store/installations.ts'
import type { Models } from './models.ts'
import type { Wake } from './queues.ts'
import type { Timetable } from './schedule.ts'

/** What the stages work with. */
export interface Deps extends Models {
  readonly db: Db
  readonly clock: Clock
  readonly log: Log
  readonly wake: Wake
  readonly timetable: Timetable
  readonly crm: CrmAccess
  readonly scannerRule: ScannerRule
}

/** An installation's account, with what its connector says about reading and writing it. */
export interface CrmAccess {
  open(installation: Installation): OpenAccount
  /** Its connector's; 1 where that is not configured, which opening says. */
  writesAtOnce(installation: Installation): number
}

export interface OpenAccount
  extends Pick<
    Connector,
    | 'streamOf'
    | 'fullPhases'
    | 'changePhases'
    | 'batchSize'
    | 'writesAtOnce'
    | 'visibleWithinMs'
    | 'reroutes'
  > {
  readonly connection: Connection
  /** What is read next goes by what the customer wants now. */
  forgetWishes(): void
}
