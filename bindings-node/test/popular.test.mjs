// Trends, groups, categories, arrivals and visits: answers worked out by hand, updates, files, refusals.

import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { Catalog, EventLog, OrderLog, Popularity, Visits, load } from '../index.js'

const DAY = 86_400_000
const customer = (i) => `c${String(i).padStart(2, '0')}`
const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at)
const country = new Map(range(1, 25).map((i) => [customer(i), i <= 12 ? 'AR' : 'HU']))
// Those of ../../bindings-python/tests/test_popularity.py.
const rows = [
  ...range(1, 25).map((i) => [customer(i), ['tea', 'mug', 'pot'][i % 3], 1 + i]),
  ...range(1, 4).map((i) => [customer(i), 'mate', 6 + i]),
  ...range(1, 17).map((i) => [customer(i), i <= 10 ? 'mate' : 'tea', 31 + (i % 5)]),
  ...range(20, 24).map((i) => [customer(i), 'gourd', 34]),
].map(([who, what, day]) => ({ who, what, at: new Date(DAY * day), country: country.get(who) }))
const columns = { customer: 'who', item: 'what', time: 'at', attributes: ['country'] }
const read = (some) => OrderLog.fromRows(some, columns)
const shelf = { tea: 'Drinks', mate: 'Drinks', mug: 'Cups', pot: 'Cups', gourd: 'Cups', new: 'Cups' }
const catalog = await Catalog.fromRows(Object.entries(shelf).map(([sku, path]) => ({ sku, path })), { item: 'sku', category: 'path' })
const log = await read(rows)
const fitted = (options) => Popularity.fit(log, { catalog, groups: { country }, ...options })
const items = (found) => found.map(({ item }) => item)
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`)

test('a rise is told with its bound', async () => {
  const model = await fitted()
  const [{ item, score, reason }, ...others] = model.trending()
  assert.deepEqual(others, [])
  const { kind, recent, baseline, days, rise, lowerBound } = reason
  assert.deepEqual([item, kind, recent, baseline, days], ['mate', 'trending', 10, 2, 7])
  near(rise, 5)
  assert.equal(score, lowerBound)
  const share = lowerBound / (1 + lowerBound)
  const choose = { 10: 66, 11: 12, 12: 1 }
  const tail = [10, 11, 12].reduce((sum, k) => sum + choose[k] * share ** k * (1 - share) ** (12 - k), 0)
  near(tail, 0.05)
  assert.match(`${reason}`, /^bought by 10 in 7 days, 5\.0 times its share before \(at least /)
  assert.deepEqual((await fitted({ confidence: 0.99 })).trending(), [])
  assert.deepEqual(model.trending(5, { exclude: ['mate'] }), [])
})

test('lists are of a category, for a group and a customer', async () => {
  const model = await fitted()
  assert.deepEqual(items(model.recommend(2, { category: 'Cups', customer: 'c02' })), ['mug', 'gourd'])
  const found = model.recommend(5, { group: { country: 'HU' } })
  assert.deepEqual(found.map(({ reason }) => reason.kind), ['popular_in', 'popular_in', 'popular_in', 'popular', 'popular_in'])
  const { group, count, customers, sentence } = found[0].reason
  assert.deepEqual([group, count, customers, sentence], ['HU', 7, 12, 'bought by 7 of 12 in HU'])
  near(found[0].score, (7 + (20 * 12) / 24) / 32)
  assert.deepEqual(model.groups, { country: ['AR', 'HU'] })
  assert.deepEqual(model.items, ['gourd', 'mate', 'mug', 'new', 'pot', 'tea'])
  assert.deepEqual(model.customers, [...country.keys()])
  const buyers = (item) => new Set(rows.filter(({ what }) => what === item).map(({ who }) => who)).size
  assert.deepEqual(model.counts, model.items.map(buyers))
  const byColumn = await Popularity.fit(log, { catalog, groups: { country: 'country' } })
  assert.deepEqual(byColumn.toBytes(), model.toBytes())
})

test('what came lately is new', async () => {
  const found = (await fitted({ newDays: 10 })).newArrivals()
  assert.deepEqual(found.map(({ item, score, reason }) => [item, score, reason.kind, reason.days, reason.count]), [
    ['gourd', 4, 'new_arrival', 1, 4],
  ])
})

test('updates and forgetting equal a fit', async () => {
  const whole = await fitted()
  const isEarly = ({ at }) => at < 20 * DAY
  const early = await Popularity.fit(await read(rows.filter(isEarly)), { catalog, groups: { country } })
  const updated = await early.update(await read(rows.filter((row) => !isEarly(row))))
  assert.deepEqual(updated.toBytes(), whole.toBytes())
  const others = [...country].filter(([who]) => who !== 'c03')
  const left = await Popularity.fit(await read(rows.filter(({ who }) => who !== 'c03')), { catalog, groups: { country: others } })
  assert.deepEqual((await updated.forget('c03')).toBytes(), left.toBytes())
  const again = Popularity.fromBytes(whole.toBytes())
  assert.deepEqual(again.trending(), whole.trending())
  assert.equal(typeof load, 'function')
})

test('what is not there is refused by name', async () => {
  const model = await fitted()
  for (const [options, message] of [
    [{ group: { country: 'DE' } }, /unknown group 'DE'/],
    [{ group: { city: 'DE' } }, /unknown grouping 'city'/],
    [{ group: {} }, /group must be an object of one name and its group/],
    [{ category: 'Cup' }, /unknown category 'Cup'; near to it: Cups/],
    [{ customer: 'zoe' }, /unknown customer 'zoe'/],
    [{ categories: 'Cup' }, /have no 'categories'/],
  ]) {
    for (const ask of ['recommend', 'trending', 'newArrivals']) assert.throws(() => model[ask](3, options), message)
  }
  await assert.rejects(fitted({ groups: { country: 7 } }), /groups\.country must be a column/)
  await assert.rejects(fitted({ groups: { city: 'city' } }), /city/)
  await assert.rejects(fitted({ baselineDays: 1 }), /baselineDays must be from trendDays/)
  await assert.rejects(fitted({ groups: { country: [['c01', 'AR'], ['c01', 'HU']] } }), /each customer once/)
  for (const wrong of [7, null, catalog]) {
    await assert.rejects(Popularity.fit(wrong), { code: 'KOSAR_PARAM', message: /^log must be an OrderLog or an EventLog, got / })
  }
  const timeless = await Popularity.fit(await OrderLog.fromBaskets([['a']]))
  assert.throws(() => timeless.trending(), { code: 'KOSAR_MISSING_COLUMN' })
})

test('visits are what was seen and not bought', async () => {
  const seen = [
    ['v1', 'ann', 'tea', 'view', 0], ['v1', 'ann', 'pot', 'add_to_cart', 60_000], ['v1', 'ann', 'mug', 'view', 120_000],
    ['v2', 'ann', 'tea', 'purchase', DAY], ['v2', 'ann', 'gourd', 'view', DAY + 60_000], ['v9', null, 'mug', 'view', 5000],
  ].map(([visit, who, what, did, at]) => ({ visit, who, what, did, at: new Date(at) }))
  const roles = { session: 'visit', customer: 'who', item: 'what', kind: 'did', time: 'at' }
  const events = await EventLog.fromRows(seen, roles)
  const visits = await Visits.of(events)
  const found = visits.recentlyViewed({ customer: 'ann' })
  assert.deepEqual(found[0], { item: 'gourd', kind: 'viewed', views: 1, last: new Date(DAY + 60_000) })
  assert.deepEqual(found.map(({ item, kind, views }) => [item, kind, views]).slice(1), [['mug', 'viewed', 1], ['pot', 'in_cart', 0]])
  assert.deepEqual(items(visits.continueShopping({ customer: 'ann', session: 'v2' })), ['pot', 'mug'])
  const ongoing = [{ item: 'pot', time: '1970-01-03', kind: 'purchase' }, { item: 'jar', time: new Date(DAY + 60_000) }]
  assert.deepEqual(items(visits.recentlyViewed({ customer: 'ann', ongoing }, 2)), ['gourd', 'jar'])
  assert.deepEqual(items(visits.recentlyViewed({ customer: 'ann', ongoing, only: ['jar', 'mug'] })), ['jar', 'mug'])
  assert.deepEqual(items(visits.continueShopping({ customer: 'ann', ongoing })), ['gourd', 'mug'])
  const early = [{ item: 'pot', time: '1970-01-01', kind: 'purchase' }]
  assert.deepEqual(items(visits.recentlyViewed({ customer: 'ann', ongoing: early })), ['gourd', 'mug'])
  const shown = ['pot', 'mug'].map((item) => ({ item, time: '1970-01-03', kind: 'impression' }))
  assert.deepEqual(items(visits.continueShopping({ customer: 'ann', ongoing: shown })), ['pot', 'gourd', 'mug'])
  for (const who of [{ session: 'v7' }, { customer: 'ann', session: 'v7' }]) {
    assert.throws(() => visits.recentlyViewed(who), /unknown session 'v7'/)
    assert.throws(() => visits.continueShopping(who), /unknown session 'v7'/)
  }
  assert.deepEqual(items(visits.recentlyViewed({ session: 'v9' })), ['mug'])
  const bought = await OrderLog.fromRows([{ who: 'ann', what: 'mug', at: new Date(DAY) }], { customer: 'who', item: 'what', time: 'at' })
  const others = await Visits.of(events, { orders: bought })
  assert.deepEqual(items(others.recentlyViewed({ customer: 'ann' })), ['gourd', 'pot'])
  assert.throws(() => visits.recentlyViewed({ customer: 'bob' }), /unknown customer 'bob'/)
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'visits.kosar')
  await visits.save(path)
  for (const again of [await load(path), await Visits.load(path), Visits.fromBytes(visits.toBytes())]) {
    assert.ok(again instanceof Visits)
    assert.deepEqual(again.recentlyViewed({ customer: 'ann' }), visits.recentlyViewed({ customer: 'ann' }))
    assert.deepEqual(again.continueShopping({ customer: 'ann', session: 'v2' }), visits.continueShopping({ customer: 'ann', session: 'v2' }))
  }
  assert.throws(() => visits.toBytes({ histories: false }), { code: 'KOSAR_MODEL_FILE' })
  assert.throws(() => visits.recentlyViewed({ ongoing: [{ item: 'tea' }] }), /ongoing must be an array of objects with item and time/)
  await assert.rejects(Visits.of(log), /log must be an EventLog/)
})

test('events count those who did them', async () => {
  const seen = [
    ['v1', 'ann', 'tea', 'view', 0], ['v1', 'ann', 'pot', 'add_to_cart', 60_000], ['v2', 'ann', 'tea', 'purchase', DAY],
    ['v9', null, 'mug', 'view', 5000], ['v8', null, 'mug', 'view', 5000],
  ].map(([visit, who, what, did, at]) => ({ visit, who, what, did, at: new Date(at) }))
  const roles = { session: 'visit', customer: 'who', item: 'what', kind: 'did', time: 'at' }
  const events = await EventLog.fromRows(seen, roles)
  const model = await Popularity.fit(events)
  assert.deepEqual(model.recommend(9).map(({ item, score }) => [item, score]), [['mug', 2], ['pot', 1], ['tea', 1]])
  assert.deepEqual(items((await Popularity.fit(events, { kinds: ['add_to_cart'] })).recommend()), ['pot'])
  await assert.rejects(model.update(log), /log must be left out for a model of events/)
  await assert.rejects(Popularity.fit(events, { groups: { g: 'country' } }), /groups must be named customer by customer/)
})
