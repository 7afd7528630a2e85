/** Thread inside a confined process that ends it, however busy it is, when it takes too much memory or whoever started it is gone. */
import { workerData } from 'node:worker_threads'
import { MEMORY_SIGNAL } from './confined.ts'

/** Memory that is filled at full speed grows by a few hundred MB between two looks at most. */
const LOOK_MS = 50

const { mostBytes, parent } = workerData as { mostBytes: number; parent: number }

setInterval(() => {
  if (process.memoryUsage.rss() > mostBytes) process.kill(process.pid, MEMORY_SIGNAL)
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL')
}, LOOK_MS)
