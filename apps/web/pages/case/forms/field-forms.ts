import type { FormLoaders } from './loaders.ts'

export const fieldForms: FormLoaders = {}
