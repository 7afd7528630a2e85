import type { FormLoaders } from './loaders.ts'

export const reviewForms: FormLoaders = {}
