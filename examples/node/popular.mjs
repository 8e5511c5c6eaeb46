// What sells, what rises, what is new; what somebody looked at and may go on with. See ../python/popular.py.

import { Catalog, EventLog, OrderLog, Popularity, Visits } from 'kosar'

const DAY = 86_400_000
const customer = (i) => `c${String(i).padStart(2, '0')}`
const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at)

// Customer, item, day.
const bought = [
  ...range(1, 25).map((i) => [customer(i), ['tea', 'mug', 'pot'][i % 3], 1 + i]),
  ...range(1, 4).map((i) => [customer(i), 'mate', 6 + i]),
  ...range(1, 17).map((i) => [customer(i), i <= 10 ? 'mate' : 'tea', 31 + (i % 5)]),
  ...range(20, 24).map((i) => [customer(i), 'gourd', 34]),
].map(([who, what, day]) => ({ who, what, at: new Date(DAY * day) }))
const log = await OrderLog.fromRows(bought, { customer: 'who', item: 'what', time: 'at' })
const shelf = { tea: 'Drinks', mate: 'Drinks', mug: 'Cups', pot: 'Cups', gourd: 'Cups' }
const rows = Object.entries(shelf).map(([sku, path]) => ({ sku, path }))
const catalog = await Catalog.fromRows(rows, { item: 'sku', category: 'path' })
const country = range(1, 25).map((i) => [customer(i), i <= 12 ? 'AR' : 'HU'])

function show(found) {
  for (const { item, score, reason } of found) console.log(`  ${item} (${score.toFixed(3)}): ${reason}`)
}

const model = await Popularity.fit(log, { catalog, groups: { country } })
console.log('1. What sells')
show(model.recommend(3))

console.log('\n2. Cups, without what c02 has; and in Hungary')
show(model.recommend(2, { category: 'Cups', customer: 'c02' }))
show(model.recommend(2, { group: { country: 'HU' } }))

console.log('\n3. What rises')
show(model.trending(3))

console.log('\n4. What is new')
show(model.newArrivals(3, { category: 'Cups' }))

const events = await EventLog.fromRows(
  [
    ['v1', 'tea', 'view', 0], ['v1', 'pot', 'add_to_cart', 60_000], ['v1', 'mug', 'view', 120_000],
    ['v2', 'tea', 'purchase', DAY], ['v2', 'gourd', 'view', DAY + 60_000],
  ].map(([visit, what, did, at]) => ({ who: 'ann', visit, what, did, at: new Date(at) })),
  { customer: 'who', session: 'visit', item: 'what', kind: 'did', time: 'at' },
)
const visits = await Visits.of(events)
console.log('\n5. What Ann viewed last, and what to go on with in her second visit')
for (const { item, kind } of visits.recentlyViewed({ customer: 'ann' })) console.log(`  ${item}: ${kind}`)
for (const { item, kind } of visits.continueShopping({ customer: 'ann', session: 'v2' })) {
  console.log(`  go on with ${item}: ${kind}`)
}
