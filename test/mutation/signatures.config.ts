import { mutationOptions } from './options.ts'

/** What tells a genuine request, form or token from a forged one, and keeps secrets. */
export default mutationOptions('signatures', [
  'connectors/hubspot/webhook.ts',
  'connectors/json-depth.ts',
  'connectors/salesforce/pkce.ts',
  'src/http/{signed-request,state,state-cookie}.ts',
  'src/http/admin/{cookies,form-guard,passwords}.ts',
  'src/store/{hashed-token,secret-box}.ts',
])
