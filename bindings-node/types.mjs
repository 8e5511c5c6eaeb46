// Takes what only index.js uses out of the generated declarations.
import { readFileSync, writeFileSync } from 'node:fs'

const path = new URL('index.d.ts', import.meta.url)
const text = readFileSync(path, 'utf8')
const internal = /\n*export (declare )?namespace internal \{\n[\s\S]*?\n\}\n/
writeFileSync(path, text.replace(internal, '\n').replaceAll(/[ \t]+$/gm, ''))
