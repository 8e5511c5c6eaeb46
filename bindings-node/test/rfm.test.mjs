// Rfm: ways of scoring, grids, migrations, scoring others by stored cut points.

import assert from 'node:assert/strict'
import { before, test } from 'node:test'

import { OrderLog, Rfm, datasets } from '../index.mjs'

let log
before(async () => {
  log = await datasets.shop({ lines: 20_000, seed: 3 })
})

test('ways of scoring survive their files', async () => {
  for (const scores of ['quantile', 'rank', 'jenks', 'nested', { recency: [7, 30, 90, 180] }]) {
    const rfm = await Rfm.fit(log, { scores })
    const again = Rfm.fromBytes(await rfm.toBytes())
    assert.deepEqual(again.table.rows(), rfm.table.rows())
    assert.deepEqual(again.cutPoints, rfm.cutPoints)
  }
  const { recency, frequency, monetary } = (await Rfm.fit(log, { scores: 'nested' })).cutPoints
  assert.deepEqual([recency.length, frequency.length, frequency[0].length, monetary.length], [4, 5, 4, 25])
})

test('a value equal to a cut point falls to the side that is closed', async () => {
  const scores = { frequency: [1, 2, 3, 4] }
  for (const row of (await Rfm.fit(log, { scores })).table) assert.equal(row.F_score, Math.min(row.frequency, 5))
  for (const row of (await Rfm.fit(log, { scores, closed: 'left' })).table) {
    assert.equal(row.F_score, Math.min(row.frequency, 4) + 1)
  }
})

test('grids have names and are data', async () => {
  const grids = Rfm.grids()
  assert.deepEqual(grids.map(({ name }) => name), ['default', 'rfm-package', 'eleven'])
  for (const { name, bins, segments, other } of grids) {
    const named = await Rfm.fit(log, { segments: name })
    const own = await Rfm.fit(log, { segments, bins, other })
    assert.deepEqual(named.table.rows(), own.table.rows())
    const names = segments.map((segment) => segment.name)
    assert.deepEqual(named.segmentNames, other === undefined ? names : [...names, other])
  }
})

test('weights make a mean, and scores stand side by side', async () => {
  const rfm = await Rfm.fit(log, { weights: [3, 2, 1] })
  for (const row of rfm.table.rows(0, 100)) {
    assert.ok(Math.abs(row.score - (3 * row.R_score + 2 * row.F_score + row.M_score) / 6) < 1e-12)
    assert.equal(row.RFM, 100 * row.R_score + 10 * row.F_score + row.M_score)
    const { score, rfm: digits } = rfm.customer(row.customer)
    assert.deepEqual([score, digits], [row.score, row.RFM])
  }
})

test('segments know their customers', async () => {
  const rfm = await Rfm.fit(log)
  const rows = rfm.table.rows()
  assert.deepEqual(rfm.segmentsOf(rows.map((row) => row.customer)), rows.map((row) => row.segment))
  for (const name of rfm.segmentNames) {
    assert.deepEqual(rfm.customers(name), rows.filter((row) => row.segment === name).map((row) => row.customer))
  }
  assert.throws(() => rfm.customers('none'), { code: 'KOSAR_PARAM', message: /^segment must be one of champions, .*got 'none'$/ })
  assert.throws(() => rfm.segmentsOf(['none']), { code: 'KOSAR_UNKNOWN_ID' })
})

test('values are scored by stored cut points', async () => {
  const rfm = await Rfm.fit(log, { segments: 'eleven' })
  const [recencyDays, frequency, monetary] = ['recency_days', 'frequency', 'monetary'].map((name) => rfm.table.column(name))
  for (const make of [(values) => values, (values) => Float64Array.from(values)]) {
    const found = rfm.score({ recencyDays: make(recencyDays), frequency: make(frequency), monetary: make(monetary) })
    for (const name of ['R_score', 'F_score', 'M_score', 'segment', 'score', 'RFM']) {
      assert.deepEqual(found.column(name), rfm.table.column(name))
    }
  }
  const refused = (values, message) => assert.throws(() => rfm.score(values), { code: 'KOSAR_PARAM', message })
  refused({ recencyDays: [1], frequency: [1] }, 'monetary must be given for a model with monetary values')
  refused({ recencyDays: [-1], frequency: [1], monetary: [1] }, 'recencyDays must be at least 0, got -1')
  refused({ recencyDays: [1], frequency: [1, 2], monetary: [1] }, 'frequency must have shape (1, 1), got (2, 1)')
  refused({ frequency: [1] }, 'recencyDays must be an array of numbers, got an object')
})

test('another log is scored by the same cut points', async () => {
  const before = await Rfm.fit(log, { asOf: '2025-07-01', scores: 'nested' })
  const after = await before.apply(log, { asOf: '2025-10-01' })
  assert.deepEqual(after.cutPoints, before.cutPoints)
  const other = await Rfm.fit(log, { asOf: '2025-10-01' })
  assert.deepEqual(before.rescore(other).table.rows(), after.table.rows())
  const given = await Rfm.fit(log, { asOf: '2025-10-01', cutPoints: before.cutPoints })
  assert.deepEqual(given.table.rows(), after.table.rows())
  assert.throws(() => before.rescore(log), { code: 'KOSAR_PARAM', message: /^other must be an Rfm/ })
})

test('a migration counts every customer once', async () => {
  const before = await Rfm.fit(log, { asOf: '2025-07-01' })
  const after = await before.apply(log)
  const was = new Map(before.table.rows().map((row) => [row.customer, row.segment]))
  const expected = {}
  for (const { customer, segment } of after.table) {
    const pair = `${was.get(customer) ?? '(not yet a customer)'} > ${segment}`
    expected[pair] = (expected[pair] ?? 0) + 1
  }
  const moved = before.migration(after)
  assert.deepEqual(moved.columns, ['before', 'after', 'customers', 'share'])
  const found = moved.rows().filter((row) => row.customers > 0)
  assert.deepEqual(Object.fromEntries(found.map((row) => [`${row.before} > ${row.after}`, row.customers])), expected)
  const eleven = await Rfm.fit(log, { segments: 'eleven' })
  assert.throws(() => before.migration(eleven), { code: 'KOSAR_PARAM', message: /must be the same for a migration$/ })
})

test('a grid over monetary scores needs prices', async () => {
  const plain = await OrderLog.fromColumns({ customer: ['a'], time: ['2025-01-01'] })
  await assert.rejects(Rfm.fit(plain, { segments: 'rfm-package' }), { code: 'KOSAR_MISSING_COLUMN' })
  const rfm = await Rfm.fit(plain)
  assert.deepEqual(rfm.score({ recencyDays: [3], frequency: [1] }).columns, ['R_score', 'F_score', 'segment', 'score', 'RFM'])
})
