// Affinities: answers worked out by hand, updates, files, refusals. Those of ../../bindings-python/tests/test_affinity.py.

import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { Affinity, Catalog, Customers, EventLog, OrderLog, load } from '../index.js'

const reading = { order: 'order', customer: 'who', item: 'what', time: 'at', price: 'paid', attributes: ['channel'] }
const rows = [
  [1, 'ann', 'rye', '2025-03-03T07:00', 2, 'app'],
  [2, 'ann', 'rye', '2025-03-10T07:10', 2, 'app'],
  [2, 'ann', 'bun', '2025-03-10T07:10', 1, 'app'],
  [3, 'bob', 'tea', '2025-03-08T01:00', 4, 'web'],
  [4, 'bob', 'mug', '2025-03-15T01:20', 9, 'web'],
  [5, 'eve', 'tea', '2025-03-08T20:30', 4, 'app'],
].map(([order, who, what, at, paid, channel]) => ({ order, who, what, at: new Date(`${at}Z`), paid, channel }))
const seen = [
  { who: 'bob', what: 'pot', did: 'add_to_cart', at: new Date('2025-03-16T01:00Z') },
  { who: 'eve', what: 'pot', did: 'view', at: new Date('2025-03-16T20:00Z') },
]
const events = await EventLog.fromRows(seen, { customer: 'who', item: 'what', kind: 'did', time: 'at' })
const shelf = [
  ['rye', 'Food/Bread', 'Miller', 2],
  ['bun', 'Food/Bread', 'Miller', 1],
  ['spelt', 'Food/Bread', 'Miller', 3],
  ['tea', 'Food/Tea', 'Leaf', 4],
  ['mug', 'Home', 'Clay', 9],
  ['pot', 'Home', 'Clay', 15],
].map(([sku, path, brand, price]) => ({ sku, path, brand, price }))
const catalog = await Catalog.fromRows(shelf, { item: 'sku', category: 'path', brand: 'brand', price: 'price' })
const places = [
  { who: 'ann', zone: 'Europe/Budapest' },
  { who: 'bob', zone: 'America/New_York' },
]
const customers = await Customers.fromRows(places, { customer: 'who', timeZone: 'zone' })
const facets = ['category', 'brand', 'price_band', 'weekday', 'hour', 'column:channel']
const log = (some) => OrderLog.fromRows(some, reading)
const settings = { facets, prior: 10, priceBands: 3 }
const fitted = async (options, some = rows) =>
  Affinity.fit(await log(some), { events, catalog, customers, ...settings, ...options })
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`)

test('shares and lifts are those of the formula', async () => {
  const model = await fitted()
  const [ann, ...others] = model.of('ann', 'brand')
  assert.deepEqual(others, [])
  const share = (15 + (10 * 15) / 34) / (15 + 10)
  near(ann.share, share)
  near(ann.lift, share / (15 / 34))
  near(ann.populationShare, 15 / 34)
  assert.deepEqual([ann.value, ann.purchases, ann.events, ann.last], ['Miller', 3, 0, new Date('2025-03-10')])
  assert.equal(ann.text, 'Miller: 1.8 times as much as others, by 3 purchases, last on 2025-03-10')
  near(model.lift('eve', 'brand', 'Miller'), 10 / 16)
  assert.deepEqual(model.of('bob', 'column:channel').map(({ value }) => value), ['web'])
})

test('a menu comes back whole', async () => {
  const menu = ['Garden', 'Food', 'Home']
  const values = (model) => model.rank('bob', 'category', menu).map(({ value }) => value)
  const model = await fitted()
  assert.deepEqual(values(model), ['Food', 'Home', 'Garden'])
  assert.deepEqual(values(await fitted({ order: 'lift' })), ['Home', 'Garden', 'Food'])
  const garden = model.rank('bob', 'category', menu)[2]
  assert.deepEqual([garden.lift, garden.share, garden.last ?? null], [1, 0, null])
  assert.throws(() => model.rank('bob', 'category', 'Food'), { code: 'KOSAR_PARAM' })
})

test('a search is reranked', async () => {
  const model = await fitted()
  const found = model.rerank('ann', ['pot', 'spelt', 'tea', '?'], { weight: 2 })
  assert.equal(found[0].item, 'spelt')
  assert.ok(found[0].reasons.length > 0 && facets.includes(found[0].reasons[0].facet))
  const unknown = found.find(({ item }) => item === '?')
  assert.deepEqual([unknown.lift, unknown.score, unknown.before, unknown.reasons], [1, 0.25, 3, []])
  const plain = model.rerank('ann', ['pot', 'spelt'], { weight: 0, scores: [0.5, 0.7] })
  assert.deepEqual(plain.map(({ item, score }) => [item, score]), [['spelt', 0.7], ['pot', 0.5]])
  assert.throws(() => model.rerank('ann', ['pot'], { scores: [-1] }), /scores must be finite/)
  assert.throws(() => model.rerank('ann', ['pot'], { facets: ['hour'] }), /facet hour needs a model/)
  assert.throws(() => model.rerank('ann', ['pot'], { wight: 1 }), /options have no 'wight'/)
})

test('times are those of the place', async () => {
  const model = await fitted()
  const { hour, weekday, hours, weekdays, purchases } = model.sendTime('ann')
  assert.deepEqual([hour, weekday, purchases, hours.length, weekdays.length], [8, 0, 2, 24, 7])
  near(hours.reduce((sum, { share }) => sum + share, 0), 1)
  const bob = model.sendTime('bob')
  assert.deepEqual([bob.hour, bob.weekday, bob.events], [21, 4, 1])
  await assert.rejects(fitted({ timeZone: 'Mars' }), /must be the name of a zone/)
})

test('tables and populations', async () => {
  const model = await fitted()
  const table = await model.table('brand', 1)
  assert.deepEqual(table.rows().map(({ customer, value }) => [customer, value]), [
    ['ann', 'Miller'],
    ['bob', 'Clay'],
    ['eve', 'Leaf'],
  ])
  assert.equal(table.column('share')[0], model.of('ann', 'brand')[0].share)
  assert.deepEqual(model.population('brand').map(({ value, customers }) => [value, customers]), [
    ['Miller', 1],
    ['Leaf', 2],
    ['Clay', 2],
  ])
  assert.deepEqual((await fitted({ minCustomers: 2 })).population('brand').map(({ value }) => value), ['Leaf', 'Clay'])
  assert.deepEqual((await fitted({ priceCutPoints: [3, 5.5] })).priceCutPoints, [3, 5.5])
})

test('updating and forgetting equal a fit', async () => {
  const whole = await fitted()
  const first = await Affinity.fit(await log(rows.slice(0, 4)), { catalog, customers, ...settings })
  const second = await first.update(await log(rows.slice(4)), { customers })
  const third = await second.update(events, { customers })
  assert.deepEqual(third.toBytes(), whole.toBytes())
  assert.deepEqual((await first.update(await log(rows.slice(4)), { events, customers })).toBytes(), whole.toBytes())
  const without = await fitted({}, rows.filter(({ who }) => who !== 'ann'))
  const left = await whole.forget('ann')
  assert.deepEqual(left.toBytes(), without.toBytes())
  assert.deepEqual(left.customers, ['bob', 'eve'])
  assert.throws(() => left.of('ann', 'brand'), { code: 'KOSAR_UNKNOWN_ID' })
})

test('a file is the same model', async () => {
  const model = await fitted({ halfLifeDays: 30, weights: { purchase: 2, view: 0.5 } })
  assert.deepEqual(model.asOf, new Date('2025-03-17'))
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'affinity.kosar')
  await model.save(path)
  const again = await load(path)
  assert.ok(again instanceof Affinity)
  assert.deepEqual(again.of('bob', 'brand'), model.of('bob', 'brand'))
  assert.deepEqual(Affinity.fromBytes(model.toBytes()).toBytes(), model.toBytes())
  assert.throws(() => model.toBytes({ histories: false }), { code: 'KOSAR_MODEL_FILE' })
})

test('what does not fit is refused', async () => {
  const orders = await log(rows)
  await assert.rejects(Affinity.fit(orders, { facets: ['colour'] }), /facet must be one of category, brand/)
  await assert.rejects(Affinity.fit(orders, { facets: ['brand'] }), /facet brand needs a catalogue/)
  await assert.rejects(Affinity.fit(orders, { facets: ['column:device'] }), { code: 'KOSAR_INTAKE' })
  await assert.rejects(Affinity.fit(catalog), /log must be an OrderLog or an EventLog/)
  await assert.rejects(Affinity.fit(orders, { prio: 1 }), /options have no 'prio'/)
  const alone = await Affinity.fit(events, { catalog })
  assert.deepEqual(alone.facets, ['category', 'brand', 'weekday', 'hour'])
})
