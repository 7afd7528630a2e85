/** What speaks the standard's social registry profile: codes, limits, times, messages, attributes. Runs anywhere. */
export * from './attributes.ts'
export * from './codes.ts'
export * from './envelope.ts'
export * from './instant.ts'
export * from './limits.ts'
