import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import * as kosar from '../index.mjs'

const { AssociationRules, Candidates, Catalog, CustomerClusters, FrequentItemsets, ItemSimilarity, KMeans, KosarError, OrderLog } = kosar
const { Recommender, Rfm, TemporalRules, datasets, load } = kosar

const breakfast = await OrderLog.fromBaskets(datasets.breakfast())
const corner = datasets.cornerShop()
const rules = await AssociationRules.fit(breakfast, { minSupport: 0.1 })
const similar = await ItemSimilarity.fit(corner)
const ease = await kosar.Ease.fit(corner)
const basket = await kosar.NextBasket.fit(corner)
const rfm = await Rfm.fit(corner)
const itemsets = await FrequentItemsets.fit(breakfast, { minSupport: 2 })
const temporal = await TemporalRules.fit(corner, { withinDays: 30, minSupport: 1 })
const catalog = await Catalog.fromColumns({ item: ['bread'], category: ['Food/Bakery'] })
const candidates = await FrequentItemsets.candidates(breakfast, { minSupport: 0.2 })
const fitRules = (options) => AssociationRules.fit(breakfast, { minSupport: 1, ...options })
const fitSets = (options) => FrequentItemsets.fit(breakfast, { minSupport: 1, ...options })
const means = await KMeans.fit([[1], [2]], { nClusters: 1 })

