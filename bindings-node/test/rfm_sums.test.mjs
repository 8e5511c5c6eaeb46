// RFM adds up: fits without a log, updates, merging, forgetting, windows, returns.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { OrderLog, Rfm } from 'kosar'

const LINES = {
  customer: ['ann', 'ann', 'bob', 'ann', 'cy', 'bob', 'dan'],
  order: [1, 1, 2, 3, 4, 5, 6],
  time: ['2025-01-01', '2025-01-01', '2025-02-01', '2025-03-01', '2025-03-05', '2025-03-20', '2025-03-21'],
  amount: [5, 2.5, 4, 10, 7, -1.5, -3],
}

function some(keep) {
  const places = LINES.order.flatMap((order, place) => (keep(order) ? [place] : []))
  return Object.fromEntries(Object.entries(LINES).map(([name, values]) => [name, places.map((place) => values[place])]))
}

const bytes = (model) => Buffer.from(model.toBytes())
const figures = (rfm) => [...rfm.table].map((row) => [row.customer, row.frequency, row.monetary])

test('a fit without a log is the fit with it', async () => {
  const fitted = await Rfm.fit(await OrderLog.fromColumns(LINES))
  const ofColumns = await Rfm.fitColumns(LINES)
  assert.deepEqual(bytes(ofColumns), bytes(fitted))
  assert.deepEqual([ofColumns.report.rows, ofColumns.report.taken], [7, 7])
  assert.equal(fitted.report, null)
  const asked = await Rfm.fitColumns(LINES, { returns: 'drop' }, { asOf: '2025-03-10' })
  assert.equal(asked.asOf.toISOString(), '2025-03-10T00:00:00.000Z')
  assert.equal(asked.report.setAside.return.count, 2)
})

test('rows and options that cannot be taken are told', async () => {
  const dirty = await Rfm.fitColumns({ ...LINES, amount: [5, NaN, 4, 10, 7, -1.5, -3] })
  assert.deepEqual(dirty.report.setAside.not_finite.firstRows, [1])
  await assert.rejects(Rfm.fitColumns({ order: [1] }), { code: 'KOSAR_MISSING_COLUMN', message: /customer/ })
  await assert.rejects(Rfm.fitColumns(LINES, { retuns: 'net' }), { code: 'KOSAR_PARAM', message: /retuns/ })
  await assert.rejects(Rfm.fitColumns(LINES, {}, { windowDays: 0 }), { code: 'KOSAR_PARAM', message: /windowDays/ })
})

test('updates and merging equal a fit on both', async () => {
  const first = await OrderLog.fromColumns(some((order) => order < 3))
  const second = await OrderLog.fromColumns(some((order) => order >= 3))
  const fitted = bytes(await Rfm.fit(await OrderLog.fromColumns(LINES)))
  const model = await Rfm.fit(first)
  assert.deepEqual(bytes(await model.update(second)), fitted)
  assert.deepEqual(bytes(await model.merge(await Rfm.fit(second))), fitted)
  await assert.rejects(model.merge(second), { code: 'KOSAR_PARAM', message: /other must be an Rfm/ })
})

test('forgetting equals a fit on what is left', async () => {
  const log = await OrderLog.fromColumns(LINES)
  const forgot = await (await Rfm.fit(log)).forget('dan')
  assert.deepEqual(bytes(forgot), bytes(await Rfm.fit(await log.forget('dan'))))
  await assert.rejects(forgot.forget('dan'), { code: 'KOSAR_UNKNOWN_ID' })
})

test('a window counts what is in it, and returns count as asked', async () => {
  const log = await OrderLog.fromColumns(LINES)
  const windowed = await Rfm.fit(log, { asOf: '2025-03-22', windowDays: 30 })
  assert.deepEqual(figures(windowed), [
    ['ann', 1, 10],
    ['cy', 1, 7],
  ])
  await assert.rejects((await Rfm.fit(log, { windowDays: 30 })).update(log), { code: 'KOSAR_PARAM', message: /as_?[oO]f/ })
  const kept = await Rfm.fit(log, { returns: 'keep' })
  assert.deepEqual(figures(kept).at(-1), ['dan', 1, -3])
  const dropped = await Rfm.fit(log, { returns: 'drop' })
  assert.deepEqual(figures(dropped)[1], ['bob', 1, 4])
})

test('a named grid is for five classes', async () => {
  const log = await OrderLog.fromColumns(LINES)
  for (const segments of [undefined, 'default', 'eleven']) {
    await assert.rejects(Rfm.fit(log, { bins: 3, segments }), { code: 'KOSAR_PARAM', message: /segments must be given one by one for bins/ })
  }
})
