import { Metadata, type StatusObject, status } from '@grpc/grpc-js'

/** A refusal; `errorCode` is Salesforce's own, sent in the trailer `error-code`. */
export class PubSubError extends Error {
  override readonly name = 'PubSubError'
  readonly status: StatusObject

  constructor(code: status, errorCode: string, details: string) {
    super(details)
    const metadata = new Metadata()
    metadata.set('error-code', errorCode)
    this.status = { code, details, metadata }
  }
}

/** What a call ends with after a failure. */
export function statusOf(error: unknown): StatusObject {
  if (error instanceof PubSubError) return error.status
  const details = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return new PubSubError(
    status.INTERNAL,
    'sfdc.platform.eventbus.grpc.service.internal',
    `The sandbox itself failed: ${details}`,
  ).status
}
