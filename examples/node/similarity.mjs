// What resembles what, and what a customer should see because of it: a tour of item similarity.
import { ItemSimilarity, datasets } from 'kosar'

const log = await datasets.shop({ lines: 50_000, seed: 7 })
const [item, customer] = ['BAT-0001', 'C00003']

function show(title, found) {
  console.log(`\n${title}`)
  for (const { item, score, reason } of found) console.log(`  ${item}  ${score.toFixed(3)}  ${reason.sentence}`)
}

const model = await ItemSimilarity.fit(log)
show(`like ${item}`, model.similar(item, 3))
show(`for ${customer}`, model.recommend({ customer }, 3))

// Filters act before the selection: asking for three gives three wherever three remain.
const [first] = model.recommend({ customer }, 1)
show('without the first', model.recommend({ customer }, 3, { exclude: [first.item] }))

// Why, in full: what each owned item adds.
for (const part of model.explain(first.item, { customer }).slice(0, 3)) {
  console.log(`  ${first.item}: ${part.item} adds ${part.similarity.toFixed(3)} (${part.count} customers)`)
}

// Customers with many items say less, pairs with few customers too, and candidates choose their neighbours.
const tuned = await ItemSimilarity.fit(log, { side: 'target', userExponent: -1, shrinkage: 10 })
show(`for ${customer}, tuned`, tuned.recommend({ customer }, 3))

// Someone wants to be forgotten: a new model without them, while the old one goes on serving.
const without = await model.forget(customer)
console.log(`\n${model.recommend({ customer }, 1).length} before, and then: ${(() => {
  try {
    return without.recommend({ customer }, 1).length
  } catch (error) {
    return error.message
  }
})()}`)

// Everyone, in batches of bounded memory.
let rows = 0
for await (const batch of without.recommendBatches(5, { batchSize: 500 })) rows += batch.customers.length
console.log(`${rows} customers answered`)