const cases = {
  KOSAR_PARAM: {
    'k1 must be from 0 to a billion, got -1': () => ItemSimilarity.fit(corner, { k1: -1 }),
    'n must be at least 0, got -1': () => rules.recommend(['bread'], -1),
    'n must be a whole number from 0, got 2.5': () => similar.similar('bread', 2.5),
    'n must be a whole number from 0, got NaN': () => similar.recommendAll(NaN),
    "n must be a whole number from 0, got 'ten'": () => rules.recommend(['bread'], 'ten'),
    'n must be a whole number from 0, got Infinity': () => rules.recommend(['bread'], Infinity),
    "cart must be an array, got 'bread'": () => rules.recommend('bread'),
    'cart must be an array, got undefined': () => rules.recommend(),
    'neighbors must be a whole number from 1, got 2.5': () => ItemSimilarity.fit(corner, { neighbors: 2.5 }),
    'neighbors must be at least 1, got 0': () => ItemSimilarity.fit(corner, { neighbors: 0 }),
    'neighbors must be at least 1, got -3': () => ItemSimilarity.fit(corner, { neighbors: -3 }),
    'maxHistory must be at least 1, got 0': () => ItemSimilarity.fit(corner, { maxHistory: 0 }),
    "measure must be one of cosine, tanimoto, dice, conditional, dot, jaccard, lift, pmi, log_likelihood, got 'euclid'": () =>
      ItemSimilarity.fit(corner, { measure: 'euclid' }),
    'measure must be a string, got 1': () => ItemSimilarity.fit(corner, { measure: 1 }),
    "unit must be one of customer, order, got 'basket'": () => ItemSimilarity.fit(corner, { unit: 'basket' }),
    "options have no 'neighbours'; allowed are: signal, measure, neighbors, side, unit, strength, k1, b, weighting, userExponent, shrinkage, asymmetry, popularityDamping, halfLifeDays, pairHalfLifeDays, asOf, minCustomers, maxHistory": () =>
      ItemSimilarity.fit(corner, { neighbours: 3 }),
    'options must be an object, got 7': () => ItemSimilarity.fit(corner, 7),
    'signal must be an AbortSignal, got number': () => ItemSimilarity.fit(corner, { signal: 1 }),
    'log must be an OrderLog, got an object': () => ItemSimilarity.fit(rules),
    'log must be an OrderLog, got undefined': () => Rfm.fit(),
    'log must be an OrderLog, got an array': () => FrequentItemsets.fit([['a']], { minSupport: 1 }),
    'minSupport must be a fraction above 0 and below 1, or a whole count from 1, got 0': () =>
      FrequentItemsets.fit(breakfast, { minSupport: 0 }),
    'minSupport must be a fraction above 0 and below 1, or a whole count from 1, got NaN': () =>
      FrequentItemsets.fit(breakfast, { minSupport: NaN }),
    'minSupport must be a fraction above 0 and below 1, or a whole count from 1, got undefined': () =>
      AssociationRules.fit(breakfast, {}),
    'minSupport must be a number, got an object': () => FrequentItemsets.fit(breakfast, { minSupport: {} }),
    "kind must be one of all, closed, maximal, generators, got 'some'": () => fitSets({ kind: 'some' }),
    "miner must be one of auto, eclat, fp_growth, got 'apriori'": () => fitSets({ miner: 'apriori' }),
    'minLen must be at least 1, got 0': () => fitSets({ minLen: 0 }),
    'topK must be at least 1, got 0': () => fitSets({ topK: 0 }),
    'maxLen must be at least 3, got 2': () => fitSets({ minLen: 3, maxLen: 2 }),
    "include must be an array, got 'bread'": () => fitSets({ include: 'bread' }),
    "include and exclude must have no item in common, got 'bread' in both": () => fitSets({ include: ['bread'], exclude: ['bread'] }),
    'maxSeconds must be above 0 and finite, got 0': () => fitSets({ maxSeconds: 0 }),
    "maxSeconds must be a number, got '1'": () => fitSets({ maxSeconds: '1' }),
    "level must be one of item, mixed, or a depth from 1, got 'aisle'": () => fitSets({ level: 'aisle' }),
    "level must be 'item', 'mixed' or a depth from 1, got an object": () => fitSets({ level: {} }),
    'level must be at least 1, got 0': () => fitSets({ level: 0, catalog }),
    'level must be at most 2, got 3': () => fitSets({ level: 3, catalog }),
    'level mixed needs a catalogue, got none; give one, or level item': () => fitSets({ level: 'mixed' }),
    'catalog must be a Catalog, got an object': () => fitSets({ level: 1, catalog: {} }),
    "unit must be one of customer, order, got 'basket'": () => fitRules({ unit: 'basket' }),
    'consequentItems must be an object, got an array': () => fitRules({ consequentItems: ['bread'] }),
    "antecedentItems have no 'any_of'; allowed are: only, exclude, anyOf, minLen, maxLen": () => fitRules({ antecedentItems: { any_of: [] } }),
    'antecedentItems.only must be at least 1, got 0': () => fitRules({ antecedentItems: { only: [] } }),
    'antecedentItems.minLen must be at least 1, got 0': () => fitRules({ antecedentItems: { minLen: 0 } }),
    "consequentItems.minLen must be a whole number from 1, got '2'": () => fitRules({ consequentItems: { minLen: '2' } }),
    'consequentItems.maxLen must be at least 1, got 0': () => fitRules({ consequentItems: { maxLen: 0 } }),
    'antecedentItems.maxLen must be at least 3, got 2': () => fitRules({ antecedentItems: { minLen: 3, maxLen: 2 } }),
    "consequentItems.exclude must be an array, got 'jam'": () => fitRules({ consequentItems: { exclude: 'jam' } }),
    "antecedentItems.anyOf must be an array, got 'jam'": () => fitRules({ antecedentItems: { anyOf: 'jam' } }),
    'maxPValue must be above 0 and at most 1, got 2': () => fitRules({ maxPValue: 2 }),
    "correction must be one of none, bonferroni, benjamini_hochberg, got 'holm'": () => fitRules({ correction: 'holm' }),
    'dropRedundant must be true or false, got 1': () => fitRules({ dropRedundant: 1 }),
    'minImprovement must be from 0 to 1, got -1': () => fitRules({ minImprovement: -1 }),
    'halfLifeDays must be above 0 and finite, got 0': () => fitRules({ halfLifeDays: 0 }),
    "options have no 'measures'; allowed are: measure, combine, minScore, exclude": () => rules.recommend(['bread'], 1, { measures: [] }),
    'measure must be one of confidence, laplace where combine is noisy_or, got \'lift\'': () =>
      rules.recommend(['bread'], 1, { combine: 'noisy_or', measure: 'lift' }),
    "combine must be one of max, sum, noisy_or, got 'mean'": () => rules.recommend(['bread'], 1, { combine: 'mean' }),
    'minScore must be a number, got NaN': () => rules.recommend(['bread'], 1, { minScore: NaN }),
    'statistics must be an array, got undefined': () => rules.table(),
    'a statistic must be a string, got 1': () => rules.table([1]),
    'itemsets must be FrequentItemsets, got an object': () => AssociationRules.fromItemsets(rules, { minSupport: 1 }),
    'halfLifeDays must be none where itemsets are given, got 5': () =>
      AssociationRules.fromItemsets(itemsets, { minSupport: 2, halfLifeDays: 5 }),
    'the itemsets must be all that are frequent: kind all, minLen 1, without include and topK, they are not': async () =>
      AssociationRules.fromItemsets(await fitSets({ topK: 3 }), { minSupport: 1 }),
    'the itemsets must be found with a maxLen of at least that of the rules, theirs is 2, that of the rules 3': async () =>
      AssociationRules.fromItemsets(await fitSets({ maxLen: 2 }), { minSupport: 1, maxLen: 3 }),
    'other must be Candidates, got an object': () => candidates.merge(itemsets),
    'kind = closed cannot be used on baskets in parts: only kind \'all\' is the same in every part': () => FrequentItemsets.candidates(breakfast, { minSupport: 0.1, kind: 'closed' }),
    'withinDays must be above 0 and at most 36525, got undefined': () => TemporalRules.fit(corner),
    'withinDays must be above 0 and at most 36525, got 0': () => TemporalRules.fit(corner, { withinDays: 0 }),
    "measure must be one of confidence, lift, got 'support'": () => temporal.next('bread', 1, { measure: 'support' }),
    "separator must be a text of at least one character, got ''": () => Catalog.fromColumns({ item: ['a'] }, { separator: '' }),
    "options have no 'sep'; allowed are: separator, integerIds, tagSeparator, timeFormat, timeUnit": () => Catalog.fromRows([], { item: 'a', sep: '/' }),
    'category must be a string or an array of them, got 5': () => Catalog.fromCsv('x', { item: 'a', category: 5 }),
    'category must name a property of the rows, got number': () => Catalog.fromRows([], { item: 'a', category: ['b', 5] }),
    'path must be a string, got undefined': () => catalog.itemsIn(),
    'minConfidence must be from 0 to 1, got 1.5': () => AssociationRules.fit(breakfast, { minSupport: 1, minConfidence: 1.5 }),
    'maxLen must be at least 2, got 1': () => AssociationRules.fit(breakfast, { minSupport: 1, maxLen: 1 }),
    "asOf must be a date such as 2011-12-10 or 2011-12-10T00:00:00Z, got 'soon'": () => Rfm.fit(corner, { asOf: 'soon' }),
    'asOf must be a midnight in UTC, got 2025-07-01T12:00:00Z': () => Rfm.fit(corner, { asOf: '2025-07-01T12:00:00Z' }),
    "asOf must be a valid Date or a date as a string such as '2011-12-10', got a Date": () =>
      Rfm.fit(corner, { asOf: new Date(NaN) }),
    'bins must be from 2 to 10, got 1': () => Rfm.fit(corner, { bins: 1 }),
    'bins must be a whole number from 0 to 255, got 300': () => Rfm.fit(corner, { bins: 300 }),
    "segments must be one of default, rfm-package, eleven, got 'mine'": () => Rfm.fit(corner, { segments: 'mine' }),
    'segments must be the name of a grid or an array of { name, r, f }, got 5': () => Rfm.fit(corner, { segments: 5 }),
    "scores must be one of quantile, rank, jenks, nested, got 'z'": () => Rfm.fit(corner, { scores: 'z' }),
    'recency must have 4 cut points for 5 classes, got 1': () => Rfm.fit(corner, { scores: [1] }),
    'monetary must be an array of numbers, got an array': () => Rfm.fit(corner, { scores: { monetary: ['x'] } }),
    "closed must be one of right, left, got 'both'": () => Rfm.fit(corner, { closed: 'both' }),
    'weights must be three numbers, got an array': () => Rfm.fit(corner, { weights: [1] }),
    'weights must be finite and at least 0, got -1': () => Rfm.fit(corner, { weights: [1, -1, 1] }),
    "segments must name each segment once, got 'new' twice": () => Rfm.fit(corner, { other: 'new' }),
    'cutPoints must be cut points of recency, frequency and monetary, got an object': () => Rfm.fit(corner, { cutPoints: {} }),
    'nClusters must be a whole number from 1, got undefined': () => KMeans.fit([[1]]),
    'nClusters must be at most the number of distinct points, 1, got 2': () => KMeans.fit([[1], [1]], { nClusters: 2 }),
    'tolerance must be a finite number from 0, got -1': () => KMeans.fit([[1]], { nClusters: 1, tolerance: -1 }),
    'row 1 of data must have 2 values, got 1': () => KMeans.fit([[1, 2], [3]], { nClusters: 1 }),
    'data at row 0, column 1 must be a number, got string': () => KMeans.fit([[1, '2']], { nClusters: 1 }),
    'data must be finite, got NaN at row 0, column 0': () => KMeans.fit([[NaN]], { nClusters: 1 }),
    'data must have rows * columns = 2 * 2 values, got 3': () =>
      KMeans.fit({ data: new Float64Array(3), rows: 2, columns: 2 }, { nClusters: 1 }),
    'data must have shape (1, 1), got (1, 2)': () => means.predict([[1, 2]]),
    'sampleWeight must be an array of numbers or a Float64Array, got 1': () =>
      KMeans.fit([[1]], { nClusters: 1, sampleWeight: 1 }),
    "sampleWeight at 0 must be a number, got '1'": () => KMeans.fit([[1]], { nClusters: 1, sampleWeight: ['1'] }),
    'sampleWeight must be 0 or from 1e-9 to 1e9, got -1': () => KMeans.fit([[1]], { nClusters: 1, sampleWeight: [-1] }),
    'sampleWeight must have shape (1, 1), got (2, 1)': () => KMeans.fit([[1]], { nClusters: 1, sampleWeight: [1, 1] }),
    "init must be 'k-means++' or a matrix of centroids, got 'random'": () => KMeans.fit([[1]], { nClusters: 1, init: 'random' }),
    'nInit must be at least 1, got 0': () => CustomerClusters.fit(corner, { nClusters: 1, nInit: 0 }),
    "returns must be one of net, drop, keep, got 'take'": () => OrderLog.fromColumns({ item: [1] }, { returns: 'take' }),
    "timeUnit must be one of s, ms, us, ns, got 'min'": () => OrderLog.fromColumns({ item: [1] }, { timeUnit: 'min' }),
    'dropDuplicates must be true or false, got 1': () => OrderLog.fromColumns({ item: [1] }, { dropDuplicates: 1 }),
    "delimiter must be one ASCII character, got ';;'": () => OrderLog.fromCsv('x', { item: 'a', delimiter: ';;' }),
    'path must be a string, got 5': () => load(5),
    'lines must be at least 100, got 1': () => datasets.shop({ lines: 1 }),
    'companionRate must be from 0 to 1, got 2': () => datasets.shop({ companionRate: 2 }),
    'query must have either customer or items': () => similar.recommend({}),
    'query must be an object, got 5': () => similar.recommend(5),
    'bytes must be a Buffer or a Uint8Array, got an object': () => Rfm.fromBytes({}),
    'histories must be true or false, got 1': () => rules.toBytes({ histories: 1 }),
    "name must be one of antecedent, consequent, antecedent_support, consequent_support, count, support, confidence, lift, leverage, conviction, zhang, jaccard, certainty, kulczynski, representativity, got 'x'":
      () => rules.rules.column('x'),
    'index must be below 5, got 5': () => rfm.table.row(5),
    'rows must be iterable, got number': () => OrderLog.fromRows(5, { item: 'a' }),
    'a basket must be an iterable of ids, got string': () => OrderLog.fromBaskets(['ab']),
    'columns must be an object of arrays, got undefined': () => OrderLog.fromColumns(),
    'item must name a property of the rows, got number': () => OrderLog.fromRows([], { item: 5 }),
  },
  KOSAR_ID_TYPE: {
    'item ids are string here, got the integer 1': () => rules.recommend([1]),
    'item ids are string here, got the integer 2': () => rules.recommend(['bread'], 1, { exclude: [2] }),
    'item ids are string here, got the integer 3': () => similar.similar('bread', 1, { exclude: [3] }),
    'customer ids are string here, got the integer 9007199254740993': () => rfm.segment(2n ** 53n + 1n),
    'item ids must be strings, safe integers or 64-bit BigInts, got true': () => rules.recommend([true]),
    'item ids must be strings, safe integers or 64-bit BigInts, got 1.5': () => similar.similar(1.5),
    'item ids must be strings, safe integers or 64-bit BigInts, got 9007199254740992': () => similar.similar(2 ** 53),
    'item ids must be strings, safe integers or 64-bit BigInts, got null': () => similar.recommend({ items: [null] }),
    'item ids must be strings, safe integers or 64-bit BigInts, got undefined': () => similar.similar(),
    'item ids must be strings, safe integers or 64-bit BigInts, got 18446744073709551616n': () => similar.similar(2n ** 64n),
    'customer ids must be strings, safe integers or 64-bit BigInts, got an object': () => corner.forget({}),
    'item ids must be strings, safe integers or 64-bit BigInts, got false': () => OrderLog.fromColumns({ item: ['a', false] }),
  },
  KOSAR_UNKNOWN_ID: {
    "unknown item 'salt'": () => rules.recommend(['bread', 'salt']),
    "unknown item 'tyre'": () => fitRules({ antecedentItems: { only: ['tyre'] } }),
    "unknown item 'coal'": () => fitSets({ exclude: ['coal'] }),
    "unknown item 'anchor'": () => temporal.next('anchor'),
    "unknown item 'milk'": () => catalog.name('milk'),
    "unknown category 'Food/Bakry'; near to it: Food/Bakery": () => catalog.itemsIn('Food/Bakry'),
    "unknown customer 'zoe'": () => similar.recommend({ customer: 'zoe' }),
  },
  KOSAR_INTAKE: {
    'column item must hold values of one type, got strings and a number': () => OrderLog.fromColumns({ item: ['a', 1] }),
    'column item has 1 rows, others have 2': () => OrderLog.fromColumns({ order: [1, 2], item: ['a'] }),
    'column item must be an array or a typed array, got string': () => OrderLog.fromColumns({ item: 'abc' }),
    'column quantity must hold numbers, BigInts or numbers as strings, got object': () =>
      OrderLog.fromColumns({ item: ['a'], quantity: [{}] }),
    'column time must hold Dates, strings, numbers or BigInts, got boolean': () => OrderLog.fromColumns({ item: ['a'], time: [true] }),
    'column amount must hold numbers, BigInts or numbers as strings, got Date': () =>
      OrderLog.fromColumns({ item: ['a'], amount: [new Date(0)] }),
    'column shelf must hold strings, numbers, BigInts or booleans, got Date': () =>
      OrderLog.fromColumns({ item: ['a'], attributes: { shelf: [new Date(0)] } }),
    'column category must hold strings, got number': () => Catalog.fromColumns({ item: ['a'], category: [5] }),
    'column category must hold strings, got typed array': () => Catalog.fromColumns({ item: ['a'], category: Float64Array.of(5) }),
    'column name has 2 rows, others have 1': () => Catalog.fromColumns({ item: ['a'], name: ['A', 'B'] }),
    'name at least an item column; got none': () => Catalog.fromColumns({ name: ['A'] }),
    "column 'shelf', named as category, is not in the input; it has: a": () => Catalog.fromRows([{ a: 1 }], { item: 'a', category: 'shelf' }),
    "column 'sku', named as item, is not in the input; it has: a": () => OrderLog.fromRows([{ a: 1 }], { item: 'sku' }),
    'row 0 must be an object, got number': () => OrderLog.fromRows([1], { item: 'sku' }),
    'name at least an item or a customer column; got none': () => OrderLog.fromColumns({ order: [1] }),
    'price and amount exclude each other; give one': () => OrderLog.fromColumns({ item: ['a'], price: [1], amount: [1] }),
  },
  KOSAR_MISSING_COLUMN: {
    'the log has no time column, which Rfm needs': () => Rfm.fit(breakfast),
    'the log has no customer column, which unit customer needs': () => fitSets({ unit: 'customer' }),
    'the log has no time column, which halfLifeDays needs': () => fitRules({ minSupport: 0.1, halfLifeDays: 5 }),
    'the log has no customer column, which minCustomers needs': () => fitSets({ minCustomers: 2 }),
    'the log has no customer column, which TemporalRules needs': () => TemporalRules.fit(breakfast, { withinDays: 1 }),
  },
  KOSAR_IO: {
    'cannot read /nowhere/x.csv: No such file or directory (os error 2)': () => OrderLog.fromCsv('/nowhere/x.csv', { item: 'a' }),
    'cannot read /nowhere/x: No such file or directory (os error 2)': () => load('/nowhere/x'),
    'cannot write /nowhere/x: No such file or directory (os error 2)': () => rules.save('/nowhere/x'),
  },
  KOSAR_MODEL_FILE: {
    'not a kosar model: it is too short': () => Rfm.fromBytes(Buffer.from('abc')),
  },
}

