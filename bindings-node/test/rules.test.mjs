// What can be asked of itemsets and rules, beside what is common to all models.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'

import { AssociationRules, CandidateCounts, Candidates, FrequentItemsets, MEASURES, OrderLog, TemporalRules, datasets } from '../index.mjs'

const breakfast = await OrderLog.fromBaskets(datasets.breakfast())
const shop = await datasets.shop({ lines: 5000, seed: 5 })
const sets = (found) => found.itemsets.rows().map(({ items, count }) => `${items.join('+')}:${count}`)
const said = (rules) => rules.rules.rows().map(({ antecedent, consequent }) => `${antecedent.join('+')}>${consequent.join('+')}`)

test('the kinds of itemsets contain each other', async () => {
  const fit = async (options) => sets(await FrequentItemsets.fit(breakfast, { minSupport: 2, ...options }))
  const [all, closed, maximal, generators] = await Promise.all(
    ['all', 'closed', 'maximal', 'generators'].map((kind) => fit({ kind })),
  )
  assert.ok(closed.every((set) => all.includes(set)) && maximal.every((set) => closed.includes(set)))
  assert.ok(generators.every((set) => all.includes(set)))
  assert.ok(maximal.length < closed.length && closed.length < all.length)
  for (const miner of ['eclat', 'fp_growth']) assert.deepEqual(await fit({ miner }), all)
  assert.deepEqual(await fit({ topK: 3 }), all.slice(0, 3))
  assert.deepEqual(await fit({ topK: null, maxSeconds: null }), all)
})

test('itemsets have the items and lengths asked for', async () => {
  const fit = async (options) => (await FrequentItemsets.fit(breakfast, { minSupport: 1, ...options })).itemsets.column('items')
  const all = await fit({})
  assert.deepEqual(await fit({ include: ['bread'] }), all.filter((items) => items.includes('bread')))
  assert.deepEqual(await fit({ exclude: ['bread', 'jam'] }), all.filter((items) => !items.includes('bread') && !items.includes('jam')))
  assert.deepEqual(await fit({ minLen: 2, maxLen: 3 }), all.filter(({ length }) => length >= 2 && length <= 3))
})

test('itemsets are counted without being held', async () => {
  const found = await FrequentItemsets.fit(shop, { minSupport: 5 })
  const byLength = []
  for (const { length } of found.itemsets.column('items')) byLength[length - 1] = (byLength[length - 1] ?? 0) + 1
  const counts = await FrequentItemsets.count(shop, { minSupport: 5, maxItemsets: 1 })
  assert.deepEqual(counts, { total: found.itemsets.length, byLength, partial: null })
  const little = await FrequentItemsets.count(shop, { minSupport: 1, maxSeconds: 1e-9 })
  assert.match(little.partial, /^stopped at maxSeconds: .*; raise minSupport or maxSeconds, or set maxLen$/)
  await assert.rejects(FrequentItemsets.count(shop, { minSupport: 1, signal: AbortSignal.abort() }), { code: 'KOSAR_CANCELLED' })
})

test('no itemset stands on fewer customers than asked for', async () => {
  const log = await OrderLog.fromColumns({ customer: ['ann', 'ann', 'bob', 'bob'], order: [1, 2, 3, 3], item: ['a', 'a', 'b', 'a'] })
  const options = { minSupport: 1, minCustomers: 2 }
  assert.deepEqual(sets(await FrequentItemsets.fit(log, options)), ['a:3'])
  assert.equal((await AssociationRules.fit(log, { ...options, minConfidence: 0 })).rules.length, 0)
  await assert.rejects(FrequentItemsets.fit(breakfast, options), { code: 'KOSAR_MISSING_COLUMN' })
})

test('sides of rules hold what they may', async () => {
  const fit = (options) => AssociationRules.fit(breakfast, { minSupport: 1, minConfidence: 0, ...options })
  const rules = await fit({ antecedentItems: { only: ['jam', 'bread'], maxLen: 1 }, consequentItems: { exclude: ['butter'] } })
  assert.ok(rules.rules.length > 0)
  for (const { antecedent, consequent } of rules.rules) {
    assert.ok(antecedent.length === 1 && ['jam', 'bread'].includes(antecedent[0]) && consequent[0] !== 'butter')
  }
  const any = await fit({ antecedentItems: { anyOf: ['jam'], minLen: 2 } })
  assert.ok(any.rules.column('antecedent').every((items) => items.includes('jam') && items.length >= 2))
})

