import { createHmac } from 'node:crypto'
import { sameText } from '../state.ts'

/**
 * What every form carries beside the cookie: other sites can make a browser send the cookie, but cannot know this.
 * That they are other sites is looked at for all that is posted (guards.ts); this holds where a browser does not say.
 * @param cookie the value of the session's or the visitor's cookie
 */
export function formToken(cookie: string): string {
  return createHmac('sha256', cookie).update('plumbline form v1').digest('base64url')
}

/** Whether a posted form is one that we showed in this browser. */
export function isOwnForm(cookie: string | undefined, token: string): boolean {
  return cookie !== undefined && sameText(token, formToken(cookie))
}
