import assert from 'node:assert/strict'
import test from 'node:test'

import { ItemSimilarity, NextBasket, OrderLog, compare, evaluate, leaveLastBasket, tune } from '../index.mjs'

/** The baskets of customers, the earliest first. */
const histories = {
  ann: [['milk', 'bread'], ['milk'], ['milk', 'jam']],
  bob: [['milk', 'tea'], ['tea', 'sugar']],
  cid: [['jam', 'bread'], ['jam'], ['tea'], ['jam', 'bread']],
  dan: [['tea', 'cake'], ['tea', 'milk']],
}

function columns() {
  const rows = Object.entries(histories).flatMap(([customer, baskets]) =>
    baskets.flatMap((basket, at) => basket.map((item) => ({ customer, order: `${customer}${9 - at}`, item, time: `2025-01-0${at + 1}` }))),
  )
  return Object.fromEntries(['customer', 'order', 'item', 'time'].map((name) => [name, rows.map((row) => row[name])]))
}

const log = await OrderLog.fromColumns(columns())
const model = await NextBasket.fit(log)
const items = (found) => found.map(({ item }) => item)

test('top frequency is what the customer bought most often, then what all bought', async () => {
  const top = await NextBasket.fit(log, { preset: 'top_frequency' })
  const all = Object.values(histories).flat()
  const count = (baskets, item) => baskets.filter((basket) => basket.includes(item)).length
  assert.deepEqual([...top.counts], top.items.map((item) => count(all, item)))
  assert.equal(top.nBaskets, all.length)
  for (const [customer, baskets] of Object.entries(histories)) {
    const expected = [...top.items].sort(
      (a, b) => count(baskets, b) - count(baskets, a) || count(all, b) - count(all, a) || (a < b ? -1 : 1),
    )
    assert.deepEqual(items(top.recommend({ customer }, 9)), expected)
  }
})

test('presets are what their options are', async () => {
  const tifu = await NextBasket.fit(log, { preset: 'tifu_knn' })
  const options = { personal: 'frequency', personalWeight: 0.7, neighborsWeight: 0.3, popularityWeight: 0 }
  assert.deepEqual(tifu.toBytes(), (await NextBasket.fit(log, options)).toBytes())
  const other = { ...options, groupSize: null, neighbors: 2, withinDecay: 0.8, groupDecay: 0.5, repeatDecay: 1, customerPrior: 3, itemPrior: 4 }
  const written = await NextBasket.fit(log, other)
  assert.deepEqual((await NextBasket.fit(log, { preset: 'tifu_knn', ...other })).toBytes(), written.toBytes())
  const params = /"params":(\{[^}]*\})/.exec(Buffer.from(written.toBytes()).toString('latin1').replaceAll('\\"', '"'))[1]
  assert.deepEqual(JSON.parse(params), {
    personal: 'frequency', personal_weight: 0.7, neighbors_weight: 0.3, popularity_weight: 0, group_size: null, neighbors: 2,
    within_decay: 0.8, group_decay: 0.5, repeat_decay: 1, customer_prior: 3, item_prior: 4,
  })
  assert.deepEqual((await NextBasket.fit(log, { preset: 'blend' })).toBytes(), model.toBytes())
})

test('what is bought again and what is new', () => {
  const whole = model.recommend({ customer: 'ann' }, 99)
  const [repeat, explore] = ['repeat', 'explore'].map((novelty) => model.recommend({ customer: 'ann' }, 99, { novelty }))
  assert.deepEqual(items(repeat).toSorted(), ['bread', 'jam', 'milk'])
  assert.deepEqual(items(explore).toSorted(), ['cake', 'sugar', 'tea'])
  assert.equal(whole.length, 6)
  assert.deepEqual(whole.filter(({ reason }) => reason.kind === 'repeat'), repeat)
  const milk = repeat.find(({ item }) => item === 'milk').reason
  assert.deepEqual({ ...milk }, { kind: 'repeat', orders: 3, of: 3, sentence: "bought in 3 of the customer's 3 orders" })
  const tea = explore.find(({ item }) => item === 'tea').reason
  const sentence = 'new to the customer; 3 customers like this one have it (5 orders)'
  assert.deepEqual({ ...tea }, { kind: 'explore', neighbors: 3, orders: 5, sentence })
  assert.equal(String(tea), sentence)
})

test('filters act before the choice', () => {
  const whole = model.recommend({ customer: 'ann' }, 99)
  const some = items(whole.slice(1, 5))
  assert.deepEqual(model.recommend({ customer: 'ann' }, 2, { only: [...some, 'wine'], exclude: some.slice(0, 1) }), whole.slice(2, 4))
})