test('rules are tested, pruned, ordered and cut as asked', async () => {
  const options = { minSupport: 6, minConfidence: 0.1, maxLen: 3 }
  const fit = (more) => AssociationRules.fit(shop, { ...options, ...more })
  const all = await fit({})
  const significant = await fit({ maxPValue: 0.01, correction: 'none' })
  const p = (await all.table(['fisher_p'])).column('fisher_p')
  assert.deepEqual(said(significant).sort(), said(all).filter((_, at) => p[at] <= 0.01).sort())
  const strict = await fit({ maxPValue: 0.01 })
  assert.ok(strict.rules.length < significant.rules.length)
  assert.ok((await fit({ dropRedundant: true })).rules.length <= all.rules.length)
  assert.ok((await fit({ minImprovement: 0.2 })).rules.length < all.rules.length)
  const byConfidence = await fit({ rankBy: 'confidence', topK: 5 })
  const confidences = [...byConfidence.rules.column('confidence')]
  assert.deepEqual(confidences, [...all.rules.column('confidence')].sort((a, b) => b - a).slice(0, 5))
})

test('baskets lose weight with age', async () => {
  const log = await OrderLog.fromColumns({
    order: [1, 1, 2, 2, 3],
    item: ['a', 'b', 'a', 'c', 'a'],
    time: ['2025-01-01', '2025-01-01', '2025-01-11', '2025-01-11', '2025-01-11'].map((day) => new Date(day)),
  })
  const options = { minSupport: 0.01, minConfidence: 0, halfLifeDays: 10, asOf: '2025-01-11' }
  const rules = await AssociationRules.fit(log, options)
  const [first] = rules.rules.rows().filter(({ consequent }) => consequent[0] === 'b')
  assert.equal(first.confidence, 0.2)
  await assert.rejects(AssociationRules.fit(breakfast, options), { code: 'KOSAR_MISSING_COLUMN' })
})

test('a table of rules has the statistics asked for', async () => {
  const rules = await AssociationRules.fit(breakfast, { minSupport: 0.1 })
  const table = await rules.table([...MEASURES, 'improvement'])
  const first = ['antecedent', 'consequent', 'antecedent_support', 'consequent_support', 'count']
  assert.deepEqual(table.columns, [...first, ...MEASURES.filter((name) => name !== 'count'), 'improvement'])
  assert.deepEqual(table.column('lift'), rules.rules.column('lift'))
  assert.deepEqual((await rules.table([])).columns, first)
  assert.deepEqual(rules.rules.columns, [...first, ...MEASURES.slice(0, 10)])
})

test('rules are read cell by cell as the whole table is', async () => {
  const dated = await datasets.shop({ lines: 2000, seed: 3 })
  for (const rules of [
    await AssociationRules.fit(shop, { minSupport: 4, minConfidence: 0.1, consequent: 'any', maxLen: 3 }),
    await AssociationRules.fit(dated, { minSupport: 0.004, minConfidence: 0.1, maxLen: 2, halfLifeDays: 200 }),
    await AssociationRules.fit(shop, { minSupport: 1e6 }),
  ]) {
    const [read, whole] = [rules.rules, await rules.table(MEASURES.slice(0, 10))]
    assert.deepEqual([read.length, read.columns], [whole.length, whole.columns])
    for (const name of whole.columns) assert.deepEqual(read.column(name), whole.column(name), name)
    assert.deepEqual(read.rows(), whole.rows())
    assert.deepEqual(Array.from({ length: Math.min(5, whole.length) }, (_, at) => read.row(at)), whole.rows(0, 5))
  }
})

