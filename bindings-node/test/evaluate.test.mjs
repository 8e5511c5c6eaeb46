import assert from 'node:assert/strict'
import test from 'node:test'
import { inspect } from 'node:util'

import {
  AssociationRules,
  Catalog,
  Comparison,
  Evaluation,
  ItemSimilarity,
  METRICS,
  OrderLog,
  Popularity,
  Rfm,
  Split,
  byCustomer,
  compare,
  datasets,
  evaluate,
  leaveLastBasket,
  leaveOneOut,
  temporalSplit,
  tune,
} from '../index.mjs'

const pairs = (rows) => OrderLog.fromColumns({ customer: rows.map(([c]) => c), item: rows.map(([, i]) => i) })

// Customer 1 bought 10 and 20 and wants 30; 2 bought 10 and wants 20 and 40; 3 has all.
const train = await pairs([[1, 10], [1, 20], [2, 10], [3, 10], [3, 20], [3, 30], [3, 40]])
const small = await Split.fromLogs(train, await pairs([[1, 30], [1, 10], [2, 20], [2, 40], [4, 10], [3, 10]]))
const shop = await datasets.shop({ lines: 20_000, seed: 3 })
const split = await temporalSplit(shop, { lastDays: 60 })

const near = (found, expected) => assert.ok(Math.abs(found - expected) < 1e-12, `${found} is not ${expected}`)

test('the most popular items come with their counts', async () => {
  const model = await Popularity.fit(shop, { halfLifeDays: 30, asOf: new Date('2025-12-01') })
  const best = model.recommend(3)
  assert.ok(best[0].score >= best[1].score)
  assert.equal(best[0].reason.kind, 'popular')
  assert.equal(best[0].reason.sentence, `bought by ${best[0].reason.count}`)
  assert.deepEqual(model.recommend(2, { exclude: [best[0].item] }), best.slice(1))
  assert.deepEqual(model.recommend(9, { only: [best[2].item] }), [best[2]])
  assert.deepEqual(model.asOf, new Date('2025-12-01'))
  const { customers, items, scores, n } = await model.recommendAll(4)
  const mine = model.recommendForCustomer(customers[5], n)
  assert.deepEqual(items.slice(5 * n, 6 * n), mine.map(({ item }) => item))
  assert.deepEqual([...scores.slice(5 * n, 6 * n)], mine.map(({ score }) => score))
  assert.deepEqual(model.recommend(3, { exclude: ['nothing'] }), best)
  assert.deepEqual(model.recommend(3, { only: ['nothing'] }), [])
  await assert.rejects(Popularity.fit(shop, { halfLifeDays: 0 }), { message: 'halfLifeDays must be above 0 and finite, got 0' })
})

test('a split tells what it asks for', () => {
  assert.deepEqual(small.customers(), [1, 2, 3])
  assert.deepEqual([1, 2, 3].map((customer) => small.truth(customer)), [[30], [20, 40], []])
  assert.deepEqual(small.history(1), [10, 20])
  assert.deepEqual(small.counts, {
    customers: 3,
    withoutTruth: 1,
    pairs: 3,
    unknownCustomers: 1,
    unknownPairs: 0,
    repeatedPairs: 2,
    anonymousOrders: 0,
  })
  assert.match(small.text, /1 customers unknown to training/)
  assert.equal(small.train.nLines, 7)
  assert.throws(() => small.truth(9), { code: 'KOSAR_UNKNOWN_ID' })
})

test('lists of any origin are measured alike', async () => {
  const lists = new Map([[1, [30, 99]], [2, [99, 40, 20]], [3, []]])
  const forms = [lists, [...lists], (customer) => lists.get(customer), async (customer) => new Set(lists.get(customer))]
  const found = await Promise.all(forms.map((form) => evaluate(form, small, { k: 2 })))
  assert.equal(new Set(found.map(({ text }) => text)).size, 1)
  const [one] = found
  assert.ok(one instanceof Evaluation)
  assert.deepEqual([one.nCustomers, one.nEmpty], [3, 1])
  const recall = one.estimate('recall')
  near(recall.value, 0.75)
  assert.deepEqual([recall.metric, recall.n, recall.nUndefined], ['recall@2', 2, 1])
  const half = 1 / Math.log2(3)
  near(one.estimate('ndcg@2').value, (1 + half / (1 + half)) / 2)
  assert.deepEqual(one.perCustomer('hit_rate').rows(), [
    { customer: 1, value: 1 },
    { customer: 2, value: 1 },
    { customer: 3, value: NaN },
  ])
  assert.deepEqual(one.table.columns, ['metric', 'value', 'low', 'high', 'n', 'n_undefined'])
})