const classes = { KOSAR_PARAM: RangeError, KOSAR_ID_TYPE: TypeError }

for (const [code, messages] of Object.entries(cases)) {
  for (const [message, call] of Object.entries(messages)) {
    test(`${code}: ${message}`, async () => {
      await assert.rejects(async () => call(), (error) => {
        assert.equal(error.message, message)
        assert.equal(error.code, code)
        assert.ok(error instanceof KosarError)
        assert.ok(error instanceof (classes[code] ?? Error))
        assert.deepEqual(JSON.parse(JSON.stringify(error)), { name: error.name, code, message: error.message })
        return true
      })
    })
  }
}

test('a promise is rejected; nothing is thrown at the call', () => {
  for (const call of [() => Rfm.fit(), () => rules.table(), () => load(), () => OrderLog.fromRows(), () => OrderLog.fromCsv(), () => corner.forget()]) {
    const promise = call()
    assert.ok(promise instanceof Promise)
    promise.catch(() => {})
  }
})

test('methods refuse receivers of another class', () => {
  assert.throws(() => rules.recommend.call(rfm, ['bread']), TypeError)
  assert.throws(() => rules.recommend.call({}, ['bread']), TypeError)
  assert.throws(() => rules.recommend.call(Object.create(AssociationRules.prototype), ['bread']))
  assert.throws(() => new OrderLog(), TypeError)
  const { recommend } = rules
  for (const call of [() => recommend(['bread']), () => new OrderLog()]) {
    assert.throws(call, (error) => error instanceof KosarError && error.code === 'KOSAR_PARAM')
  }
  assert.throws(() => recommend(['bread']), { message: 'recommend must be called on an object of its class, as in object.recommend()' })
  assert.throws(() => new Rfm(), { message: 'Rfm is made by Rfm.fit or Rfm.fromBytes or Rfm.load, not by new' })
  assert.ok(!(new Error('x') instanceof KosarError))
})

