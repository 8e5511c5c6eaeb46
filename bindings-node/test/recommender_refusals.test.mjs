// What a recommender is given and does not take.
import assert from 'node:assert/strict'
import test from 'node:test'

import { Catalog, EventLog, OrderLog, Recommender } from '../index.mjs'

const rows = Array.from({ length: 30 }, (_, order) => ({ order, who: order % 7, what: order % 4, at: new Date(Date.UTC(2025, 0, 1 + order)) }))
const log = await OrderLog.fromRows(rows, { order: 'order', customer: 'who', item: 'what', time: 'at' })
const events = await EventLog.fromRows(rows, { customer: 'who', item: 'what', time: 'at' })
const catalog = await Catalog.fromColumns({ item: [0, 1, 2, 3], stock: [1, 1, 1, 1] })
const recommender = await Recommender.fit(log, { catalog, params: { min_customers: 3 } })
const BLOCKED = { blocked: [1] }

class Rules {
  blocked = [2]
}

function circular() {
  const rules = { filters: [] }
  rules.filters.push(rules)
  return rules
}

function nested(depth) {
  return depth === 0 ? { brand: 'Acme' } : { not: nested(depth - 1) }
}

test('what are no rules is refused, and the old ones hold on', async () => {
  await recommender.setRules(BLOCKED)
  const refused = (rules, message) => assert.rejects(recommender.setRules(rules), { code: 'KOSAR_PARAM', message })
  const made = 'it must be made of plain objects, lists, texts and numbers'
  await refused([], 'rules must be an object or JSON text, got an array')
  await refused(undefined, 'rules must be an object or JSON text, got undefined')
  await refused(new Rules(), 'rules must be an object or JSON text, got a Rules')
  await refused(log, 'rules must be an object or JSON text, got an OrderLog')
  await refused(Promise.resolve({}), 'rules must be an object or JSON text, got a Promise: await it')
  await refused({ blocked: () => [1] }, `rules at blocked: ${made}, is a function`)
  await refused({ blocked: new Set([1]) }, `rules at blocked: ${made}, is a Set`)
  await refused({ caps: [{ by: Symbol('brand'), max: 1 }] }, `rules at caps[0].by: ${made}, is a symbol`)
  await refused({ pins: [{ item: 1, position: NaN }] }, 'rules at pins[0].position: it must be a finite number, is NaN')
  await refused(circular(), 'rules at filters[0]: it stands within itself')
  await refused({ filters: [{ only: nested(200) }] }, /^rules at filters\[0\]\.only(\.not)+: it is nested deeper than 128$/)
  assert.deepEqual(recommender.rules.blocked, [1])
})

test('rules are taken from whatever holds them, and null takes them away', async () => {
  const shared = { price: { max: 5 } }
  const bare = Object.assign(Object.create(null), BLOCKED)
  const told = { toJSON: () => BLOCKED }
  for (const rules of [BLOCKED, bare, told, JSON.stringify(BLOCKED), { ...BLOCKED, caps: undefined }]) {
    await recommender.setRules(null)
    assert.deepEqual(recommender.rules.blocked, [])
    await recommender.setRules(rules)
    assert.deepEqual(recommender.rules.blocked, [1])
  }
  const priced = await Recommender.fit(log, { catalog: await Catalog.fromColumns({ item: [0, 1], price: [1, 9] }) })
  await priced.setRules({ filters: [{ only: { any: [shared, { not: shared }] } }, { only: shared }] })
  assert.deepEqual(priced.rules.filters[1].only, shared)
  await recommender.setRules(null)
})

test('stock is given by item, in pairs where ids are integers', async () => {
  const refused = (stock, code, message) => assert.rejects(recommender.setStock(stock), { code, message })
  await refused({ 1: 0 }, 'KOSAR_ID_TYPE', /the keys of an object are strings: give a Map, or pairs$/)
  await refused([1, 2], 'KOSAR_PARAM', 'stock must hold pairs of item and number, got number')
  await refused([undefined], 'KOSAR_PARAM', 'stock must hold pairs of item and number, got undefined')
  await refused(log, 'KOSAR_PARAM', 'stock must be an object, a Map or pairs of item and number, got an OrderLog')
  await refused(7, 'KOSAR_PARAM', 'stock must be an object, a Map or pairs of item and number, got number')
  await recommender.setRules({ filters: [{ only: { in_stock: true } }] })
  await recommender.setStock(new Map([[1, 0], [2, -1]]))
  assert.deepEqual(recommender.trending().map(({ item }) => item).toSorted(), [0, 3])
  await recommender.setRules(null)
})

test('what is given in the place of another is named', async () => {
  const refused = (promise, message) => assert.rejects(promise, { code: 'KOSAR_PARAM', message })
  await refused(Recommender.fit(log, { events: log }), 'events must be an EventLog, got an OrderLog')
  await refused(Recommender.fit(log, { catalog: log }), 'catalog must be a Catalog, got an OrderLog')
  await refused(Recommender.fit(log, { customers: {} }), 'customers must be Customers, got an object')
  await refused(Recommender.fit(log, { catalog: Promise.resolve(catalog) }), 'catalog must be a Catalog, got a Promise: await it')
  await refused(Recommender.fit(events), 'log must be an OrderLog, got an EventLog')
  await refused(Recommender.tune(undefined, { cut: '2025-01-10' }), 'log must be an OrderLog, got undefined')
  await refused(recommender.update(events), 'log must be an OrderLog, got an EventLog')
  await refused(recommender.updateEvents(log), 'log must be an EventLog, got an OrderLog')
  await refused(recommender.setCatalog(null), 'catalog must be a Catalog, got null')
  await refused(recommender.replace(log), 'other must be a Recommender, got an OrderLog')
  const { setLevel } = recommender
  await refused(setLevel(1, 'none'), 'setLevel must be called on an object of its class, as in object.setLevel()')
})

test('the parameters that hold are told', async () => {
  const { min_customers: least, latest_purchases: latest, blend } = recommender.params
  assert.deepEqual([least, latest, blend.loyal.popular], [3, 200, 0.05])
})
