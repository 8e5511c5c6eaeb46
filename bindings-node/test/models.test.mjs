import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import * as kosar from '../index.mjs'
import { longestDelay } from './data.mjs'

const { AssociationRules, CustomerClusters, FrequentItemsets, ItemSimilarity, KMeans, OrderLog, Popularity, Rfm, Table, TemporalRules, datasets } =
  kosar

const shop = await datasets.shop({ lines: 5000, seed: 5 })
const points = [[1, 1], [9, 8], [1, 2], [8, 9], [2, 1]]

const fits = {
  FrequentItemsets: () => FrequentItemsets.fit(shop, { minSupport: 0.005, maxLen: 2 }),
  AssociationRules: () => AssociationRules.fit(shop, { minSupport: 5, minConfidence: 0.2, consequent: 'any', maxLen: 3 }),
  ItemSimilarity: () => ItemSimilarity.fit(shop, { measure: 'jaccard', neighbors: 20, unit: 'customer', maxHistory: null }),
  Popularity: () => Popularity.fit(shop, { halfLifeDays: 30 }),
  Replenishment: () => kosar.Replenishment.fit(shop, { horizonDays: 60 }),
  Ease: () => kosar.Ease.fit(shop, { l2: 20, neighbors: 30 }),
  GraphFilter: () => kosar.GraphFilter.fit(shop, { factors: 12, alpha: 0.5, powerIterations: 3, seed: 2 }),
  NextBasket: () => kosar.NextBasket.fit(shop, { neighbors: 20 }),
  Rfm: () => Rfm.fit(shop, { asOf: new Date('2026-01-01') }),
  KMeans: () => KMeans.fit(points, { nClusters: 2, nInit: 3, maxIter: 50, tolerance: 0, seed: 7 }),
  CustomerClusters: () => CustomerClusters.fit(shop, { nClusters: 3, seed: 1 }),
  TemporalRules: () => TemporalRules.fit(shop, { withinDays: 30, minSupport: 3 }),
}

/** What a model answers, for comparison. */
function answers(model) {
  return {
    FrequentItemsets: () => model.itemsets.rows(),
    AssociationRules: () => [model.rules.rows(), model.recommend([model.rules.row(0).antecedent[0]], 5)],
    ItemSimilarity: () => model.recommend({ customer: 'C00001' }, 5),
    Popularity: () => [model.recommend(9), model.recommendForCustomer('C00001', 5), model.asOf],
    Replenishment: () => model.customers.map((customer) => model.buyAgain(customer, model.end, 3)),
    Ease: () => [model.recommend({ customer: 'C00001' }, 5), model.similar(model.recommend({ customer: 'C00001' }, 1)[0].item, 3)],
    GraphFilter: () => [model.recommend({ customer: 'C00001' }, 5), [...model.singularValues]],
    NextBasket: () => [model.recommend({ customer: 'C00001' }, 9), model.recommend({ baskets: [[]] }, 9)],
    Rfm: () => [model.table.rows(), model.profiles.rows(), model.cutPoints, model.asOf],
    KMeans: () => [model.labels, model.centroids, model.inertia],
    CustomerClusters: () => [model.table.rows(), model.profiles.rows()],
    TemporalRules: () => [model.rules.rows(), model.next(model.rules.row(0).antecedent, 5)],
  }[model.constructor.name]()
}

for (const [name, fit] of Object.entries(fits)) {
  test(`${name} answers the same from bytes and from a file`, async () => {
    const model = await fit()
    assert.ok(model instanceof kosar[name])
    const expected = answers(model)
    assert.deepEqual(answers(kosar[name].fromBytes(model.toBytes())), expected)
    const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'a.kosar')
    await model.save(path)
    assert.deepEqual(answers(await kosar[name].load(path)), expected)
    const loaded = await kosar.load(path)
    assert.ok(loaded instanceof kosar[name])
    assert.deepEqual(answers(loaded), expected)
    assert.deepEqual(model.toBytes(), loaded.toBytes())
  })
}

test('a file of another model is refused by its kind', async () => {
  const bytes = (await fits.KMeans()).toBytes()
  assert.throws(() => Rfm.fromBytes(bytes), { code: 'KOSAR_MODEL_FILE', message: /'kmeans'/ })
  bytes[bytes.length - 1] ^= 1
  assert.throws(() => KMeans.fromBytes(bytes), { code: 'KOSAR_MODEL_FILE', message: /checksum/ })
})

test('a model without histories answers for items only', async () => {
  const model = ItemSimilarity.fromBytes((await fits.ItemSimilarity()).toBytes({ histories: false }))
  assert.throws(() => model.recommend({ customer: 'C00001' }), { code: 'KOSAR_NO_HISTORIES' })
  const item = shop.itemWords('name').keys().next().value
  assert.ok(model.recommend({ items: [item] }, 3).length > 0)
})

