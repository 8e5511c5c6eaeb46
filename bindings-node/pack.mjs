// Brings what the package ships from other folders.
import { copyFileSync, mkdirSync } from 'node:fs'

mkdirSync('docs', { recursive: true })
const files = ['LICENSE', 'docs/recommender.md', 'docs/rules.schema.json', 'docs/audience.schema.json']
for (const file of files) copyFileSync(`../${file}`, file)
