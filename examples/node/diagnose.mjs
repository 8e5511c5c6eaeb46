// What in a log will spoil recommendations, and how to take it out. See ../python/diagnose.py.

import { LogFilter, datasets } from 'kosar'

const shop = await datasets.shopData({ lines: 40_000, clicks: 60_000, seed: 8, troubles: { bots: 6 } })
const diagnosis = await shop.log.diagnose({ names: 'name', examples: 2 })

console.log('1. The orders')
for (const { kind, count, lines } of diagnosis.findings) console.log(`  ${kind}: ${count}, ${lines} lines`)

console.log('\n2. What is no merchandise')
for (const { subject, why } of diagnosis.finding('not_merchandise').examples) console.log(`  ${subject}: ${why}`)

console.log('\n3. Without it, with one code a product, and without the burst')
const chosen = diagnosis.filter(['not_merchandise', 'duplicates', 'bursts'])
const kept = LogFilter.fromJson(chosen.toJson())
const { log: clean, report } = await shop.log.filter(kept)
console.log(`  ${report.before} lines, ${report.left} left: ${report.byItems} by items, ${report.bySpans} by spans`)
console.log(`  ${report.renamed} renamed`)

console.log('\n4. What is found now')
const again = await clean.diagnose({ names: 'name' })
const gone = diagnosis.findings.map(({ kind }) => kind).filter((kind) => again.finding(kind) === null)
console.log(`  gone: ${gone.join(', ')}`)

console.log('\n5. The events')
const bots = await shop.events.diagnose({ examples: 2, only: ['bots'] })
for (const { subject, why } of bots.finding('bots').examples) console.log(`  session ${subject}: ${why}`)
const people = (await shop.events.filter(bots.filter())).log
console.log(`  ${shop.events.nSessions} sessions, ${people.nSessions} left`)
