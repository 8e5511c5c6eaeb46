// Item similarity: what only Node sees of it; the core's tests have the figures.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ItemSimilarity, KosarError, OrderLog } from '../index.mjs'

// Customer, order, item, quantity, day.
const LINES = [
  [1, 1, 'rye', 1, 1],
  [1, 1, 'butter', 2, 1],
  [1, 2, 'jam', 1, 9],
  [2, 3, 'rye', 1, 2],
  [2, 3, 'butter', 1, 2],
  [3, 4, 'rye', 1, 3],
  [3, 4, 'tea', 1, 3],
  [3, 5, 'tea', -1, 4],
  [4, 6, 'jam', 3, 5],
  [4, 6, 'butter', 1, 5],
]

function log(lines = LINES) {
  const column = (at) => lines.map((line) => line[at])
  const time = column(4).map((day) => Date.UTC(2024, 0, day))
  return OrderLog.fromColumns({ customer: column(0), order: column(1), item: column(2), quantity: column(3), time })
}

const names = (found) => found.map((one) => one.item)

test('options reach the core', async () => {
  for (const [options, score] of [
    [{}, 2],
    [{ shrinkage: 2 }, 1],
    [{ userExponent: -1 }, 1 / 3 + 1 / 2],
    [{ strength: 'quantity' }, 3],
    [{ popularityDamping: 1 }, 2 / 3],
    [{ minCustomers: 2 }, 2],
    [{ halfLifeDays: 1, asOf: '2024-01-02' }, 1 + 0.25],
    [{ weighting: 'tf_idf' }, Math.log(4 / 3) ** 2],
  ]) {
    const list = (await ItemSimilarity.fit(await log(), { measure: 'dot', ...options })).similar('rye', 9)
    const found = list.find((one) => one.item === 'butter')
    assert.ok(Math.abs(found.score - score) < 1e-6, `${JSON.stringify(options)}: ${found.score}`)
  }
})

test('what weighs pairs of unequal items and times reaches the core', async () => {
  for (const [options, score] of [
    [{}, 1 / Math.sqrt(3 * 2)],
    [{ asymmetry: 1 }, 1 / 3],
    [{ measure: 'dot', pairHalfLifeDays: 8 }, 1 / 2],
    [{ measure: 'dot', weighting: 'bm25', k1: 0 }, 0],
  ]) {
    const list = (await ItemSimilarity.fit(await log(), options)).similar('rye', 9)
    const found = list.find((one) => one.item === 'jam')?.score ?? 0
    assert.ok(Math.abs(found - score) < 1e-6, `${JSON.stringify(options)}: ${found}`)
  }
})

test('dislikes and returns lower what resembles them', async () => {
  const model = await ItemSimilarity.fit(await log([...LINES, [5, 7, 'tea', 1, 6], [5, 7, 'butter', 1, 6]]))
  const score = (options) => model.recommend({ customer: 3 }, 9, options).find((one) => one.item === 'butter')?.score ?? 0
  const nearness = model.similar('tea', 9).find((one) => one.item === 'butter').score
  assert.ok(nearness > 0.3)
  for (const options of [{ returnedWeight: 1 }, { dislikes: ['tea'] }]) {
    assert.ok(Math.abs(score() - nearness - score(options)) < 1e-12, JSON.stringify(options))
  }
  assert.ok(Math.abs(score() - nearness / 2 - score({ returnedWeight: 0.5 })) < 1e-12)
  assert.equal(score({ dislikes: ['butter'] }), 0)
  assert.equal(score({ minScore: score() + 0.001 }), 0)
  assert.ok(score({ minScore: score() }) > 0)
})

test('preparing changes no answer', async () => {
  const [ready, plain] = [await ItemSimilarity.fit(await log(), { neighbors: 1 }), await ItemSimilarity.fit(await log(), { neighbors: 1 })]
  assert.equal(await ready.prepare(), undefined)
  assert.deepEqual(ready.similar('butter', 9), plain.similar('butter', 9))
  assert.deepEqual(ready.similarCustomers(1, 9), plain.similarCustomers(1, 9))
})

test('every measure and side fits', async () => {
  const measures = ['cosine', 'tanimoto', 'dice', 'conditional', 'dot', 'jaccard', 'lift', 'pmi', 'log_likelihood']
  for (const measure of measures) {
    for (const side of ['source', 'target']) {
      const model = await ItemSimilarity.fit(await log(), { measure, side })
      assert.ok(names(model.similar('rye', 9)).includes('butter'), measure)
    }
  }
})

test('what cannot be is refused by name', async () => {
  for (const [options, message] of [
    [{ measure: 'euclid' }, /^measure must be one of cosine, tanimoto/],
    [{ side: 'left' }, /^side must be one of source, target/],
    [{ weighting: 'bm25', b: 2 }, /^b must be from 0 to 1/],
    [{ userExponent: 9 }, /^userExponent must be from -4 to 4/],
    [{ minCustomers: 0 }, /^minCustomers must be/],
    [{ popularityDamping: 1, measure: 'dice' }, /^popularityDamping must be 0 for/],
    [{ user_exponent: 1 }, /user_exponent/],
  ]) {
    await assert.rejects(async () => ItemSimilarity.fit(await log(), options), (error) => {
      assert.ok(error instanceof KosarError, String(error))
      assert.match(error.message, message)
      return true
    })
  }
  const model = await ItemSimilarity.fit(await log())
  assert.throws(() => model.recommend({ customer: 2 }, 3, { returnedWeight: 2 }), /returnedWeight must be from 0 to 1/)
  assert.throws(() => model.recommend({}, 3), /either customer or items/)
  assert.throws(() => model.similar('rye', 3, { dislikes: ['tea'] }), /dislikes/)
})

