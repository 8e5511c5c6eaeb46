// A tour of the catalogue: what items are, what they resemble, what they are to each other. See ../python/content.py.

import { Catalog, ContentSimilarity, HybridSimilarity, ItemRelations, ItemSimilarity, datasets } from 'kosar'

const options = { lines: 60_000, items: 400, seed: 7 }
const log = await datasets.shop(options)
const catalog = await datasets.shopCatalog(options)
const called = (item) => catalog.name(item) ?? item

const [first] = catalog.items()
const { price, categories } = catalog.item(first)
const cheap = catalog.itemsPriced({ max: 8 })
console.log('1. What the catalogue says of an item, and which are as cheap')
console.log(`  ${called(first)}: ${price}, in ${categories}; ${cheap.length} items at 8 or less`)

const content = await ContentSimilarity.fit(catalog, { ngrams: [3, 5] })
console.log(`2. Like ${called(first)}, by content alone, and cheap`)
for (const { item, score } of content.similar(first, 3, { only: cheap })) {
  console.log(`  ${called(item)} (${score.toFixed(2)}), price ${catalog.item(item).price}`)
}

const collaborative = await ItemSimilarity.fit(log)
const hybrid = await HybridSimilarity.fit({ log, collaborative, content })
console.log(`3. Like ${called(first)}, by who bought it as well (content weighs ${hybrid.contentWeight.toFixed(2)})`)
for (const { item, score, reason } of hybrid.similar(first, 3)) {
  console.log(`  ${called(item)} (${score.toFixed(2)}): ${reason.kind}`)
}

const added = { id: 'NEW-0001', name: 'Bamboo soap dish, blue', category: 'Bathroom', price: 9.5 }
const rows = catalog.items().map((id) => {
  const { name, price, categories } = catalog.item(id)
  return { id, name, category: categories[0], price }
})
const names = { item: 'id', name: 'name', category: 'category', price: 'price' }
const launched = await Catalog.fromRows([...rows, added], names)
const withNew = await HybridSimilarity.fit({
  log, collaborative, content: await ContentSimilarity.fit(launched, { ngrams: [3, 5] }),
})
const [nearest] = withNew.similar('NEW-0001', 1)
console.log('4. An item launched today')
console.log(`  ${added.name} is like ${called(nearest.item)} (${nearest.score.toFixed(2)})`)

const relations = await ItemRelations.fit(log, { catalog })
const pairs = (list) => relations.items().flatMap((a) => list(a).filter(({ item }) => a < item).map((one) => ({ a, ...one })))
const complements = pairs((item) => relations.complements(item, 50)).sort((x, y) => y.pair.lift - x.pair.lift)
console.log(`5. Complements: ${complements.length} pairs`)
for (const { a, item, pair } of complements.slice(0, 3)) console.log(`  ${called(a)} + ${called(item)}: ${pair.sentence}`)

const substitutes = pairs((item) => relations.substitutes(item, 50)).sort((x, y) => x.pair.lift - y.pair.lift)
console.log(`6. Substitutes: ${substitutes.length} pairs`)
for (const { a, item, pair } of substitutes.slice(0, 3)) console.log(`  ${called(a)} or ${called(item)}: ${pair.sentence}`)
