// One object for the whole shop: every placement, why, by which rules; live changes, forgetting, files. See ../python/recommender.py.

import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { KosarError, Recommender, datasets } from 'kosar'

const { log, events, catalog } = await datasets.shopData({ lines: 20_000, clicks: 40_000, seed: 8 })
const december = '2025-12-01'
const [before, after] = await Promise.all([log.before(december), log.after(december)])
const recommender = await Recommender.fit(before, { events, catalog })
const who = 'C00044'

function show(title, answers) {
  console.log(`  ${title}`)
  for (const { item, score, step, reason } of answers) console.log(`    ${item} ${score.toFixed(2)} ${step}: ${reason}`)
}
const yes = (holds) => (holds ? 'yes' : 'no')
const items = (answers) => answers.map(({ item }) => item).join()

console.log('1. The placements of a page, and why')
const [{ item }] = recommender.trending({ n: 1 })
show('trending', recommender.trending({ n: 2 }))
show(`similar to ${item}`, recommender.similar(item, { n: 2 }))
show(`with ${item} in the cart`, recommender.boughtTogether([item], { n: 2 }))
show(`for ${who}`, recommender.forCustomer(who, { n: 2, session: [item] }))
show(`again for ${who}`, recommender.buyAgain(who, { n: 2 }))
console.log(`  ${recommender.similar(item, { n: 1, explain: true })[0].sql.slice(0, 45)}...`)
for (const { category, share, purchases } of recommender.categories({ n: 2, customer: who })) {
  console.log(`  ${category}: ${share.toFixed(3)} of purchases expected, ${purchases} so far`)
}

console.log('\n2. Rules')
await recommender.setRules({
  filters: [{ only: { not: { category: 'Garden' } } }],
  caps: [{ by: { category: 1 }, max: 1 }],
  pins: [{ item, position: 2, placements: ['for_customer'] }],
})
show(`for ${who}`, recommender.forCustomer(who, { n: 3 }))

console.log('\n3. What was bought since')
const { orders, newCustomers, version } = await recommender.update(after)
console.log(`  ${orders} orders, ${newCustomers} new customers, version ${version}`)
console.log(`  again: ${(await recommender.update(after)).repeatedOrders} orders were there already`)
await recommender.refresh()
show('trending', recommender.trending({ n: 2 }))

console.log('\n4. Who somebody is')
const { spent, rfm, stage, ...profile } = recommender.profile(who)
const held = JSON.parse(recommender.exportJson(who))
console.log(`  ${who}: ${profile.orders} orders, ${spent.toFixed(2)} spent, ${rfm.segment}, ${stage}`)
console.log(`  to hand over: ${held.orders.length} orders and ${held.events.length} events`)

console.log('\n5. Forgotten')
const receipt = await recommender.forget(who)
console.log(`  ${receipt.orders} orders, ${receipt.lines} lines and ${receipt.events} events are gone as of version ${receipt.version}`)
console.log(`  to refresh: ${receipt.toRefresh.join(', ')}`)
const anybody = items(recommender.forCustomer('nobody', { n: 5 }))
console.log(`  gets what anybody gets: ${yes(items(recommender.forCustomer(who, { n: 5 })) === anybody)}`)

console.log('\n6. Files')
const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'shop.kosar')
await recommender.save(path)
const loaded = await Recommender.load(path)
const same = items(loaded.forCustomer('C00004', { n: 5 })) === items(recommender.forCustomer('C00004', { n: 5 }))
console.log(`  loaded, it answers the same: ${yes(same)}`)
const serving = recommender.toBytes({ histories: false })
console.log(`  names C00004: ${yes(readFileSync(path).includes('C00004'))}, without histories: ${yes(serving.includes('C00004'))}`)

console.log('\n7. A slip')
try {
  await recommender.setRules({ boosts: [{ items: { brand: 'Acme' }, factor: 2 }] })
} catch (error) {
  if (!(error instanceof KosarError)) throw error
  console.log(`  ${error.message}`)
}
