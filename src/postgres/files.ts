import type { Stats } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { UserError } from '../errors.ts'

/** The operating system's code of a failed file operation, such as `ENOENT`. */
export function fileErrorCode(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined
  return typeof thrown.code === 'string' ? thrown.code : undefined
}

/** The text of a file; null when there is no such file. */
export async function readIfThere(path: string): Promise<string | null> {
  return await ifThere(() => readFile(path, 'utf8'))
}

/** Size, owner and mode of a file or folder; null when there is none. */
export async function statIfThere(path: string): Promise<Stats | null> {
  return await ifThere(() => stat(path))
}

/** What `look` finds; null when the file or folder that it looks at is missing. */
export async function ifThere<T>(look: () => Promise<T>): Promise<T | null> {
  try {
    return await look()
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return null
    throw error
  }
}

/** Does `work` on a file or folder of ours and turns a refusal into an error that says what to do. */
export async function withAccess<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const code = fileErrorCode(error)
    if (code === undefined || !['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error
    throw new UserError(
      `This account may not use ${path} (${code}). Run Plumbline as the account that owns that folder, ` +
        'choose another one with --data DIR, or set DATABASE_URL.',
      { cause: error },
    )
  }
}
