import os from 'node:os'

/** Who runs the command, for the audit log. */
export function operator(): string {
  try {
    return os.userInfo().username
  } catch {
    // A container may run under an account that has no name.
    return 'operator'
  }
}
