import assert from 'node:assert/strict'
import test from 'node:test'

import { Ease, GraphFilter, KosarError, OrderLog, datasets } from '../index.mjs'

const shop = await datasets.shop({ lines: 5000, seed: 5 })

for (const fit of [() => Ease.fit(shop, { l2: 20 }), () => GraphFilter.fit(shop, { factors: 12 })]) {
  test(`filters act before the choice: ${fit}`, async () => {
    const model = await fit()
    const whole = model.recommend({ customer: 'C00001' }, 1000)
    assert.ok(whole.length > 20)
    const some = whole.slice(3, 9).map(({ item }) => item)
    const options = { only: [...some, 'no such item'], exclude: some.slice(0, 2) }
    assert.deepEqual(model.recommend({ customer: 'C00001' }, 3, options), whole.slice(5, 8))
    assert.deepEqual(model.recommend({ customer: 'C00001' }, 1000, { minScore: whole[4].score }), whole.slice(0, 5))
    const { kind, from, weight, share, sentence } = whole[0].reason
    assert.equal(kind, 'contribution')
    assert.ok(weight > 0 && share > 0 && share <= 1)
    assert.ok(sentence.startsWith(`${from} gives `))
    const all = await model.recommendAll(4)
    const first = all.customers.indexOf('C00001') * 4
    assert.deepEqual(all.items.slice(first, first + 4), whole.slice(0, 4).map(({ item }) => item))
    const filtered = await model.recommendAll(3, options)
    const place = filtered.customers.indexOf('C00001') * 3
    assert.deepEqual(filtered.items.slice(place, place + 3), whole.slice(5, 8).map(({ item }) => item))
    await assert.rejects(model.recommendAll(3, { onlyy: [] }), KosarError)
  })
}

test('a matrix of users and items gives what its log gives', async () => {
  const rows = [[0, 0], [0, 2], [1, 0], [1, 1], [2, 1], [2, 2], [3, 0]]
  const log = await OrderLog.fromColumns({ customer: rows.map(([customer]) => customer), item: rows.map(([, item]) => item) })
  const matrix = {
    shape: [4, 3],
    indptr: Uint32Array.of(0, 2, 4, 6, 7),
    indices: Uint32Array.from(rows, ([, item]) => item),
    data: Float64Array.from(rows, (_, at) => at + 1),
  }
  for (const [Model, options] of [[Ease, { l2: 1 }], [GraphFilter, { factors: 2 }]]) {
    const [ofLog, ofMatrix] = [await Model.fit(log, options), await Model.fit(matrix, options)]
    assert.deepEqual(ofMatrix.recommend({ customer: 3 }, 9), ofLog.recommend({ customer: 3 }, 9))
    assert.equal(ofMatrix.recommend({ customer: 3 }, 9).length, 2)
    assert.deepEqual(ofMatrix.toBytes(), ofLog.toBytes())
    const message = /^unit must be customer for a matrix of customers and items/
    await assert.rejects(Model.fit(matrix, { ...options, unit: 'order' }), { code: 'KOSAR_PARAM', message })
    await assert.rejects(Model.fit({ ...matrix, shape: [4, 2] }, options), /row 0/)
    await assert.rejects(Model.fit([[1]], options), /log must be an OrderLog/)
  }
})

test('a catalogue that is too large is refused, or cut to the most popular', async () => {
  await assert.rejects(Ease.fit(shop, { maxItems: 5 }), { code: 'KOSAR_PARAM', message: /maxItems is 5; raise it, or keep the most popular/ })
  const model = await Ease.fit(shop, { maxItems: 5, items: 'top' })
  assert.equal(model.itemsLeftOut, shop.nItems - 5)
})

test('bad parameters are refused by name', async () => {
  const baskets = await OrderLog.fromBaskets([['a', 'b'], ['a']])
  for (const [message, call] of Object.entries({
    'l2 must be above 0 and finite, got 0': () => Ease.fit(shop, { l2: 0 }),
    "items must be one of all, top, got 'some'": () => Ease.fit(shop, { items: 'some' }),
    'alpha must be from 0 to a billion, got -1': () => GraphFilter.fit(shop, { alpha: -1 }),
    'userExponent must be from -2 to 0, got 1': () => GraphFilter.fit(shop, { userExponent: 1 }),
    'itemExponent must be from -1 to 0, got 1': () => GraphFilter.fit(shop, { itemExponent: 1 }),
    'powerIterations must be at least 0, got -1': () => GraphFilter.fit(shop, { powerIterations: -1 }),
    "the log has no customer column, which Ease with unit 'customer' needs": () => Ease.fit(baskets),
  })) await assert.rejects(call(), { message })
})