test('the measures declared are those that there are', () => {
  const declared = readFileSync(new URL('../index.d.ts', import.meta.url), 'utf8')
  const [, union] = declared.match(/export type Measure =\n([\s\S]*?)\n\n/)
  assert.deepEqual([...union.matchAll(/'(\w+)'/g)].map(([, name]) => name), [...MEASURES])
  assert.ok(Object.isFrozen(MEASURES) && MEASURES.length === 30)
})

test('rules of itemsets are the rules of the baskets', async () => {
  const itemsets = await FrequentItemsets.fit(shop, { minSupport: 5, maxLen: 3 })
  const options = { minSupport: 6, minConfidence: 0.2, maxLen: 3 }
  const rules = await AssociationRules.fromItemsets(itemsets, options)
  assert.deepEqual(rules.rules.rows(), (await AssociationRules.fit(shop, options)).rules.rows())
  const item = rules.rules.row(0).antecedent[0]
  const without = await FrequentItemsets.fit(shop, { minSupport: 5, maxLen: 3, exclude: [item] })
  const fewer = (await AssociationRules.fromItemsets(without, options)).rules.rows()
  assert.ok(fewer.length > 0 && fewer.every(({ antecedent, consequent }) => ![...antecedent, ...consequent].includes(item)))
  await assert.rejects(AssociationRules.fromItemsets(itemsets, { minSupport: 1, maxLen: 3 }), {
    code: 'KOSAR_PARAM',
    message: /^the itemsets must be found with a minSupport of at most that of the rules/,
  })
})

test('a cart is answered by the measure asked for', async () => {
  const rules = await AssociationRules.fit(breakfast, { minSupport: 1, minConfidence: 0 })
  const cart = ['bread']
  const items = (found) => found.map(({ item }) => item)
  const plain = rules.recommend(cart)
  assert.deepEqual(rules.recommend(cart, 10, { measure: 'confidence', combine: 'max', minScore: null }), plain)
  assert.deepEqual(rules.recommend(cart, undefined, undefined), plain)
  const byLift = rules.recommend(cart, 10, { measure: 'lift' })
  assert.ok(byLift.every(({ score, reason }) => score === reason.lift))
  assert.deepEqual(items(rules.recommend(cart, 10, { exclude: [plain[0].item] })), items(plain).slice(1))
  const least = plain[1].score
  assert.ok(rules.recommend(cart, 10, { minScore: least }).every(({ score }) => score >= least))
  const [sum] = rules.recommend(['bread', 'jam'], 1, { combine: 'sum' })
  const [most] = rules.recommend(['bread', 'jam'], 1)
  assert.ok(sum.score > most.score)
  const [chance] = rules.recommend(['bread', 'jam'], 1, { combine: 'noisy_or' })
  assert.ok(chance.score >= most.score && chance.score <= 1)
})

test('recommendations are plain values but for the text of a reason, with ids of any alphabet', async () => {
  const big = 2n ** 53n + 1n
  const numbers = await AssociationRules.fit(await OrderLog.fromBaskets([[1, big], [1, big, -3]]), { minSupport: 1 })
  const [{ reason, ...rest }] = numbers.recommend([1], 1)
  assert.equal(`${reason}`, '100 % of the 1 baskets have it too (2 baskets, lift 1.0)')
  assert.deepEqual([{ ...rest, reason: { ...reason } }], [
    {
      item: big,
      score: 1,
      reason: {
        kind: 'rule',
        antecedent: [1],
        count: 2,
        confidence: 1,
        lift: 1,
        sentence: '100 % of the 1 baskets have it too (2 baskets, lift 1.0)',
      },
    },
  ])
  const words = await AssociationRules.fit(await OrderLog.fromBaskets([['čaj 🐧', 'džem'], ['čaj 🐧', 'džem', '…', 'x']]), { minSupport: 1 })
  const found = words.recommend(['čaj 🐧', 'x'])
  assert.deepEqual(found.map(({ item, reason }) => [item, reason.antecedent]), [['džem', ['čaj 🐧']], ['…', ['x']]])
  assert.equal(found[0].reason.sentence, '100 % of the čaj 🐧 baskets have it too (2 baskets, lift 1.0)')
  assert.deepEqual(JSON.parse(JSON.stringify(found)), found.map(({ reason, ...rest }) => ({ ...rest, reason: { ...reason } })))
})

