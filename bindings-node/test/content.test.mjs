import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import * as kosar from '../index.mjs'

const { Catalog, ContentSimilarity, HybridSimilarity, ItemRelations, ItemSimilarity, OrderLog, datasets } = kosar

const launched = new Date('2025-03-05')
const columns = {
  item: [1, 2, 3, 3],
  category: ['Home/Mugs', 'Home/Mugs', 'Garden', 'Home'],
  name: ['Blue mug', 'Big mug', 'Rake', null],
  brand: ['Acme', null, 'Zen', 'Zen'],
  price: [2.5, NaN, 40, 40],
  cost: [1, 2, null, null],
  stock: Float64Array.of(3, 0, -1, -1),
  launched: [launched, null, '2024-01-01', null].map((time) => time && new Date(time)),
  tags: [['new', 'blue'], null, [], ['new']],
  text: [null, 'Holds a lot', null, null],
  attributes: { colour: ['blue', 'red', null, null], size: [38, null, 40.5, null] },
}
const catalog = await Catalog.fromColumns(columns)

const one = {
  name: 'Blue mug',
  categories: ['Home/Mugs'],
  brand: 'Acme',
  price: 2.5,
  cost: 1,
  stock: 3,
  launched,
  tags: ['blue', 'new'],
  attributes: { colour: 'blue', size: '38' },
  text: null,
}

test('a catalogue tells the facts of its items and filters by them', () => {
  assert.deepEqual({ ...catalog.item(1) }, one)
  assert.deepEqual([catalog.item(2).price, catalog.item(2).launched, catalog.item(2).tags], [null, null, []])
  assert.deepEqual(catalog.item(3).categories, ['Garden', 'Home'])
  assert.deepEqual([catalog.brands(), catalog.tags(), catalog.attributes()], [['Acme', 'Zen'], ['blue', 'new'], ['colour', 'size']])
  assert.deepEqual(catalog.itemsOfBrand('Zen'), [3])
  assert.deepEqual(catalog.itemsWithTag('new'), [1, 3])
  assert.deepEqual(catalog.itemsWithAttribute('size', '40.5'), [3])
  assert.deepEqual(catalog.itemsPriced({ min: 2.5, max: 10 }), [1])
  assert.deepEqual(catalog.itemsPriced({}), [1, 3])
  assert.deepEqual(catalog.itemsInStock(), [1])
  assert.deepEqual(catalog.itemsLaunchedSince('2025-01-01'), [1])
  assert.throws(() => catalog.itemsOfBrand('Acne'), { code: 'KOSAR_UNKNOWN_ID', message: "unknown brand 'Acne'" })
  assert.throws(() => catalog.itemsPriced({ from: 1 }), { code: 'KOSAR_PARAM', message: /range have no 'from'/ })
})

test('a catalogue or a log in the place of options is refused', async () => {
  const log = await OrderLog.fromBaskets([[1, 2]])
  const code = 'KOSAR_PARAM'
  const byName = /options must be an object of options, got Catalog; a catalogue is given by name/
  for (const Model of [ItemRelations, kosar.AssociationRules, kosar.Ease]) {
    await assert.rejects(Model.fit(log, catalog), { code, message: byName })
  }
  await assert.rejects(ContentSimilarity.fit(catalog, log), { code, message: /got OrderLog$/ })
})

test('a filter by facts that the catalogue lacks is refused', async () => {
  const bare = await Catalog.fromColumns({ item: [1] })
  const code = 'KOSAR_MISSING_COLUMN'
  assert.throws(() => bare.itemsPriced({ max: 3 }), { code, message: /without a price column, which a filter by price needs/ })
  assert.throws(() => bare.itemsInStock(), { code, message: /without a stock column/ })
  assert.throws(() => bare.itemsLaunchedSince('2025-01-01'), { code, message: /without a launched column/ })
})

test('rows and a CSV file tell the same facts', async () => {
  const rows = columns.item.map((id, at) => ({
    id,
    path: columns.category[at],
    title: columns.name[at],
    make: columns.brand[at],
    eur: columns.price[at],
    cost: columns.cost[at],
    left: columns.stock[at],
    since: columns.launched[at],
    labels: columns.tags[at],
    about: columns.text[at],
    colour: columns.attributes.colour[at],
    size: columns.attributes.size[at],
  }))
  const names = {
    item: 'id', category: 'path', name: 'title', brand: 'make', price: 'eur', cost: 'cost', stock: 'left',
    launched: 'since', tags: 'labels', text: 'about', attributes: ['colour', 'size'],
  }
  assert.deepEqual({ ...(await Catalog.fromRows(rows, names)).item(1) }, one)
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'catalog.csv')
  const text = 'id;path;title;make;eur;cost;left;since;labels;about;colour;size\n' +
    '1;Home/Mugs;Blue mug;Acme;2.5;1;3;05.03.2025;new|blue;;blue;38\n2;;;;x;;;;;;;\n'
  writeFileSync(path, text)
  const file = await Catalog.fromCsv(path, {
    ...names, delimiter: ';', tagSeparator: '|', timeFormat: '%d.%m.%Y', integerIds: true,
  })
  assert.deepEqual({ ...file.item(1) }, one)
  assert.equal(file.report.setAside.bad_number.count, 1)
})

