import type { PackageSource } from '#registry'

/** A package whose files are texts. */
export function textSource(files: ReadonlyMap<string, string>): PackageSource {
  return {
    name: 'ledgers',
    sizeOf: async (file) => files.get(file)?.length ?? null,
    async *open(file) {
      yield Buffer.from(files.get(file) ?? '', 'utf8')
    },
  }
}