test('itemsets in parts are those of the whole', async () => {
  const baskets = [['a', 'b'], ['a'], ['a', 'b', 'c'], ['c'], ['b', 'c']]
  const options = { minSupport: 0.4 }
  const parts = await Promise.all([baskets.slice(0, 2), baskets.slice(2)].map((part) => OrderLog.fromBaskets(part)))
  const found = await Promise.all(parts.map((part) => FrequentItemsets.candidates(part, options)))
  const sent = found.map((candidates) => Candidates.fromBytes(candidates.toBytes()))
  const all = await sent[0].merge(sent[1])
  assert.deepEqual([all.nBaskets, all.length > 0], [5, true])
  const counts = await Promise.all(parts.map((part) => all.count(part)))
  const whole = await CandidateCounts.fromBytes(counts[0].toBytes()).merge(counts[1])
  assert.equal(whole.nBaskets, 5)
  const itemsets = await whole.finish()
  assert.deepEqual(sets(itemsets), sets(await FrequentItemsets.fit(await OrderLog.fromBaskets(baskets), options)))
  await assert.rejects(counts[0].finish(), { code: 'KOSAR_PARAM', message: /^2 baskets were counted and 5 searched/ })
  await assert.rejects(FrequentItemsets.candidates(parts[0], { minSupport: 2 }), { code: 'KOSAR_PARAM', message: /^minSupport = 2 cannot/ })
  const other = await FrequentItemsets.candidates(parts[1], { minSupport: 0.5 })
  await assert.rejects(all.merge(other), { code: 'KOSAR_PARAM', message: 'the parts have different parameters; give all the same' })
  await assert.rejects(all.count(await OrderLog.fromBaskets([['z']])), { code: 'KOSAR_PARAM', message: /^item 'z' is in no part/ })
  await assert.rejects(all.count(parts[0], { signal: AbortSignal.abort() }), { code: 'KOSAR_CANCELLED' })
})

const days = (...days) => days.map((day) => new Date(Date.UTC(2025, 0, day)))
const orders = await OrderLog.fromColumns({
  customer: ['ann', 'ann', 'bob', 'bob', 'eve', 'eve', null],
  order: [1, 2, 3, 4, 5, 6, 7],
  item: ['printer', 'ink', 'printer', 'ink', 'ink', 'printer', 'ink'],
  time: days(1, 8, 2, 12, 3, 20, 4),
})

test('temporal rules tell what is bought next, and how much later', async () => {
  const model = await TemporalRules.fit(orders, { withinDays: 14, minSupport: 2 })
  assert.deepEqual([model.nCustomers, model.anonymousOrders], [3, 1])
  assert.deepEqual(model.rules.rows(), [
    {
      antecedent: 'printer',
      consequent: 'ink',
      count: 2,
      support: 2 / 3,
      confidence: 2 / 3,
      lift: 2 / 3,
      median_days: 8.5,
      q1_days: 7.75,
      q3_days: 9.25,
    },
  ])
  const next = model.next('printer')
  assert.deepEqual(next.map(({ item, score, reason: { sentence, ...reason } }) => ({ item, score, reason })), [
    { item: 'ink', score: 2 / 3, reason: { kind: 'sequence', after: 'printer', count: 2, confidence: 2 / 3, medianDays: 8.5 } },
  ])
  assert.match(next[0].reason.sentence, /^67 % of the customers with printer bought it later, half of them within 8\.5 days/)
  assert.deepEqual(model.next('printer', 0), [])
  assert.equal(model.next('printer', 1, { measure: 'lift' })[0].score, 2 / 3)
  assert.throws(() => model.next('scanner'), { code: 'KOSAR_UNKNOWN_ID' })
  assert.throws(() => model.next(1), { code: 'KOSAR_ID_TYPE' })
  const again = await TemporalRules.fit(orders, { withinDays: 7, minSupport: 1, minConfidence: 0.1, topK: 1, repeats: true, fullWindow: true })
  assert.equal(again.rules.length, 1)
})