test('a promise that nobody waited for is named', async () => {
  const log = OrderLog.fromBaskets([['a']])
  const message = 'log must be an OrderLog, got a Promise: await it'
  for (const Model of [ItemSimilarity, Rfm, Recommender]) await assert.rejects(Model.fit(log), { code: 'KOSAR_PARAM', message })
  await log
})

test('a damaged file is named', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'cut.kosar')
  writeFileSync(path, 'abc')
  for (const open of [load, Rfm.load, Recommender.load]) {
    await assert.rejects(open(path), { code: 'KOSAR_MODEL_FILE', message: `${path}: not a kosar model: it is too short` })
  }
})

test('a proxy that throws is an error, not a crash', async () => {
  const trap = new Proxy({}, { get: () => { throw new Error('trap') }, ownKeys: () => { throw new Error('trap') } })
  await assert.rejects(ItemSimilarity.fit(corner, trap))
  assert.throws(() => similar.recommend(trap))
  await assert.rejects(OrderLog.fromColumns({ item: new Proxy([], { get: () => { throw new Error('trap') } }) }))
})

const declared = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')

/** The properties of an interface, inherited ones among them. */
function keys(name) {
  const [, parents = '', body = ''] = declared.match(new RegExp(`export interface ${name}(?: extends ([\\w, ]+))? \\{(?:\\}|([\\s\\S]*?)\\n\\})`))
  const own = [...body.matchAll(/^  (\w+)\??:/gm)].map(([, key]) => key)
  return [...own, ...parents.split(', ').filter(Boolean).flatMap(keys)].sort()
}