test('filters act before the selection', async () => {
  const model = await ItemSimilarity.fit(await log(), { neighbors: 1 })
  assert.deepEqual(names(model.similar('butter', 9)), ['jam', 'rye'])
  assert.deepEqual(names(model.similar('butter', 1, { exclude: ['jam'] })), ['rye'])
  assert.deepEqual(names(model.similar('butter', 9, { only: ['rye', 'nothing'] })), ['rye'])
  const wide = await ItemSimilarity.fit(await log())
  assert.deepEqual(names(wide.recommend({ items: ['rye', 'jam'] }, 9)), ['butter', 'tea'])
  const again = names(wide.recommend({ items: ['rye', 'jam'] }, 9, { keepOwned: true }))
  assert.deepEqual(again.sort(), ['butter', 'jam', 'rye', 'tea'])
})

test('explanations add up, and similar customers share items', async () => {
  const model = await ItemSimilarity.fit(await log())
  for (const { item, score, reason } of model.recommend({ customer: 2 }, 9)) {
    const parts = model.explain(item, { customer: 2 })
    const sum = parts.reduce((sum, part) => sum + part.similarity, 0)
    assert.ok(Math.abs(sum - score) < 1e-12)
    assert.equal(parts[0].item, reason.to)
  }
  const others = model.similarCustomers(1, 2)
  assert.deepEqual(others.map((one) => [one.customer, one.count]), [[2, 2], [4, 2]])
})

test('updating and forgetting equal a fit, and the old model goes on', async () => {
  for (const options of [{}, { unit: 'order' }, { side: 'target', userExponent: -0.5, neighbors: 2 }]) {
    const whole = await ItemSimilarity.fit(await log(), options)
    const first = await ItemSimilarity.fit(await log(LINES.slice(0, 5)), options)
    const updated = await first.update(await log(LINES.slice(5)))
    const aborted = { signal: AbortSignal.abort() }
    await assert.rejects(first.update(await log(LINES.slice(5)), aborted), { code: 'KOSAR_CANCELLED' })
    await assert.rejects(first.update(await log(LINES.slice(5)), { n: 1 }), { code: 'KOSAR_PARAM', message: /have no 'n'/ })
    assert.deepEqual(updated.toBytes(), whole.toBytes())
    const without = await whole.forget(3)
    const fitted = await ItemSimilarity.fit(await log(LINES.filter(([customer]) => customer !== 3)), options)
    assert.deepEqual(without.toBytes(), fitted.toBytes())
    assert.equal(whole.recommend({ customer: 3 }, 1).length, 1)
    assert.throws(() => without.recommend({ customer: 3 }, 1), /unknown customer 3/)
  }
})

test('batches are pieces of all', async () => {
  const model = await ItemSimilarity.fit(await log())
  const all = await model.recommendAll(2)
  const [customers, items, scores] = [[], [], []]
  for await (const batch of model.recommendBatches(2, { batchSize: 3 })) {
    customers.push(...batch.customers)
    items.push(...batch.items)
    scores.push(...batch.scores)
  }
  assert.deepEqual(customers, all.customers)
  assert.deepEqual(items, all.items)
  assert.deepEqual(scores, [...all.scores])
  const none = await model.recommendAll(2, { only: [] })
  assert.ok(none.items.every((item) => item === null))
  await assert.rejects(async () => model.recommendBatches(2, { batchSize: 0 }).next(), /batchSize must be/)
  await assert.rejects(async () => model.recommendBatches(2, 7).next(), KosarError)
  let sizes = 0
  for await (const batch of model.recommendBatches(2, { batchSize: 3n })) sizes += batch.customers.length
  assert.equal(sizes, all.customers.length)
})

test('a matrix is one of users and items', async () => {
  const matrix = {
    shape: [3, 5],
    indptr: Uint32Array.of(0, 2, 4, 4),
    indices: Uint32Array.of(0, 2, 0, 3),
    data: Float64Array.of(1, 2, 1, 1),
  }
  const model = await ItemSimilarity.fit(matrix, { measure: 'dot', strength: 'quantity' })
  assert.deepEqual(model.similar(0, 9).map((one) => [one.item, one.score]), [[2, 2], [3, 1]])
  assert.deepEqual(names(model.recommend({ customer: 1 }, 9)), [2])
  for (const [bad, message] of [
    [{ ...matrix, data: Float64Array.of(1, NaN, 1, 1) }, /row 0/],
    [{ ...matrix, indices: Uint32Array.of(0, 9, 0, 3) }, /row 0/],
    [{ ...matrix, indptr: [0, 2, 4, 4] }, /indptr/],
    [{ ...matrix, shape: [3] }, /shape/],
    [{ ...matrix, shape: [3, 5, 7] }, /shape must be two numbers/],
  ]) {
    await assert.rejects(async () => ItemSimilarity.fit(bad), message)
  }
})
