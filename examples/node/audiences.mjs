// Which customers, exactly: audiences by rules, who is in them, why, and what sets them apart. See ../python/audiences.py.

import { Audience, AudienceData, Audiences, Customers, KosarError, Lifecycle, Rfm, datasets } from 'kosar'

const { log, events, catalog } = await datasets.shopData({ lines: 20_000, clicks: 120_000, seed: 8 })
const rfm = await Rfm.fit(log)
const ids = rfm.table.column('customer')
const two = (n) => String(n).padStart(2, '0')
const customers = await Customers.fromColumns({
  customer: ids,
  attributes: { country: ids.map((_, place) => (place % 3 ? 'HU' : 'AT')) },
  dates: { birthday: ids.map((_, place) => `19${60 + (place % 40)}-${two(1 + (place % 12))}-${two(1 + (place % 28))}`) },
  timeZone: ids.map((_, place) => (place % 3 ? 'Europe/Budapest' : 'Europe/Vienna')),
  consent: { 'email/marketing': ids.map((_, place) => place % 5 > 0) },
})

console.log('1. What the shop knows')
const data = await AudienceData.build({
  orders: log,
  events,
  customers,
  catalog,
  rfm,
  lifecycle: await Lifecycle.fit(log),
  values: { clv: ids.map((id, place) => [id, place % 100]) },
})
console.log(`  ${data.length} customers`)

console.log('\n2. Audiences')
const mayWrite = { consent: { channel: 'email', purpose: 'marketing' } }
const trees = {
  undecided: { events: { kinds: ['view'], same_item: true, not_bought: 'since', test: { at_least: 3 } } },
  'abandon carts': {
    sessions: { with: ['add_to_cart'], without: ['purchase'], measure: 'share', test: { above: 0.5 } },
  },
  lapsed: { and: [{ orders: { test: { at_least: 2 } } }, { not: { orders: { window: { last_days: 120 } } } }] },
  'birthday mail': { and: [mayWrite, { anniversary: { next_days: 7 } }] },
  'win back': { and: [{ audience: 'lapsed' }, mayWrite, { value: { name: 'clv', test: { at_least: 50 } } }] },
}
const audiences = await Audiences.build(data, trees, { asOf: '2026-01-01' })
for (const name of audiences.names) console.log(`  ${name}: ${Audience.of(trees[name])}`)

console.log('\n3. How many they are, and how they overlap')
for (const { audience, members, share } of await audiences.sizes()) {
  console.log(`  ${audience}: ${members} (${share.toFixed(3)})`)
}
for (const { a, b, both } of await audiences.overlap()) if (both > 0) console.log(`  ${a} and ${b}: ${both}`)
const guess = await audiences.estimate('lapsed', { sample: 200, seed: 1 })
console.log(`  lapsed, from ${guess.sampled} of ${guess.customers}: ${guess.low.toFixed(0)} to ${guess.high.toFixed(0)}`)

console.log('\n4. Somebody, and why')
const someone = (await audiences.members('win back')).column('customer')[0]
console.log(`  ${someone} is in: ${audiences.of(someone).join(', ')}`)
for (const part of audiences.explain('win back', someone).parts) {
  console.log(`  ${part.path}: ${part.condition}: ${part.holds ? 'yes' : 'no'}`)
}

console.log('\n5. What sets the lapsed apart')
const profile = await audiences.profile('lapsed')
for (const { field, word, lift } of profile.words.slice(0, 3)) {
  console.log(`  ${field} ${word}: ${lift.toFixed(2)} times as often`)
}
for (const { field, ratio } of profile.numbers) {
  if (field === 'recency_days' || field === 'spent') console.log(`  ${field}: ${ratio.toFixed(2)} times the mean`)
}

console.log('\n6. A slip')
try {
  await Audiences.build(data, { slip: { not: { attribute: { name: 'contry', test: { is: 'HU' } } } } })
} catch (error) {
  if (!(error instanceof KosarError)) throw error
  console.log(`  ${error.message}`)
}
