import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** An open SQLite file. Statements are prepared once per text. */
export interface Database {
  readonly db: DatabaseSync
  /** The prepared statement of a fixed text; never call it with a text built from data. */
  sql(text: string): StatementSync
  close(): void
}

/** What a kind of file is recognised by. */
export interface FileKind {
  /** Marks a SQLite file as ours, so that a mistyped path never overwrites somebody's data. */
  readonly applicationId: number
  /** What the file holds, as error messages name it. */
  readonly noun: string
}

function pragma(db: DatabaseSync, name: 'application_id' | 'schema_version'): number {
  return Number(db.prepare(`pragma ${name}`).get()?.[name])
}

/** Whether nothing has been laid out in the file yet. */
export function isBlank({ db }: Pick<Database, 'db'>): boolean {
  return pragma(db, 'schema_version') === 0
}

/** Opens our own or an empty file. Looks before it writes: a stranger's database stays untouched. */
function openFile(file: string, kind: FileKind): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 5_000 })
  try {
    if (!isBlank({ db }) && pragma(db, 'application_id') !== kind.applicationId)
      throw new Error('it is a database of another program')
    db.exec('pragma journal_mode = wal; pragma synchronous = normal;')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/**
 * Opens a file of this kind, or an empty one where there is none.
 * @throws Error naming the file when it is something else.
 */
export function openDatabase(file: string, kind: FileKind): Database {
  let db: DatabaseSync
  try {
    db = openFile(file, kind)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${file} cannot be used as a sandbox ${kind.noun} (${reason}). Choose another file.`,
      { cause },
    )
  }
  const statements = new Map<string, StatementSync>()
  return {
    db,
    sql(text) {
      const known = statements.get(text)
      if (known) return known
      const statement = db.prepare(text)
      statements.set(text, statement)
      return statement
    },
    close: () => db.close(),
  }
}

/**
 * Runs `work` all or nothing; inside another transaction it is part of that one.
 * @param undo forgets what was remembered from a transaction that failed.
 */
export function transact<T>({ db }: Pick<Database, 'db'>, work: () => T, undo: () => void): T {
  if (db.isTransaction) return work()
  db.exec('begin immediate')
  try {
    const result = work()
    db.exec('commit')
    return result
  } catch (error) {
    undo()
    if (db.isTransaction) db.exec('rollback')
    throw error
  }
}
