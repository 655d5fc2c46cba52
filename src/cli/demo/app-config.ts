import type { Config } from '../../../config/env.ts'
import { SANDBOX_APP, type SandboxProcess } from './sandbox-process.ts'

type Apps = Pick<Config, 'hubspot' | 'salesforce'>

/** Our apps as the look-alikes know them. */
export function appsOf(portals: readonly SandboxProcess[]): Apps {
  return Object.assign({}, ...portals.map(appOf))
}

function appOf({ crm, url, pubSub }: SandboxProcess): Apps {
  if (crm === 'hubspot') {
    return { hubspot: { ...SANDBOX_APP, apiUrl: url, authorizeUrl: `${url}/oauth/authorize` } }
  }
  const events = {
    pubSubEndpoint: pubSub?.endpoint ?? '',
    ...(pubSub && { pubSubCertificate: pubSub.certificateFile }),
  }
  return { salesforce: { ...SANDBOX_APP, loginUrl: url, ...events } }
}
