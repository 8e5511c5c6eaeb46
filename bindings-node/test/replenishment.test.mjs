// When customers buy again: answers, updates, files, refusals.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import { Catalog, OrderLog, Replenishment, evaluate, load, temporalSplit } from '../index.mjs'

const DAY = 86_400_000
const bought = [
  ...[0, 10, 20, 30].map((day) => ['ann', 'coffee', day]),
  ['ann', 'pot', 3],
  ...[5, 17, 29].map((day) => ['bob', 'coffee', day]),
  ...[5, 29].map((day) => ['bob', 'filter', day]),
  ...[8, 26].map((day) => ['cid', 'coffee', day]),
  ...[2, 20, 39].map((day) => ['dan', 'filter', day]),
]
const read = (rows) =>
  OrderLog.fromRows(rows.map(([who, what, day]) => ({ who, what, at: new Date(DAY * day) })), { customer: 'who', item: 'what', time: 'at' })
const now = new Date('1970-02-10')
const log = await read(bought)
const model = await Replenishment.fit(log)

test('what is due comes first', () => {
  const [due] = model.buyAgain('ann', now)
  assert.equal(due.item, 'coffee')
  assert.deepEqual([due.due, due.lastBought, due.purchases], [new Date(40 * DAY), new Date(30 * DAY), 4])
  assert.ok(due.earliest <= due.due && due.due <= due.latest)
  assert.ok(due.probability > 0 && due.probability <= due.repurchase && due.repurchase <= 1)
  assert.deepEqual(model.due('ann', 'coffee', '1970-02-10'), due)
  assert.equal(model.due('cid', 'filter', now), null)
  assert.deepEqual(model.end, new Date(40 * DAY))
  assert.deepEqual(model.items, ['coffee', 'filter', 'pot'])
  assert.deepEqual(model.customers, ['ann', 'bob', 'cid', 'dan'])
  assert.equal(model.quantityExponent, 0)
  const { days, repurchase } = model.interval('coffee')
  assert.ok(days > 10 && days < 18 && repurchase >= 0 && repurchase <= 1)
})

test('options choose', async () => {
  const items = (options, n) => model.buyAgain('ann', now, n, options).map(({ item }) => item)
  assert.deepEqual(items({ only: ['coffee', 'nothing'] }), ['coffee'])
  assert.ok(!items({ exclude: ['coffee'] }).includes('coffee'))
  assert.equal(items({}, 1).length, 1)
  assert.deepEqual(items({ only: ['pot'], minProbability: 0.5 }), [])
  const [near, far] = [1, 60].map((horizonDays) => model.buyAgain('ann', now, 1, { horizonDays })[0].probability)
  assert.ok(near < far)
  const twice = await Replenishment.fit(log, { minPurchases: 2, useQuantities: false })
  assert.deepEqual(twice.buyAgain('ann', now).map(({ item }) => item), ['coffee'])
})

test('all customers have the lists of one', async () => {
  const table = await model.dueAll(now, 2, { minProbability: 0.01 })
  const rows = table.rows().map(({ customer, interval_days: intervalDays, last_bought: lastBought, ...rest }) => ({ customer, ...rest, intervalDays, lastBought }))
  const expected = model.customers.flatMap((customer) =>
    model.buyAgain(customer, now, 2, { minProbability: 0.01 }).map((due) => ({ customer, ...due })))
  assert.deepEqual(rows, expected)
})

test('updates and forgetting equal a fit, and files give it back', async () => {
  const shelf = [['coffee', 'Food'], ['filter', 'Kitchen'], ['pot', 'Kitchen']].map(([sku, path]) => ({ sku, path }))
  const catalog = await Catalog.fromRows(shelf, { item: 'sku', category: 'path' })
  const fit = async (rows) => Replenishment.fit(await read(rows), { catalog })
  const whole = (await fit(bought)).toBytes()
  assert.deepEqual((await (await fit(bought.slice(0, 7))).update(await read(bought.slice(7)))).toBytes(), whole)
  const left = await (await fit(bought)).forget('bob')
  assert.deepEqual(left.toBytes(), (await fit(bought.filter(([who]) => who !== 'bob'))).toBytes())
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'model.kosar')
  await left.save(path)
  const again = await load(path)
  assert.ok(again instanceof Replenishment)
  assert.deepEqual(again.buyAgain('ann', now), left.buyAgain('ann', now))
  assert.throws(() => left.toBytes({ histories: false }), { code: 'KOSAR_MODEL_FILE' })
})

test('an evaluation asks for repeats', async () => {
  const customers = Array.from({ length: 20 }, (_, at) => at)
  const weekly = customers.flatMap((who) => ['a', 'b'].flatMap((what) => [1, 2, 3, 4, 5, 6, 7, 8].map((week) => [who, what, 7 * week])))
  const once = customers.map((who) => [who, `c${who % 3}`, 20])
  const split = await temporalSplit(await read([...weekly, ...once]), { lastDays: 5, newItemsOnly: false })
  const found = await evaluate(await Replenishment.fit(split.train), split, { metrics: ['recall@2'], nResamples: 0 })
  assert.equal(found.table.rows()[0].value, 1)
})

test('a day beyond the calendar is its last one', async () => {
  // Nearly every interval, of two that are as unlike as can be.
  const rows = [['ann', 'coffee', 0], ['ann', 'coffee', 1], ['bob', 'coffee', 0], ['bob', 'coffee', 20_000]]
  const wide = await Replenishment.fit(await read(rows), { coverage: 0.999999999 })
  assert.deepEqual(wide.due('ann', 'coffee', now).latest, new Date(8.64e15))
})

test('refusals name what is wrong', async () => {
  assert.throws(() => model.buyAgain('eva', now), { code: 'KOSAR_UNKNOWN_ID', message: "unknown customer 'eva'" })
  assert.throws(() => model.due('ann', 'tea', now), { code: 'KOSAR_UNKNOWN_ID' })
  assert.throws(() => model.buyAgain(7, now), { code: 'KOSAR_ID_TYPE' })
  assert.throws(() => model.buyAgain('ann', 7), { code: 'KOSAR_PARAM', message: /^now must be a valid Date/ })
  assert.throws(() => model.buyAgain('ann', now, 1, { minProbability: 2 }), { message: 'minProbability must be from 0 to 1, got 2' })
  await assert.rejects(model.dueAll(now, 1, { horizonDays: 0 }), { message: 'horizonDays must be above 0 and at most 3660, got 0' })
  await assert.rejects(Replenishment.fit(log, { coverage: 1 }), { message: 'coverage must be above 0 and below 1, got 1' })
  await assert.rejects(Replenishment.fit(log, { horizon: 1 }), /options have no 'horizon'/)
  await assert.rejects(Replenishment.fit(await OrderLog.fromBaskets([['a']])), { code: 'KOSAR_MISSING_COLUMN' })
})
