// Who the customers are: scores, segments in figures, who moved where, and new customers by the same cut points. See
// ../python/segments.py.

import { Rfm, datasets } from 'kosar'

const log = await datasets.shop({ lines: 50_000, seed: 8 })
const spring = await Rfm.fit(log, { asOf: '2025-07-01', weights: [2, 1, 1] })

console.log('1. Where scores change')
for (const [name, cuts] of Object.entries(spring.cutPoints)) {
  console.log(`  ${name}: ${cuts.map((cut) => cut.toFixed(1)).join(', ')}`)
}

console.log('\n2. The segments')
for (const row of spring.profiles) {
  const { segment, customers } = row
  const [share, days, orders] = [row.revenue_share.toFixed(2), row.median_recency_days.toFixed(1), row.mean_frequency.toFixed(1)]
  console.log(`  ${segment}: ${customers} customers, ${share} of the revenue, ${days} days ago, ${orders} orders`)
}

console.log('\n3. Who should not be lost')
const lost = spring.customers('cant_lose')
console.log(`  ${lost.slice(0, 3).join(', ')}, ${lost.length} in all`)
const first = spring.customer(lost[0])
console.log(`  ${lost[0]}: ${first.rfm}, ${first.score.toFixed(2)} of 5, ${spring.segment(lost[0])}`)

console.log('\n4. Half a year later, by the same cut points')
const winter = await spring.apply(log)
for (const { before, after, customers, share } of spring.migration(winter)) {
  if (before === 'champions' && customers > 0) console.log(`  champions to ${after}: ${customers} (${share.toFixed(2)})`)
}

console.log('\n5. Customers of the branch in town')
for (const { RFM, segment } of winter.score({ recencyDays: [3, 200], frequency: [9, 1], monetary: [900, 20] })) {
  console.log(`  ${RFM}: ${segment}`)
}

console.log('\n6. Eleven segments, natural breaks; and cells of equal size')
const eleven = await Rfm.fit(log, { segments: 'eleven', scores: { monetary: 'jenks', frequency: [1, 2, 4, 8] } })
for (const { segment, customers } of eleven.profiles.rows(0, 3)) console.log(`  ${segment}: ${customers}`)
const segments = [
  { name: 'best', r: 3, f: 3, m: 3 },
  { name: 'good', r: [2, 3], f: [2, 3], m: [2, 3] },
]
const nested = await Rfm.fit(log, { scores: 'nested', bins: 3, segments, other: 'others' })
for (const row of nested.profiles) console.log(`  ${row.segment}: ${row.customer_share.toFixed(3)}`)
