/** Pulls one of a sandbox's levers: `control('POST', '__mutate', {…})`. @throws Error with the answer that is no success */
export type SandboxControl = (method: string, lever: string, body?: unknown) => Promise<Response>

/** The levers of the sandbox at `url`. */
export function controlOf(url: string): SandboxControl {
  return async (method, lever, body) => {
    const answer = await fetch(`${url}/${lever}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    })
    if (!answer.ok) throw new Error(`${lever}: ${answer.status} ${await answer.text()}`)
    return answer
  }
}