test('rules recommend with their reasons', async () => {
  const rules = await AssociationRules.fit(await OrderLog.fromBaskets(datasets.breakfast()), { minSupport: 0.2 })
  assert.equal(rules.partial, null)
  assert.equal(rules.nBaskets, 10)
  const found = rules.recommend(['jam', 'bread'], 1)
  assert.deepEqual(found.map(({ reason, ...rest }) => ({ ...rest, reason: { ...reason } })), [
    {
      item: 'butter',
      score: 1,
      reason: {
        kind: 'rule',
        antecedent: ['bread', 'jam'],
        count: 2,
        confidence: 1,
        lift: 2.5,
        sentence: '100 % of the bread + jam baskets have it too (2 baskets, lift 2.5)',
      },
    },
  ])
  assert.deepEqual(rules.recommend([]), [])
  assert.deepEqual(rules.recommend(['bread'], 0), [])
})

test('a limit gives a partial result that says so', async () => {
  const found = await FrequentItemsets.fit(await OrderLog.fromBaskets(datasets.breakfast()), { minSupport: 1, maxItemsets: 3 })
  const [, ended, advice] = found.partial.match(/^stopped at (.*) = 3: complete for .*; (.*)$/)
  assert.deepEqual([ended, advice], ['maxItemsets', 'raise minSupport or maxItemsets, or set maxLen'])
  assert.ok(found.itemsets.length <= 3)
  const rules = await AssociationRules.fit(await OrderLog.fromBaskets(datasets.breakfast()), { minSupport: 1, maxRules: 3 })
  assert.match(rules.partial, /^stopped at maxRules = 3: .*; raise minSupport, minConfidence or maxRules$/)
})

test('recommendations for all are those for each', async () => {
  const model = await fits.ItemSimilarity()
  const { customers, items, scores, n } = await model.recommendAll(4)
  assert.equal(n, 4)
  assert.equal(items.length, customers.length * n)
  assert.ok(scores instanceof Float64Array)
  for (const at of [0, 17, customers.length - 1]) {
    const one = model.recommend({ customer: customers[at] }, n)
    const slots = items.slice(at * n, at * n + n).filter((item) => item !== null)
    assert.deepEqual(slots, one.map(({ item }) => item))
    assert.deepEqual([...scores.subarray(at * n, at * n + one.length)], one.map(({ score }) => score))
  }
  assert.deepEqual((await model.recommendAll(0)).items, [])
})

test('recommendations for all have the ids as they came', async () => {
  const all = async (customer, item) => (await ItemSimilarity.fit(await OrderLog.fromColumns({ customer, item }))).recommendAll(1)
  const big = 2n ** 60n + 1n
  const text = await all(['ann', 'ann', 'žofie 🐧', 'žofie 🐧', 'x'], ['čaj', 'jam', 'čaj', 'jam', 'jam'])
  assert.deepEqual(new Set(text.customers), new Set(['ann', 'žofie 🐧', 'x']))
  assert.equal(text.items[text.customers.indexOf('x')], 'čaj')
  const ints = await all([1, 1, big, -5, -5], [7, big, 7, big, 7])
  assert.deepEqual(ints.customers, [-5, 1, big])
  assert.deepEqual(ints.items, [null, null, big])
  const none = await all(['a'].slice(1), ['b'].slice(1))
  assert.deepEqual([none.customers, none.items], [[], []])
})

test('recommendations for 100,000 customers leave the event loop free', async (t) => {
  const customer = Array.from({ length: 200_000 }, (_, i) => `customer ${i >> 1}`)
  const item = customer.map((_, i) => `item ${(i * 7919) % 500}`)
  const model = await ItemSimilarity.fit(await OrderLog.fromColumns({ customer, item }))
  const { value, longest } = await longestDelay(() => model.recommendAll(3))
  t.diagnostic(`recommendAll: longest delay ${longest.toFixed(1)} ms`)
  assert.equal(value.customers.length, 100_000)
  assert.ok(longest < 150, `${longest} ms`)
})

test('a table is read by column, by row and by iteration', async () => {
  const { table } = await fits.Rfm()
  assert.ok(table instanceof Table)
  assert.equal(table.length, table.column('customer').length)
  assert.ok(table.column('monetary') instanceof Float64Array)
  assert.ok(table.column('R_score') instanceof Float64Array)
  assert.equal(typeof table.column('segment')[0], 'string')
  assert.deepEqual([...table].slice(0, 2), table.rows(0, 2))
  assert.deepEqual(Object.keys(table.row(0)), table.columns)
  const { itemsets } = await fits.FrequentItemsets()
  assert.deepEqual(itemsets.column('items')[0], itemsets.row(0).items)
  for (const { rules } of [await fits.TemporalRules(), await fits.AssociationRules()]) {
    // Iteration reads slices; here several.
    assert.ok(rules.length > 600)
    assert.deepEqual([...rules], rules.rows())
    assert.deepEqual([rules.row(299), rules.rows(299, 301)[1]], [...rules].slice(299, 301))
    assert.deepEqual(rules.rows(5, 3), [])
    assert.deepEqual(rules.rows(rules.length - 1, rules.length + 9), [rules.row(rules.length - 1)])
  }
})

