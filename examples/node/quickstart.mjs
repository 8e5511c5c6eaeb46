// The shortest way from baskets to answers.

import { AssociationRules, ItemSimilarity, OrderLog, datasets } from 'kosar'

const log = await OrderLog.fromBaskets(datasets.breakfast())

const rules = await AssociationRules.fit(log, { minSupport: 0.2, minConfidence: 0.6 })
for (const { item, reason } of rules.recommend(['bread', 'jam'], 3)) {
  console.log(`with bread and jam: ${item} (${reason.sentence})`)
}

const similarity = await ItemSimilarity.fit(log, { unit: 'order' })
for (const { item, score } of similarity.similar('bread', 3)) {
  console.log(`like bread: ${item} (${score.toFixed(2)})`)
}

// A model file written here opens in Python and Rust too.
const loaded = AssociationRules.fromBytes(rules.toBytes())
console.log(`${loaded.rules.length} rules in ${rules.toBytes().length} bytes`)