const placed = await CustomerClusters.fit(corner, { nClusters: 2 })

/** What takes the options of each interface, given some of them. */
const takers = {
  FrequentItemsetsOptions: (options) => FrequentItemsets.fit(breakfast, { minSupport: 1, ...options }),
  AssociationRulesOptions: (options) => AssociationRules.fit(breakfast, { minSupport: 1, ...options }),
  EaseOptions: (options) => kosar.Ease.fit(corner, options),
  GraphFilterOptions: (options) => kosar.GraphFilter.fit(corner, options),
  FilterOptions: async (options) => ease.recommend({ items: [] }, 1, options),
  NextBasketOptions: (options) => kosar.NextBasket.fit(corner, options),
  NextBasketRecommendOptions: async (options) => basket.recommend({ baskets: [] }, 1, options),
  ItemSimilarityOptions: (options) => ItemSimilarity.fit(corner, options),
  RfmOptions: (options) => Rfm.fit(corner, options),
  RfmApplyOptions: (options) => rfm.apply(corner, options),
  RfmValues: async (options) => rfm.score(options),
  KMeansOptions: (options) => KMeans.fit([[1]], { nClusters: 1, ...options }),
  CustomerClustersOptions: (options) => CustomerClusters.fit(corner, { nClusters: 1, ...options }),
  AssignOptions: (options) => placed.assign(corner, options),
  ShopOptions: (options) => datasets.shop(options),
  CsvOptions: (options) => OrderLog.fromCsv('x', options),
  LogOptions: (options) => OrderLog.fromColumns({ item: [1], time: ['x'] }, options),
  RuleOptions: (options) => AssociationRules.fromItemsets(itemsets, { minSupport: 2, ...options }),
  RuleSide: (options) => fitRules({ antecedentItems: options }),
  RecommendOptions: async (options) => rules.recommend([], 1, options),
  CandidateCountOptions: (options) => candidates.count(breakfast, options),
  TemporalRulesOptions: (options) => TemporalRules.fit(corner, { withinDays: 1, ...options }),
  NextOptions: async (options) => temporal.next('bread', 1, options),
  CatalogOptions: (options) => Catalog.fromColumns({ item: [1] }, options),
  CatalogColumns: (columns) => Catalog.fromColumns({ item: [1], nothing: [1], ...columns }),
  CatalogCsvOptions: (options) => Catalog.fromCsv('x', options),
  LogColumns: (columns) => OrderLog.fromColumns({ item: [1], nothing: [1], ...columns }),
  SaveOptions: async (options) => rules.toBytes(options),
}

