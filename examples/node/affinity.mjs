// What customers lean to: menus, searches and times to send, in the order that suits each. See ../python/affinity.py.

import { Affinity, Catalog, Customers, EventLog, OrderLog } from 'kosar'

const reading = { order: 'order', customer: 'who', item: 'what', time: 'at', price: 'paid', attributes: ['channel'] }
const named = ([order, who, what, at, paid, channel]) => ({ order, who, what, at: new Date(`${at}Z`), paid, channel })
const bought = [
  [1, 'ann', 'rye', '2025-03-03T07:00', 2, 'app'],
  [2, 'ann', 'rye', '2025-03-10T07:10', 2, 'app'],
  [2, 'ann', 'bun', '2025-03-10T07:10', 1, 'app'],
  [3, 'bob', 'tea', '2025-03-08T01:00', 4, 'web'],
  [4, 'bob', 'mug', '2025-03-15T01:20', 9, 'web'],
  [5, 'eve', 'tea', '2025-03-08T20:30', 4, 'app'],
]
const orders = await OrderLog.fromRows(bought.map(named), reading)
const seen = [
  { who: 'bob', what: 'pot', did: 'add_to_cart', at: new Date('2025-03-16T01:00Z') },
  { who: 'eve', what: 'pot', did: 'view', at: new Date('2025-03-16T20:00Z') },
]
const events = await EventLog.fromRows(seen, { customer: 'who', item: 'what', kind: 'did', time: 'at' })
const shelf = [
  ['rye', 'Food/Bread', 'Miller', 2],
  ['bun', 'Food/Bread', 'Miller', 1],
  ['spelt', 'Food/Bread', 'Miller', 3],
  ['tea', 'Food/Tea', 'Leaf', 4],
  ['mug', 'Home', 'Clay', 9],
  ['pot', 'Home', 'Clay', 15],
].map(([sku, path, brand, price]) => ({ sku, path, brand, price }))
const catalog = await Catalog.fromRows(shelf, { item: 'sku', category: 'path', brand: 'brand', price: 'price' })
const places = [
  { who: 'ann', zone: 'Europe/Budapest' },
  { who: 'bob', zone: 'America/New_York' },
]
const customers = await Customers.fromRows(places, { customer: 'who', timeZone: 'zone' })

const facets = ['category', 'brand', 'price_band', 'weekday', 'hour', 'column:channel']
const model = await Affinity.fit(orders, { events, catalog, customers, facets, prior: 10, priceBands: 3 })
console.log('1. What each leans to')
for (const customer of model.customers) {
  for (const facet of ['brand', 'column:channel']) {
    console.log(`  ${customer}, ${facet}: ${model.of(customer, facet, 1)[0].text}`)
  }
}

console.log('\n2. The menu of bob')
for (const { value, share, lift } of model.rank('bob', 'category', ['Food', 'Home', 'Garden'])) {
  console.log(`  ${value}: share ${share.toFixed(3)}, lift ${lift.toFixed(3)}`)
}

console.log('\n3. What ann finds')
for (const { item, before, lift, reasons } of model.rerank('ann', ['pot', 'spelt', 'tea'])) {
  const why = reasons.map(({ leaning }) => leaning.value).join(', ')
  console.log(`  ${item}, from place ${before + 1}, lift ${lift.toFixed(2)}: ${why}`)
}

console.log('\n4. When to send')
for (const customer of model.customers) {
  const { hour, weekday, purchases } = model.sendTime(customer)
  console.log(`  ${customer}: at ${hour}, on day ${weekday} of the week, by ${purchases} orders`)
}

console.log('\n5. Everybody')
console.log(`  price bands end at ${model.priceCutPoints.map((cut) => cut.toFixed(2)).join(', ')}`)
for (const { value, share, customers } of model.population('price_band')) {
  console.log(`  band ${value}: share ${share.toFixed(3)}, ${customers} customers`)
}

const more = await OrderLog.fromRows([[6, 'eve', 'mug', '2025-03-22T20:00', 9, 'app']].map(named), reading)
console.log('\n6. Eve after one order more')
console.log(`  before: ${model.lift('eve', 'brand', 'Clay').toFixed(3)}`)
const later = await model.update(more, { customers })
console.log(`  after: ${later.lift('eve', 'brand', 'Clay').toFixed(3)}`)
console.log(`  without bob: ${(await later.forget('bob')).customers.join(', ')}`)