test('models are measured as they serve', async () => {
  const similar = await ItemSimilarity.fit(split.train)
  const rules = await AssociationRules.fit(split.train, { minSupport: 10, minConfidence: 0.1 })
  const found = await compare({ similar, rules, lists: (customer) => similar.recommend({ customer }, 10) }, split, { k: 10, nResamples: 200 })
  assert.ok(found instanceof Comparison)
  assert.deepEqual(found.names, ['popularity', 'similar', 'rules', 'lists'])
  assert.equal(found.evaluation('similar').text, found.evaluation('lists').text)
  const rows = found.table.rows()
  assert.ok(rows.filter(({ model }) => model === 'popularity').every(({ difference }) => difference === 0))
  assert.ok(rows.every(({ verdict }) => ['better', 'worse', 'higher', 'lower', 'undecided'].includes(verdict)))
  const toSimilar = (await found.tableTo('similar')).rows()
  assert.ok(toSimilar.filter(({ model }) => model === 'lists').every(({ difference }) => difference === 0))
  assert.ok(found.names.includes(found.best('ndcg')))
  assert.throws(() => found.evaluation('x'), { code: 'KOSAR_UNKNOWN_ID' })
})

test('revenue needs prices, category diversity a catalogue', async () => {
  const popular = await Popularity.fit(split.train)
  const items = [...split.train.itemWords('name').keys()]
  const catalog = await Catalog.fromColumns({ item: items, category: items.map((item) => item.slice(0, 3)) })
  const found = await evaluate(popular, split, { k: 5, catalog })
  assert.equal(found.table.length, METRICS.length)
  assert.ok(found.estimate('revenue').value > 0)
  await assert.rejects(evaluate(popular, split, { metrics: ['category_diversity'] }), { code: 'KOSAR_PARAM' })
  await assert.rejects(evaluate(await Popularity.fit(small.train), small, { metrics: ['revenue'] }), { code: 'KOSAR_MISSING_COLUMN' })
})

test('other splits keep what they ask for out of training', async () => {
  for (const other of [
    await leaveLastBasket(shop),
    await leaveOneOut(shop),
    await leaveOneOut(shop, { pick: 'random', seed: 4 }),
    await byCustomer(shop, { share: 0.2, seed: 4n }),
  ]) {
    const model = await ItemSimilarity.fit(other.train)
    const found = await evaluate(model, other, { metrics: ['hit_rate@20'], nResamples: 0 })
    assert.ok(found.estimate('hit_rate@20').value > 0)
  }
})

test('options are chosen inside the training part', async () => {
  const seen = []
  const grid = { neighbors: [1, 20, 100], measure: ['cosine', 'jaccard'] }
  const options = { metric: 'recall@10', fixed: { maxHistory: 50 }, nResamples: 0, onProgress: (done, total) => seen.push([done, total]) }
  const found = await tune(ItemSimilarity, grid, split.train, options)
  assert.deepEqual(seen, [1, 2, 3, 4, 5, 6].map((done) => [done, 6]))
  const values = found.evaluations.map((one) => one.estimate('recall@10').value)
  assert.equal(found.bestValue, Math.max(...values))
  assert.deepEqual(found.bestOptions, { maxHistory: 50, ...found.points[values.indexOf(found.bestValue)] })
  assert.deepEqual(Object.keys(found.rows[0]), ['neighbors', 'measure', 'metric', 'value', 'low', 'high', 'n', 'n_undefined'])
  const inner = await temporalSplit(split.train, { fraction: 0.2 })
  assert.equal(found.evaluations[0].nCustomers, inner.counts.customers)
  const some = await tune(Popularity, { halfLifeDays: [5, 10, 20] }, inner, { maxPoints: 2, seed: 1 })
  assert.equal(some.points.length, 2)
})

test('a model that was fitted on the whole log is noted', async () => {
  const whole = await Popularity.fit(await pairs([[1, 10], [2, 50], [2, 60]]))
  const { notes } = await evaluate(whole, small, { k: 1 })
  assert.match(notes[0], /the model names 2 items that the training part of the split has not, such as 50/)
  assert.deepEqual((await evaluate(await Popularity.fit(train), small)).notes, [])
})