test('facts of the wrong kind are refused', async () => {
  await assert.rejects(Catalog.fromColumns({ item: [1], tags: [[5]] }), { code: 'KOSAR_INTAKE', message: /column tags must hold strings/ })
  await assert.rejects(Catalog.fromColumns({ item: [1], tags: ['a', 'b'] }), { code: 'KOSAR_INTAKE', message: /has 2 rows/ })
  await assert.rejects(Catalog.fromColumns({ item: [1], price: [{}] }), { code: 'KOSAR_INTAKE', message: /column price/ })
  await assert.rejects(Catalog.fromColumns({ item: [1], colour: ['red'] }), { code: 'KOSAR_PARAM', message: /columns have no 'colour'/ })
  await assert.rejects(Catalog.fromRows([{ id: 1 }], { item: 'id', brand: 'make' }), { code: 'KOSAR_INTAKE', message: /column 'make'/ })
  await assert.rejects(Catalog.fromRows([{ id: 1 }], { item: 'id', attributes: [5] }), { code: 'KOSAR_PARAM' })
  await assert.rejects(Catalog.fromColumns({ item: [1] }, { tagSeparator: '' }), { code: 'KOSAR_PARAM', message: /tagSeparator/ })
})

const options = { lines: 5000, seed: 3 }
const shop = await datasets.shop(options)
const shelves = await datasets.shopCatalog(options)
const content = await ContentSimilarity.fit(shelves, { title: 3, ngrams: [3, 5], maxDf: 0.6, priceRatio: 3 })

test('items are alike by content, with what they share', () => {
  const [first] = content.items()
  const found = content.similar(first, 5)
  const [{ item, score, reason }] = found
  assert.equal(found.length, 5)
  assert.ok(found.every((one, at) => at === 0 || one.score <= found[at - 1].score))
  assert.deepEqual([reason.kind, reason.to, reason.category, reason.brand], ['alike', first, 'Bathroom', null])
  assert.equal(score, content.similarity(item, first))
  assert.ok(reason.words.length > 0 && reason.sentence.startsWith(`like ${first}: category Bathroom`))
  const cheap = shelves.itemsPriced({ max: 8 })
  const among = content.recommend({ items: [first] }, 3, { only: cheap, exclude: [item] })
  assert.equal(among.length, 3)
  assert.ok(among.every((one) => cheap.includes(one.item) && one.item !== item))
  assert.throws(() => content.similar('none'), { code: 'KOSAR_UNKNOWN_ID' })
  assert.throws(() => content.similar(first, 3, { without: [] }), { code: 'KOSAR_PARAM', message: /filter have no/ })
  assert.throws(() => content.recommend({}), { code: 'KOSAR_PARAM', message: /items/ })
  assert.ok(content.nFeatures > 100)
})

test('parameters of content are checked', async () => {
  await assert.rejects(ContentSimilarity.fit(shop), { code: 'KOSAR_PARAM', message: /catalog must be a Catalog/ })
  await assert.rejects(ContentSimilarity.fit(shelves, { title: -1 }), { code: 'KOSAR_PARAM', message: /title must be from 0/ })
  await assert.rejects(ContentSimilarity.fit(shelves, { ngrams: [3] }), { code: 'KOSAR_PARAM', message: /ngrams must be/ })
  const signal = AbortSignal.abort()
  await assert.rejects(ContentSimilarity.fit(shelves, { signal }), { code: 'KOSAR_CANCELLED' })
})

const collaborative = await ItemSimilarity.fit(shop)
const hybrid = await HybridSimilarity.fit({ log: shop, collaborative, content }, { evidence: 5, neighbors: 30 })

