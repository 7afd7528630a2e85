import type { FormLoaders } from './loaders.ts'

export const noticeForms: FormLoaders = {}