test('the declarations name the options that are allowed, and no others', async () => {
  for (const [name, take] of Object.entries(takers)) {
    const { message } = await take({ nothing: [1] }).then(assert.fail, (error) => error)
    assert.deepEqual(message.split('allowed are: ')[1].split(', ').sort(), keys(name), name)
  }
})

test('a refused option has one name in every message, that of the declarations', async () => {
  const odd = [-1, 0, 0.5, NaN, Infinity, 'x', '', {}, [], ['x'], true, { minLen: 0 }, '2025-01-01T01:00:00Z']
  for (const [name, take] of Object.entries(takers)) {
    for (const key of keys(name).filter((key) => /[A-Z]/.test(key))) {
      const refusals = await Promise.all(odd.map((value) => take({ [key]: value }).then(() => '', ({ message }) => message)))
      const snake = key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
      assert.ok(refusals.some((message) => message.includes(key)), `${name}.${key}: ${refusals.join(' | ')}`)
      assert.ok(refusals.every((message) => !message.includes(snake)), `${name}.${key}: ${refusals.join(' | ')}`)
    }
  }
})

test('a value in a message stays as it was given', async () => {
  await assert.rejects(fitRules({ rankBy: 'min_support' }), { message: /^rankBy must be one of .*, got 'min_support'$/ })
  await assert.rejects(OrderLog.fromColumns({ item: [1] }, { timeFormat: 'by max_len of it' }), { message: /, got 'by max_len of it'$/ })
})