test('tables, evaluations and comparisons can be printed and sent', async () => {
  const model = await Popularity.fit(train)
  const found = await compare({ again: model }, small, { metrics: ['recall@1'], nResamples: 0 })
  const sent = JSON.parse(JSON.stringify(found))
  assert.deepEqual(sent.names, ['popularity', 'again'])
  const [row] = found.table.rows()
  assert.deepEqual(sent.table[0], { ...row, low: null, high: null, difference_low: null, difference_high: null })
  assert.match(found.text, /^ +recall@1\npopularity {2}\d\.\d{4}\nagain {7}\d\.\d{4}\n\+ better or higher than popularity, - worse or lower$/)
  assert.equal(`${found}`, found.text)
  const one = found.evaluation('again')
  assert.deepEqual(JSON.parse(JSON.stringify(one)).nCustomers, 3)
  assert.equal(inspect(one), one.text)
  assert.equal(`${small}`, small.text)
  assert.match(inspect(found.table), /^Table \(2 rows\) \[/)
  const big = await Popularity.fit(await pairs([[1, 2n ** 53n + 1n]]))
  const rules = await AssociationRules.fit(await OrderLog.fromBaskets([[1, 2n ** 53n + 1n]]), { minSupport: 1 })
  assert.equal(big.recommend(1)[0].reason.toString(), 'bought by 1')
  const consequents = JSON.parse(JSON.stringify(rules.rules)).map((rule) => rule.consequent)
  assert.deepEqual(consequents, rules.rules.rows().map((rule) => rule.consequent.map((id) => (id === 1 ? 1 : String(id)))))
})

test('long work can be stopped', async () => {
  const signal = AbortSignal.abort()
  const popular = await Popularity.fit(split.train)
  for (const call of [
    () => evaluate(popular, split, { signal }),
    () => compare({ a: popular }, split, { signal }),
    () => tune(Popularity, { halfLifeDays: [1] }, split, { signal }),
  ]) {
    await assert.rejects(call, { code: 'KOSAR_CANCELLED' })
  }
})

test('what is wrong is named', async () => {
  const model = await Popularity.fit(small.train)
  const cases = [
    [() => temporalSplit(shop, {}), 'KOSAR_PARAM', /exactly one of at, lastDays, fraction must be given, got 0/],
    [() => temporalSplit(shop, { lastDays: 0 }), 'KOSAR_PARAM', /lastDays must be above 0/],
    [() => temporalSplit(shop, { days: 1 }), 'KOSAR_PARAM', /options have no 'days'/],
    [() => temporalSplit(small.train, { lastDays: 1 }), 'KOSAR_MISSING_COLUMN', /no time column/],
    [() => temporalSplit(1, { lastDays: 1 }), 'KOSAR_PARAM', /log must be an OrderLog/],
    [() => leaveOneOut(shop, { pick: 'any' }), 'KOSAR_PARAM', /pick must be one of last, random/],
    [() => byCustomer(shop, { share: 2 }), 'KOSAR_PARAM', /share must be above 0/],
    [() => leaveLastBasket(shop, { unknownItems: 'keep' }), 'KOSAR_PARAM', /unknownItems must be one of drop, miss/],
    [() => evaluate(model, shop), 'KOSAR_PARAM', /split must be a Split/],
    [() => evaluate(3, small), 'KOSAR_PARAM', /model must be a model that recommends/],
    [() => Rfm.fit(shop).then((rfm) => evaluate(rfm, split)), 'KOSAR_PARAM', /model must be/],
    [() => evaluate([[1]], small), 'KOSAR_PARAM', /pairs of a customer and a list/],
    [() => evaluate([[1, 'ab']], small), 'KOSAR_PARAM', /an iterable of ids, got string/],
    [() => evaluate([['1', [10]]], small), 'KOSAR_ID_TYPE', /customer ids are integer here/],
    [() => evaluate([[1, ['10']]], small), 'KOSAR_ID_TYPE', /item ids are integer here/],
    [() => evaluate([[1, []], [1, []]], small), 'KOSAR_PARAM', /each customer once, got 1 twice/],
    [() => evaluate(model, small, { k: 0 }), 'KOSAR_PARAM', /k must be at least 1, got 0/],
    [() => evaluate(model, small, { metrics: ['recal'] }), 'KOSAR_PARAM', /metric must be one of recall/],
    [() => evaluate(model, small, { confidence: 0 }), 'KOSAR_PARAM', /confidence must be above 0/],
    [() => evaluate(model, small, { size: 0 }), 'KOSAR_PARAM', /options have no 'size'/],
    [() => compare(3, small), 'KOSAR_PARAM', /models must be an object/],
    [() => compare(model, small), 'KOSAR_PARAM', /models must be an object of names and models.*got Popularity/],
    [() => compare([model], small), 'KOSAR_PARAM', /models must be an object.*got Array/],
    [() => compare(new Map([['a', model]]), small), 'KOSAR_PARAM', /models must be an object.*got Map/],
    [() => temporalSplit(shop, { lastDays: 6000 }), 'KOSAR_PARAM', /lastDays must leave orders to train on.*the log spans 20/],
    [() => temporalSplit(shop, { at: '2099-01-01' }), 'KOSAR_PARAM', /no order is at or after 2099-01-01/],
    [() => compare({ a: model }, small).then((found) => found.best('mrr@7')), 'KOSAR_UNKNOWN_ID', /'mrr@7'; there are: recall@20/],
    [() => compare({ popularity: model }, small), 'KOSAR_PARAM', /'popularity' twice/],
    [() => tune(Popularity, { halfLifeDays: [] }, small), 'KOSAR_PARAM', /at least 1, got 0/],
    [() => tune(Popularity, { halfLifeDays: 1 }, small), 'KOSAR_PARAM', /an array of values for 'halfLifeDays'/],
    [() => tune(Popularity, { halfLife: [1] }, small), 'KOSAR_PARAM', /options have no 'halfLife'/],
    [() => tune(Popularity, {}, small, { lastDays: 3 }), 'KOSAR_PARAM', /split already/],
    [() => tune(Popularity, {}, small, { metric: 'novelty' }), 'KOSAR_PARAM', /more is better/],
    [() => tune(Popularity, {}, small, { points: 1 }), 'KOSAR_PARAM', /options have no 'points'/],
    [() => tune(3, {}, small), 'KOSAR_PARAM', /a class with fit/],
  ]
  for (const [call, code, message] of cases) await assert.rejects(async () => call(), { code, message }, String(call))
})
