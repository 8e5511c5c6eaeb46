// Where each customer stands in their life with the shop, by their own rhythm. See ../python/lifecycle.py.

import { Lifecycle, datasets } from 'kosar'

const day = (date) => date.toISOString().slice(0, 10)
const { log, events } = await datasets.shopData({ lines: 50_000, clicks: 60_000, seed: 8 })
const model = await Lifecycle.fit(log, { events, prospects: ['V00001'] })

console.log('1. The rhythm')
console.log(`  ${model.ids.length} customers, half of the intervals are over after ${model.rhythmDays.toFixed(1)} days`)

console.log('\n2. The stages')
for (const [stage, customers] of Object.entries(model.counts)) console.log(`  ${stage}: ${customers}`)

console.log('\n3. A loyal customer')
const one = model.customer(model.customers('loyal')[0])
console.log(`  ${one.customer}: ${one.stage} since ${day(one.since)}, ${one.purchases} purchases, every ${one.rhythmDays.toFixed(1)} days`)
console.log(`  silent for ${one.silenceDays} days; ${one.nextStage} on ${day(one.nextChange)} if nothing is bought`)
console.log(`  V00001: ${model.stage('V00001')}`)

console.log('\n4. Who is about to slip')
const soon = [...model.table]
  .filter((row) => row.next_stage === 'slipping' && row.stage === 'loyal')
  .map((row) => `${day(row.next_change)} ${row.customer}`)
  .sort()
for (const line of soon.slice(0, 3)) console.log(`  ${line.slice(11)}: ${line.slice(0, 10)}`)

console.log('\n5. Who moved since the autumn')
const moved = await model.movements('2025-10-01', model.asOf)
for (const before of ['loyal', 'active', 'dormant']) {
  console.log(`  ${before}: ${moved.count(before, 'lost')} lost, ${moved.count(before, 'won_back')} won back`)
}
const added = Object.keys(model.counts).map((after) => moved.count(null, after))
console.log(`  new to the shop: ${added.reduce((a, b) => a + b, 0)}`)

console.log('\n6. Another day, and one customer fewer')
const yesterday = await Lifecycle.fit(await log.before('2025-12-31'))
const today = await yesterday.update(await log.after('2025-12-31'))
const same = Buffer.compare(today.toBytes(), (await Lifecycle.fit(log)).toBytes()) === 0
console.log(`  the same as a fit on all: ${same}`)
console.log(`  ${today.ids.length} customers, ${(await today.forget(one.customer)).ids.length} when one is forgotten`)