test('segments, scores and classes are those asked for', async () => {
  const segments = [
    { name: 'old', r: 1, f: [1, 2] },
    { name: 'fresh', r: [2, 2], f: [1, 2] },
  ]
  const rfm = await Rfm.fit(shop, { bins: 2, segments, scores: { frequency: 'rank' } })
  assert.deepEqual(rfm.profiles.column('segment'), ['old', 'fresh'])
  assert.equal(rfm.cutPoints.recency.length, 1)
  const { customer, segment } = rfm.table.row(3)
  assert.equal(rfm.segment(customer), segment)
  assert.equal(rfm.customer(customer).segment, segment)
  assert.deepEqual(rfm.asOf, new Date('2026-01-01'))
  await assert.rejects(Rfm.fit(shop, { bins: 2, segments: segments.slice(1) }), { code: 'KOSAR_PARAM', message: /R1 F1/ })
})

test('k-means takes rows or one array, and predicts', async () => {
  const options = { nClusters: 2, seed: 1 }
  const rows = await KMeans.fit(points, options)
  const flat = await KMeans.fit({ data: Float64Array.from(points.flat()), rows: 5, columns: 2 }, options)
  assert.deepEqual(rows.labels, Uint32Array.of(0, 1, 0, 1, 0))
  assert.deepEqual(flat.centroids, rows.centroids)
  assert.deepEqual(rows.sizes, [3, 2])
  assert.ok(rows.converged && rows.nIter > 0)
  assert.deepEqual(rows.predict([[7, 7]]), Uint32Array.of(1))
  const given = await KMeans.fit(points, { nClusters: 2, init: [[9, 9], [0, 0]] })
  assert.deepEqual(given.labels, Uint32Array.of(1, 0, 1, 0, 1))
})

test('k-means weighs rows, and measures distances', async () => {
  const rows = [[1], [2], [9], [40]]
  const model = await KMeans.fit(rows, { nClusters: 2, sampleWeight: [1, 3, 2, 0] })
  assert.deepEqual(model.centroids, { data: Float64Array.of(1.75, 9), rows: 2, columns: 1 })
  assert.deepEqual(model.labels, Uint32Array.of(0, 0, 1, 1))
  assert.deepEqual(model.transform([[2.75], [9]]), { data: Float64Array.of(1, 6.25, 7.25, 0), rows: 2, columns: 2 })
  assert.equal(model.inertiaOf(rows, Float64Array.of(1, 3, 2, 0)), model.inertia)
  assert.equal(model.inertiaOf([[2.75], [7]]), 5)
  const repeated = await KMeans.fit([[1], [2], [2], [2], [9], [9]], { nClusters: 2 })
  assert.deepEqual(repeated.centroids, model.centroids)
})

test('clusters of customers are found again by customer', async () => {
  const clusters = await fits.CustomerClusters()
  const row = clusters.table.row(5)
  assert.equal(clusters.cluster(row.customer), row.cluster)
})

test('ids come back in the type in which they came', async () => {
  const big = 2n ** 53n + 1n
  const baskets = [[1, 2, big], [1, big], [2n, -5]]
  const rules = await AssociationRules.fit(await OrderLog.fromBaskets(baskets), { minSupport: 1, minConfidence: 0 })
  assert.deepEqual(rules.recommend([1], 1)[0].item, big)
  assert.equal(rules.recommend([big], 1)[0].item, 1)
  assert.deepEqual(rules.recommend([1n], 9), rules.recommend([1], 9))
  const columns = { order: BigInt64Array.of(1n, 1n, 2n ** 62n), item: [big, 'x'.length, big] }
  const model = await ItemSimilarity.fit(await OrderLog.fromColumns(columns), { unit: 'order' })
  assert.equal(model.similar(big)[0].item, 1)
  assert.equal(model.similar(1)[0].item, big)
})

test('a signal stops a fit', async () => {
  const data = { data: Float64Array.from({ length: 400_000 }, (_, i) => Math.sin(i * i)), rows: 200_000, columns: 2 }
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 20)
  const long = KMeans.fit(data, { nClusters: 200, nInit: 50, signal: controller.signal })
  await assert.rejects(long, (error) => error.code === 'KOSAR_CANCELLED' && error.cause === controller.signal.reason)
  await assert.rejects(ItemSimilarity.fit(shop, { signal: AbortSignal.abort() }), { code: 'KOSAR_CANCELLED' })
  await ItemSimilarity.fit(shop, { signal: new AbortController().signal })
})
