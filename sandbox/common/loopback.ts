const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Whether an address is on this machine: the sandbox sends nothing anywhere else. */
export function isLoopback(address: string): boolean {
  const url = URL.parse(address)
  return url !== null && /^https?:$/.test(url.protocol) && LOOPBACK.has(url.hostname)
}
