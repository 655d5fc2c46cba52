import { param, type SandboxRequest } from './endpoint.ts'

/** The version in a request's path, as jobs show it: 66.0 */
export function versionOf(request: SandboxRequest): number {
  return Number(param(request, 'version').replace(/^v/, ''))
}
