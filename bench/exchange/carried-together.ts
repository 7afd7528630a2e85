/** How the floor of the exchange groups its messages: written as they are sent, carried as many together as the product takes. */

/** How many work at once, and how many messages are carried together. */
export interface Grouping {
  readonly atOnce: number
  readonly together: number
}

/** Writes all groups, in the order they have, and carries what is written from one queue, up to `together` a call whatever group they are of. */
export async function carriedTogether<T>(
  groups: readonly (readonly T[])[],
  { atOnce, together }: Grouping,
  { write, carry }: { write(group: readonly T[]): Promise<void>; carry(call: readonly T[]): Promise<void> },
): Promise<void> {
  const unwritten = [...groups]
  const queue: T[] = []
  const step = async (): Promise<boolean> => {
    const group = queue.length < together ? unwritten.shift() : undefined
    if (group !== undefined) {
      await write(group)
      queue.push(...group)
      return true
    }
    const call = queue.splice(0, together)
    if (call.length === 0) return false
    await carry(call)
    return true
  }
  const work = async (): Promise<void> => {
    while (await step());
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
