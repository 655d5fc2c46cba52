import { PassThrough } from 'node:stream'
import { Connection } from 'jsforce'
import { HttpApi } from 'jsforce/lib/http-api.js'
import type { HttpRequest, HttpResponse, Schema } from 'jsforce/lib/types/index.js'
import { StreamPromise } from 'jsforce/lib/util/promise.js'
import { type Answer, type ExchangeOptions, exchange } from '../http.ts'
import { API_VERSION, CRM } from './api-version.ts'

/** What is sent, ready but for the signing. */
export interface Outgoing {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly csv?: string
}

/** Change events name the program that made a change by it. */
const CALL_OPTIONS = { client: 'Plumbline' }

/** Hands out what arrived, whatever its status: what an error is, errors.ts decides. */
class PlainApi extends HttpApi<Schema> {
  override isSessionExpired(): boolean {
    return false
  }

  override isErrorResponse(): boolean {
    return false
  }

  override async getResponseBody(response: HttpResponse): Promise<HttpResponse> {
    return response
  }
}

type SendOptions = Omit<ExchangeOptions, 'crm'>

/**
 * Sends one request through jsforce, once, and reads the answer.
 * @throws CrmUnavailable when nothing whole arrived in time
 */
export async function sendRequest(
  outgoing: Outgoing,
  accessToken: string,
  options: SendOptions,
): Promise<Answer> {
  const instanceUrl = new URL(outgoing.url).origin
  // Without refresh token and OAuth2, so that it never renews by itself (BEHAVIOR.md).
  const connection = new Connection({
    instanceUrl,
    accessToken,
    version: API_VERSION,
    callOptions: CALL_OPTIONS,
  })
  const api = new PlainApi(connection, { transport: fetchTransport(options) })
  const response = await api.request<HttpResponse>(requestOf(outgoing))
  return {
    status: response.statusCode,
    headers: new Headers(response.headers),
    text: response.body,
  }
}

function requestOf({ method, url, headers, body, csv }: Outgoing): HttpRequest {
  if (csv !== undefined) {
    return { method, url, headers: { ...headers, 'content-type': 'text/csv' }, body: csv }
  }
  if (body === undefined) return { method, url, headers: { ...headers } }
  const json = { ...headers, 'content-type': 'application/json' }
  return { method, url, headers: json, body: JSON.stringify(body) }
}

/**
 * Instead of jsforce's own, which ends the process when an answer breaks off, repeats requests by itself, follows
 * redirects with the access token and takes every proxy from the environment, even for 127.0.0.1.
 */
function fetchTransport(options: SendOptions) {
  async function send(request: HttpRequest): Promise<HttpResponse> {
    const { url, method, headers } = request
    // Ours are text or nothing (requestOf).
    const body = typeof request.body === 'string' ? request.body : null
    const answer = await exchange(
      (signal) => fetch(url, { method, headers: headers ?? {}, body, signal, redirect: 'manual' }),
      { crm: CRM, ...options, asks: { method, url } },
    )
    return {
      statusCode: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: answer.text,
    }
  }
  return {
    httpRequest: (request: HttpRequest) =>
      StreamPromise.create(() => ({ stream: new PassThrough(), promise: send(request) })),
  }
}
