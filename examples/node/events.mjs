// A tour of the event log: clicks in sessions, late links, and what they say of items. See ../python/events.py.

import { EventLog, ItemSimilarity } from 'kosar'

const at = (time) => new Date(`2025-06-01T${time}Z`)
const day = [
  { visit: 'v1', sku: 'tea', action: 'pdp', at: at('10:00') },
  { visit: 'v1', user: 'ann', sku: 'mug', action: 'pdp', at: at('10:02') },
  { visit: 'v1', user: 'ann', sku: 'tea', action: 'atc', at: at('10:03') },
  { visit: 'v2', sku: 'tea', action: 'pdp', at: at('11:00') },
  { visit: 'v2', sku: 'mug', action: 'pdp', at: at('11:01') },
  { visit: 'v2', sku: 'pot', action: 'pdp', at: at('11:05') },
  { user: 'bob', sku: 'mug', action: 'pdp', at: at('12:00') },
  { user: 'bob', sku: 'tea', action: 'purchase', at: at('12:10') },
  { user: 'bob', sku: 'pot', action: 'pdp', at: at('13:00') },
  { visit: 'v1', user: 'ann', sku: 'tea', action: 'purchase', at: at('10:09') },
  { visit: 'v2', sku: 'mug', action: 'hover', at: at('11:02') },
].map((row) => ({ visit: null, user: null, ...row }))
const columns = {
  session: 'visit', customer: 'user', item: 'sku', kind: 'action', time: 'at',
  kinds: { pdp: 'view', atc: 'add_to_cart' }, until: '2025-06-02',
}

const log = await EventLog.fromRows(day, columns)
console.log(`1. What became of the rows\n${log.report.text}`)

console.log('2. The sessions: by id, or by half an hour without an event')
for (const { session, customer, item, kind } of await log.toTable()) console.log(`  ${session} ${customer} ${item} ${kind}`)

const known = await log.link([['v2', 'cleo']])
console.log(`3. ${log.nCustomers} customers, and with the visitor who became known ${known.nCustomers}`)

const hour = [
  { visit: 'v2', user: null, sku: 'pot', action: 'pdp', at: at('11:05') },
  { visit: 'v2', user: null, sku: 'tea', action: 'purchase', at: at('11:20') },
  { visit: 'v3', user: null, sku: 'tea', action: 'pdp', at: at('14:00') },
]
const joined = await known.append(await EventLog.fromRows(hour, columns))
console.log(`4. The next hour, of which one event came before\n${joined.report.text}`)

const matrix = await joined.sessionItems({ view: 1, add_to_cart: 3, purchase: 5 })
const similar = await ItemSimilarity.fit(matrix, { strength: 'quantity' })
console.log('5. What goes with tea in a session')
for (const { item, score } of similar.similar(joined.items.indexOf('tea'), 2)) {
  console.log(`  ${joined.items[item]} (${score.toFixed(2)})`)
}