test('no argument crashes, and every refusal is one of this package', async () => {
  const odd = [
    undefined, null, true, -1, 2.5, NaN, Infinity, 1e300, 0, 3, 2n ** 70n, '', 'bread', '\ud800', Symbol('s'), () => 1, {}, [], [[]],
    [1, 'a'], new Date(NaN), new Map(), new Uint8Array(3), new Float64Array(2), Object.create(null), corner, rules,
    { data: 1 }, { minSupport: -0 }, { nClusters: 2 }, { customer: {} }, { items: 'x' }, { item: [Symbol('s')] }, { lines: 1e15 },
    { data: new Float64Array(1), rows: 2 ** 40, columns: 2 ** 40 }, { asOf: 8.64e15 }, { segments: [null] }, { segments: [[]] },
  ]
  const clusters = await CustomerClusters.fit(corner, { nClusters: 2 })
  const counts = await candidates.count(breakfast)
  const models = [rules, similar, rfm, means, clusters, itemsets, temporal]
  const things = [breakfast, corner, catalog, ...models, candidates, counts, rfm.table, datasets]
  const receivers = [...things, ...things.slice(0, -1).map((thing) => thing.constructor)]
  let refused = 0
  for (const receiver of receivers) {
    const names = new Set([...Object.getOwnPropertyNames(receiver), ...Object.getOwnPropertyNames(Object.getPrototypeOf(receiver))])
    for (const name of names) {
      if (['constructor', 'save', 'arguments', 'caller'].includes(name) || Object.hasOwn(Object.prototype, name)) continue
      if (Object.hasOwn(Function.prototype, name) || typeof receiver[name] !== 'function') continue
      for (const [at, first] of odd.entries()) {
        try {
          await receiver[name](first, odd[(at * 7 + name.length) % odd.length])
        } catch (error) {
          refused += 1
          assert.ok(error instanceof KosarError && error.code !== 'KOSAR_INTERNAL', `${name}: ${error.stack}`)
        }
      }
    }
  }
  assert.ok(refused > 500, `${refused}`)
})
