// What comes next in a session: clicks, a log, a model, answers while one shops. See ../python/sessions.py.

import { EventLog, SessionKnn } from 'kosar'

const row = ([visit, sku, day, minute, did = 'view']) => ({
  visit, sku, did, at: new Date(Date.UTC(2025, 5, day, 9, minute)),
})
const monday = [
  ['v1', 'tea', 2, 0], ['v1', 'cup', 2, 10], ['v1', 'pot', 2, 20], ['v2', 'tea', 2, 30], ['v2', 'pot', 2, 40],
  ['v3', 'jam', 2, 50], ['v3', 'tea', 2, 60], ['v3', 'bread', 2, 70, 'add_to_cart'], ['v4', 'bread', 2, 80], ['v4', 'jam', 2, 90],
].map(row)
const tuesday = [['v5', 'honey', 3, 70], ['v5', 'tea', 3, 80], ['v6', 'honey', 3, 90], ['v6', 'bread', 3, 100]].map(row)
const columns = { session: 'visit', item: 'sku', kind: 'did', time: 'at' }

function show({ recommendations }) {
  for (const { item, score, reason } of recommendations) console.log(`  ${item} (${score.toFixed(3)}): ${reason.sentence}`)
}

const events = await EventLog.fromRows(monday, columns)
let model = await SessionKnn.fit(events)
console.log(`1. ${model.nSessions} sessions with ${model.items.length} items`)

const session = ['cup', 'tea']
console.log('\n2. After a cup and tea, without these')
show(model.recommend(session, 2, { exclude: session }))

const weighed = await SessionKnn.fit(events, { kindWeights: { add_to_cart: 3 } })
console.log('\n3. The same, where an add to the cart counts three looks, and the tea was added')
show(weighed.recommend(session, 2, { kinds: ['view', 'add_to_cart'], exclude: session }))

model = await model.append(await EventLog.fromRows(tuesday, columns))
console.log(`\n4. With Tuesday ${model.nSessions} sessions; after honey`)
show(model.recommend(['honey'], 2))

const { unknown, whyEmpty } = model.recommend(['wine'], 2)
console.log(`\n5. After wine: ${whyEmpty} (${unknown.join(', ')}); so what many looked at`)
const { items, counts } = model
const popular = items.map((item, at) => ({ item, count: counts[at] })).sort((a, b) => b.count - a.count)
for (const { item, count } of popular.slice(0, 2)) console.log(`  ${item} (in ${count} sessions)`)