test('what nobody has bought is recommended by its content', async () => {
  const items = [...shelves.items(), 'NEW']
  const category = items.map((item) => (item === 'NEW' ? 'Kitchen' : shelves.categoriesOf(item)[0]))
  const more = await ContentSimilarity.fit(await Catalog.fromColumns({ item: items, category }))
  const model = await HybridSimilarity.fit({ log: shop, collaborative, content: more }, { contentWeight: 1 })
  assert.equal(model.evidence('NEW'), 0)
  assert.equal(model.similar('NEW', 3).length, 3)
  const [kitchen] = shelves.itemsIn('Kitchen')
  assert.ok(model.recommend({ items: [kitchen] }, 200).some(({ item }) => item === 'NEW'))
  assert.ok(hybrid.contentWeight > 0 && hybrid.contentWeight <= 1)
  assert.equal(hybrid.recommend({ customer: 'C00001' }, 5).length, 5)
  await assert.rejects(HybridSimilarity.fit({ log: shop, collaborative }), { code: 'KOSAR_PARAM', message: /content/ })
  await assert.rejects(HybridSimilarity.fit({ log: shop, collaborative: content, content }), { code: 'KOSAR_PARAM', message: /an ItemSimilarity/ })
  await assert.rejects(HybridSimilarity.fit({ log: shop, collaborative, content }, { evidence: 0 }), { code: 'KOSAR_PARAM' })
})

const relations = await ItemRelations.fit(shop, { catalog: shelves, minOrders: 3, minLift: 1.5, maxLift: 0.9, windowDays: 60 })

test('pairs are complements, substitutes or neither', async () => {
  const item = relations.items().find((item) => relations.complements(item).length > 0)
  const [{ item: other, pair }] = relations.complements(item, 1)
  assert.deepEqual(relations.relation(item, other), pair)
  assert.ok(pair.relation === 'complement' && pair.together >= 3 && pair.lift >= 1.5)
  assert.ok(pair.sentence.startsWith('complement: in '))
  assert.deepEqual((await relations.label([[item, other], [other, item]]))[0], pair)
  const stood = relations.items().find((item) => relations.substitutes(item).length > 0)
  const [substitute] = relations.substitutes(stood, 1)
  assert.equal(substitute.pair.relation, 'substitute')
  assert.deepEqual(shelves.categoriesOf(substitute.item), shelves.categoriesOf(stood))
  // What goes with one item is its list; what a customer owns is never answered.
  const first = ({ item, reason }) => [item, reason.kind]
  assert.deepEqual(relations.recommend({ items: [item] }, 1).map(first), [[other, 'complement']])
  const stands = relations.recommend({ items: [stood] }, 1, { relation: 'substitute' })
  assert.deepEqual(stands.map(first), [[substitute.item, 'substitute']])
  assert.ok(!relations.recommend({ items: [item] }, 50, { exclude: [other] }).some((found) => found.item === other))
  assert.deepEqual(relations.recommend({ items: [item] }, 5, { only: [other] }).map((found) => found.item), [other])
  const customer = relations.customers().find((customer) => relations.recommend({ customer }, 1).length > 0)
  assert.match(relations.recommend({ customer }, 1)[0].reason.sentence, /^goes with /)
  assert.throws(() => relations.recommend({ items: [item] }, 1, { relation: 'twin' }), { code: 'KOSAR_PARAM', message: /relation/ })
  await assert.rejects(relations.label([['a']]), { code: 'KOSAR_PARAM' })
  assert.throws(() => relations.relation(item, 'none'), { code: 'KOSAR_UNKNOWN_ID' })
  await assert.rejects(ItemRelations.fit(shop, { maxLift: 3 }), { code: 'KOSAR_PARAM', message: /maxLift/ })
  const small = await OrderLog.fromBaskets([[1, 2], [1, 3]])
  assert.equal((await ItemRelations.fit(small)).relation(1, 2).relation, 'unclear')
  assert.equal((await ItemRelations.fit(small, { windowDays: null })).nBaskets, 2)
})

const asked = {
  ContentSimilarity: (model) => model.items().map((item) => model.similar(item, 5)),
  HybridSimilarity: (model) => model.items().map((item) => model.similar(item, 5)),
  ItemRelations: (model) => model.items().map((item) => [model.complements(item), model.substitutes(item)]),
}

for (const model of [content, hybrid, relations]) {
  const { name } = model.constructor
  test(`${name} answers the same from bytes and from a file`, async () => {
    const expected = asked[name](model)
    const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'a.kosar')
    await model.save(path)
    const serving = kosar[name].fromBytes(model.toBytes({ histories: false }))
    for (const other of [kosar[name].fromBytes(model.toBytes()), await kosar[name].load(path), await kosar.load(path), serving]) {
      assert.ok(other instanceof kosar[name])
      assert.deepEqual(asked[name](other), expected)
    }
    if (name === 'HybridSimilarity') {
      assert.throws(() => serving.recommend({ customer: 'C00001' }), { code: 'KOSAR_NO_HISTORIES' })
    }
    if (name === 'ItemRelations') {
      assert.throws(() => serving.relation(...relations.items().slice(0, 2)), { code: 'KOSAR_NO_HISTORIES' })
    }
  })
}
