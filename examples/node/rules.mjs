// What a shop's backend does with rules: choose a support, make rules worth showing, across categories and over time, and
// serve them. Generated data; the same answers every time.

import { AssociationRules, Catalog, FrequentItemsets, KosarError, OrderLog, TemporalRules, datasets } from 'kosar'

const log = await datasets.shop({ lines: 20_000, seed: 7 })
const names = log.itemWords('name')
const label = (items) => items.map((item) => names.get(item) ?? item).join(' + ')

// How many itemsets would a support bring? Counting holds none of them.
for (const minSupport of [0.02, 0.01, 0.005]) {
  const { total, byLength } = await FrequentItemsets.count(log, { minSupport })
  console.log(`support ${minSupport}: ${total} itemsets, by length ${byLength.join(', ')}`)
}

// Mined once, for several sets of rules.
const itemsets = await FrequentItemsets.fit(log, { minSupport: 0.002, maxLen: 3, maxSeconds: 60 })
if (itemsets.partial !== null) console.warn(itemsets.partial)
const rules = await AssociationRules.fromItemsets(itemsets, {
  minSupport: 0.002,
  minConfidence: 0.2,
  maxLen: 3,
  maxPValue: 0.01, // corrected for the number of rules tested
  dropRedundant: true,
  rankBy: 'leverage',
})
console.log(`\n${rules.rules.length} rules, the first by leverage:`)
for (const { antecedent, consequent, lift, fisher_p: p } of (await rules.table(['lift', 'fisher_p'])).rows(0, 3)) {
  console.log(`  ${label(antecedent)} -> ${label(consequent)}: lift ${lift.toFixed(1)}, p ${p.toExponential(0)}`)
}

// Which departments are bought together? Categories come from a catalogue: here the first word of an item's name.
const catalog = await Catalog.fromRows(
  [...names].map(([sku, name]) => ({ sku, name, department: name.split(' ')[0] })),
  { item: 'sku', name: 'name', category: 'department' },
)
const departments = await AssociationRules.fit(log, { minSupport: 0.01, minConfidence: 0, level: 1, catalog })
const { items, baskets } = departments.unplaced
console.log(`\n${catalog.categories().length} departments; ${items.length} items and ${baskets} baskets without one`)
for (const { antecedent, consequent, lift } of departments.rules.rows(0, 3)) {
  console.log(`  ${antecedent} -> ${consequent}: lift ${lift.toFixed(2)}`)
}

// What is bought after what, within a month?
const later = await TemporalRules.fit(log, { withinDays: 30, minSupport: 10, topK: 1000 })
const { antecedent } = later.rules.row(0)
console.log(`\nafter ${label([antecedent])}:`)
for (const { item, reason } of later.next(antecedent, 3)) {
  console.log(`  ${label([item])}: ${reason.count} customers, half of them within ${reason.medianDays.toFixed(1)} days`)
}

// Serving: a model file is loaded, and carts are answered in microseconds; several rules for one item add up.
const served = AssociationRules.fromBytes(rules.toBytes())
const options = { measure: 'confidence', combine: 'noisy_or', minScore: 0.2 }

function answer(cart) {
  try {
    return served.recommend(cart, 3, options)
  } catch (error) {
    if (error instanceof KosarError) return error.toJSON()
    throw error
  }
}

const cart = served.rules.row(0).antecedent
console.log(`\nwith ${label(cart)}:`)
for (const { item, score, reason } of answer(cart)) {
  console.log(`  ${label([item])}: ${score.toFixed(2)}, ${reason.count} baskets`)
}
console.log(JSON.stringify(answer(['no such item'])))
