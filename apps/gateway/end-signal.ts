/** Tells a running node to end when its process is told to. */

/** Aborted by the first SIGINT, SIGTERM or SIGHUP. */
export function endSignal(): AbortController {
  const end = new AbortController()
  const stop = (): void => end.abort()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  return end
}