test('all at once are as one after the other', async () => {
  for (const options of [undefined, { novelty: 'explore', exclude: ['tea'] }]) {
    const all = await model.recommendAll(4, options)
    assert.deepEqual(all.customers, Object.keys(histories))
    all.customers.forEach((customer, at) => {
      const found = model.recommend({ customer }, 4, options)
      const row = all.items.slice(4 * at, 4 * at + 4)
      assert.deepEqual(row.filter((item) => item !== null), items(found))
      assert.deepEqual([...all.scores.slice(4 * at, 4 * at + found.length)], found.map(({ score }) => score))
    })
  }
})

test('someone is asked about by baskets', () => {
  const found = model.recommend({ baskets: [['tea'], [], ['tea', 'sugar', 'tea']] }, 3)
  assert.equal(found[0].item, 'tea')
  assert.equal(found[0].reason.orders, 2)
  assert.deepEqual(items(model.recommend({ baskets: [] }, 3)), ['tea', 'jam', 'milk'].sort((a, b) => a.localeCompare(b)).toSorted((a, b) => model.counts[model.items.indexOf(b)] - model.counts[model.items.indexOf(a)]))
  const serving = NextBasket.fromBytes(model.toBytes({ histories: false }))
  assert.throws(() => serving.recommend({ customer: 'ann' }), { code: 'KOSAR_NO_HISTORIES' })
  assert.equal(serving.recommend({ baskets: [['tea']] }, 3)[0].item, 'tea')
  assert.deepEqual([model.customers, serving.customers], [Object.keys(histories), []])
  assert.ok(model.repurchaseProbabilities.every((share) => share > 0 && share < 1))
})

test('evaluations count what is bought again', async () => {
  const split = await leaveLastBasket(log, { newItemsOnly: false, unknownItems: 'miss' })
  const [blend, similar] = [await NextBasket.fit(split.train), await ItemSimilarity.fit(split.train)]
  const options = { metrics: ['recall@3'], nResamples: 0 }
  const value = async (one) => (await evaluate(one, split, options)).estimate('recall@3').value
  assert.ok((await value(blend)) > (await value(similar)))
  assert.equal(await value(blend), await value((customer) => blend.recommend({ customer }, 3)))
  assert.deepEqual((await compare({ blend }, split, options)).names, ['popularity', 'blend'])
  const tuned = await tune(NextBasket, { neighbors: [1, 3] }, split, { metric: 'recall@3', nResamples: 0 })
  assert.ok([1, 3].includes(tuned.bestOptions.neighbors))
})

test('questions and options out of range are refused by name', async () => {
  for (const [query, options, code, message] of [
    [{}, undefined, 'KOSAR_PARAM', /query must have either customer or baskets/],
    [{ customer: 'ann', baskets: [] }, undefined, 'KOSAR_PARAM', /either customer or baskets/],
    [{ items: ['tea'] }, undefined, 'KOSAR_PARAM', /query have no 'items'/],
    [{ baskets: ['tea'] }, undefined, 'KOSAR_PARAM', /a basket must be an array, got 'tea'/],
    [{ baskets: [['wine']] }, undefined, 'KOSAR_UNKNOWN_ID', /unknown item 'wine'/],
    [{ customer: 'eve' }, undefined, 'KOSAR_UNKNOWN_ID', /unknown customer 'eve'/],
    [{ customer: 'ann' }, { novelty: 'old' }, 'KOSAR_PARAM', /novelty must be one of repeat, explore, got 'old'/],
    [{ customer: 'ann' }, { minScore: 1 }, 'KOSAR_PARAM', /options have no 'minScore'/],
  ]) {
    assert.throws(() => model.recommend(query, 3, options), { code, message })
  }
  for (const [options, message] of [
    [{ preset: 'mean' }, /preset must be one of blend, top_frequency, tifu_knn, got 'mean'/],
    [{ personal: 'often' }, /personal must be one of repurchase, frequency, got 'often'/],
    [{ withinDecay: 0 }, /withinDecay must be above 0 and at most 1, got 0/],
    [{ neighborsWeight: -1 }, /neighborsWeight must be from 0 to a million, got -1/],
    [{ personalWeight: 0, neighborsWeight: 0, popularityWeight: 0 }, /personalWeight must be above 0 where the two other weights are 0/],
    [{ colour: 1 }, /options have no 'colour'/],
  ]) {
    await assert.rejects(NextBasket.fit(log, options), { code: 'KOSAR_PARAM', message })
  }
  await assert.rejects(NextBasket.fit(await OrderLog.fromBaskets([['a']])), { code: 'KOSAR_MISSING_COLUMN' })
  await assert.rejects(NextBasket.fit(log, { signal: AbortSignal.abort() }), { code: 'KOSAR_CANCELLED' })
})
