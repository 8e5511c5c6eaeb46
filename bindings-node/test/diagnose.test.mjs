// Diagnoses of logs, and filters that take out what was found.
import assert from 'node:assert/strict'
import test from 'node:test'

import { LogFilter, OrderLog, datasets } from '../index.mjs'

const DAY = 86_400_000
const shop = await datasets.shopData({ lines: 20_000, clicks: 30_000, seed: 5, troubles: { bots: 2, clocks: 4 } })
const planted = shop.truth.troubles
const diagnosis = await shop.log.diagnose({ names: 'name' })

test('orders are diagnosed', () => {
  assert.equal(diagnosis.isClean, false)
  assert.deepEqual(diagnosis.findings.map(({ kind }) => kind), [...diagnosis.table].map(({ kind }) => kind))
  assert.deepEqual(diagnosis.filter(['not_merchandise']).items, [...planted.services].sort())
  const services = diagnosis.finding('not_merchandise')
  assert.ok(services.examples.every(({ what }) => what === 'item'))
  const [{ from, to }] = diagnosis.finding('gaps').spans
  assert.equal(to - from, 3 * DAY)
  assert.ok(diagnosis.filter(['gaps']).isEmpty)
  assert.equal(diagnosis.finding('bots'), null)
  assert.match(String(diagnosis), /item POST/)
})

test('names may come from a catalogue', async () => {
  const found = await shop.log.diagnose({ catalog: shop.catalog, only: ['duplicates'] })
  const pairs = (list) => list.map((pair) => [...pair].sort().join()).sort()
  assert.deepEqual(pairs(found.filter().rename), pairs(planted.duplicates))
  assert.ok((await shop.log.diagnose({ only: ['duplicates'] })).isClean)
})

test('a filter takes out what was found', async () => {
  const chosen = diagnosis.filter(['not_merchandise', 'duplicates'])
  const { log, report } = await shop.log.filter(chosen)
  assert.equal(report.before, shop.log.nLines)
  assert.deepEqual([report.left, report.before - report.byItems], [log.nLines, log.nLines])
  assert.equal(report.renamed, diagnosis.finding('duplicates').lines)
  const again = LogFilter.fromJson(chosen.toJson())
  assert.deepEqual([again.items, again.rename], [chosen.items, chosen.rename])
  const united = diagnosis.filter(['not_merchandise']).union(diagnosis.filter(['duplicates']))
  assert.equal(united.toJson(), chosen.toJson())
})

test('bots are found in events', async () => {
  const found = await shop.events.diagnose({ only: ['bots'] })
  assert.deepEqual(found.filter().sessions, planted.bots)
  const { log, report } = await shop.events.filter(found.filter())
  assert.equal(log.nSessions, shop.events.nSessions - 2)
  assert.equal(report.bySessions, found.finding('bots').lines)
})

test('filters are made by hand', async () => {
  const rows = [[1, 'a', 0], [1, 'b', 0], [2, 'a', 4]].map(([who, what, day]) => ({ who, what, at: new Date(DAY * day) }))
  const log = await OrderLog.fromRows(rows, { customer: 'who', item: 'what', time: 'at' })
  const filters = [
    { customers: [1] }, { items: ['a'] }, { spans: [{ from: '1970-01-01', to: new Date(DAY) }] }, { rename: [['b', 'a']] }, {},
  ].map((parts) => LogFilter.of(parts))
  const left = await Promise.all(filters.map(async (filter) => (await log.filter(filter)).log.nLines))
  assert.deepEqual(left, [1, 1, 1, 3, 3])
  assert.deepEqual(filters[2].spans, [{ from: new Date(0), to: new Date(DAY) }])
  assert.ok(filters[4].isEmpty)
  const late = (await log.diagnose({ now: '1970-01-03' })).finding('out_of_time')
  assert.equal(late.count, 1)
})

test('what is wrong is named', async () => {
  await assert.rejects(shop.log.diagnose({ only: ['ghosts'] }), { code: 'KOSAR_PARAM', message: /kind must be one of bots/ })
  await assert.rejects(shop.log.diagnose({ names: 'Names' }), { message: /Names/ })
  await assert.rejects(shop.log.diagnose({ name: 'x' }), { message: /options have no 'name'/ })
  await assert.rejects(shop.log.filter({ items: ['POST'] }), { message: /filter must be a LogFilter/ })
  assert.throws(() => LogFilter.fromJson('[1'), { code: 'KOSAR_PARAM', message: /filter must be JSON as it was written/ })
  assert.throws(() => LogFilter.of({ item: ['x'] }), { message: /parts have no 'item'/ })
  await assert.rejects(shop.log.filter(LogFilter.of({ items: [1] })), { code: 'KOSAR_ID_TYPE' })
})
