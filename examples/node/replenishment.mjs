// When customers buy again: what is due, how sure that is, and what never comes again. See ../python/replenishment.py.

import { Catalog, OrderLog, Replenishment } from 'kosar'

const DAY = 86_400_000
const customer = (i) => `c${String(i).padStart(2, '0')}`
const range = (n) => Array.from({ length: n }, (_, at) => at)

// Customer, item, day, quantity: coffee about every ten days (a double pack lasts longer), filters every month, one pot.
const regulars = range(12).map((at) => at + 1)
const bought = [
  ...regulars.flatMap((i) => range(5 + (i % 2)).map((k) => [customer(i), 'coffee', (i % 5) + 10 * k, 1])),
  ...regulars.flatMap((i) => range(2).map((k) => [customer(i), 'filter', (i % 7) + 30 * k, 1])),
  ...regulars.map((i) => [customer(i), 'pot', 2 * i, 1]),
  ...[[0, 1], [7, 1], [14, 2], [26, 1], [33, 1], [40, 2]].map(([day, count]) => ['ann', 'coffee', day, count]),
  ['ann', 'pot', 20, 1], ['ann', 'filter', 35, 1], ['ann', 'mill', 36, 1],
]
const read = (rows) =>
  OrderLog.fromRows(
    rows.map(([who, what, day, count]) => ({ who, what, at: new Date(DAY * day), count })),
    { customer: 'who', item: 'what', time: 'at', quantity: 'count' },
  )
const date = (day) => day.toISOString().slice(5, 10)

function show({ item, due, earliest, latest, probability, basis }) {
  const days = `${date(earliest)} to ${date(latest)}`
  console.log(`  ${item}: due ${date(due)} (${days}), ${probability.toFixed(2)} within the horizon, by ${basis}`)
}

const shelf = { coffee: 'Food', filter: 'Kitchen', pot: 'Kitchen/Machines', mill: 'Kitchen/Machines' }
const rows = Object.entries(shelf).map(([sku, path]) => ({ sku, path }))
const catalog = await Catalog.fromRows(rows, { item: 'sku', category: 'path' })
const model = await Replenishment.fit(await read(bought), { catalog, horizonDays: 7 })
const now = '1970-02-22'
console.log('1. How long things last')
for (const item of model.items) {
  const { days, repurchase } = model.interval(item)
  console.log(`  ${item}: ${days.toFixed(1)} days, bought again with ${repurchase.toFixed(2)}`)
}
console.log(`  twice as much lasts ${(2 ** model.quantityExponent).toFixed(2)} times as long`)

console.log('\n2. What Ann should buy again')
model.buyAgain('ann', now, 3, { minProbability: 0.01 }).forEach(show)

console.log('\n3. Her filters')
show(model.due('ann', 'filter', now))

console.log('\n4. What is due for everyone')
const table = await model.dueAll(now, 1, { minProbability: 0.5 })
for (const { customer, item, probability } of table.rows(0, 3)) {
  console.log(`  ${customer}: ${item} with ${probability.toFixed(2)}`)
}

const later = await model.update(await read([['ann', 'coffee', 52, 1]]))
console.log('\n5. After her next coffee')
later.buyAgain('ann', '1970-02-23', 1).forEach(show)
