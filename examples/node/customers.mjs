// A tour of customers: what they said, consent, and two who turn out to be one. See ../python/customers.py.

import { Customers, EventLog, OrderLog } from 'kosar'

const table = [
  { id: 'ann', city: 'Pécs', born: '1980-02-29', tz: 'Europe/Budapest', likes: 'Tea', mail: 'yes' },
  { id: 'bob', city: 'Eger', born: '1991-07-01', tz: 'Europe/Budapest', likes: '', mail: 'no' },
  { id: 'cleo', city: null, born: 'soon', tz: 'Mars/Base', likes: 'Bread', mail: '' },
  { id: 'ann', city: null, born: null, tz: null, likes: 'Gifts, Tea', mail: '' },
  { id: 'guest-7', city: 'Baja', born: null, tz: 'Asia/Tokyo', likes: 'Coffee', mail: 'no' },
]
const columns = {
  customer: 'id', attributes: ['city'], dates: ['born'], timeZone: 'tz',
  preferences: { category: 'likes' }, consent: { 'email/marketing': 'mail' },
}

let customers = await Customers.fromRows(table, columns)
console.log(`1. What became of the rows\n${customers}\n${customers.report.text}`)

console.log('2. What is held of ann, as she may be shown it')
console.log(JSON.stringify(customers.customer('ann')))

const without = await customers.withConsent('ann', 'email', 'marketing', false)
const anew = await without.withConsent('ann', 'email', 'marketing', true)
const said = [customers, without, anew].map((each) => each.consent('ann', 'email', 'marketing'))
console.log(`3. The consent of ann: ${said.join(', then ')}`)

const moved = await Customers.fromColumns({ customer: ['bob'], attributes: { city: ['Győr'] } })
customers = await customers.update(moved)
console.log(`4. bob lives in ${customers.customer('bob').attributes.city} now`)

let orders = await OrderLog.fromColumns({ customer: ['ann', 'guest-7', 'bob'], order: [1, 2, 3], item: ['tea', 'mug', 'tea'] })
let events = await EventLog.fromColumns({
  customer: ['guest-7', 'guest-7', 'bob'],
  item: ['mug', 'mug', 'tea'],
  time: ['2025-06-01T10:00', '2025-06-01T10:00', '2025-06-01T11:00'],
  attributes: { device: ['app', 'web', 'web'] },
})
const same = new Map([['guest-7', 'ann']])
;[customers, orders, events] = await Promise.all([customers, orders, events].map((each) => each.mergeAllCustomers(same)))
console.log('5. guest-7 was ann: what she said in either place; a withdrawal beats a grant')
console.log(JSON.stringify(customers.customer('ann')))
console.log(orders.customers, events.customers)
for (const { customer, item, device } of await events.toTable()) console.log(`  ${customer} ${item} ${device}`)

console.log('6. Without ann')
for (const each of [customers, orders, events]) console.log(`${await each.forget('ann')}`)
