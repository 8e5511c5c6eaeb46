// Rows and columns on their way in: values of several types, and what the event loop gets done meanwhile.
import assert from 'node:assert/strict'
import test from 'node:test'

import { Catalog, Customers, EventLog, OrderLog } from '../index.mjs'

const day = (at) => new Date(Date.UTC(2025, 0, 1 + at))

test('prices come as numbers and as text, and what is neither is in the report', async () => {
  const price = [2.5, '2.5', 3n, ' 4 ', 'free', null, '', true, 1e-3]
  const item = price.map((_, at) => `i${at}`)
  const asText = price.map((value) => (value === null ? null : String(value)))
  const whole = await OrderLog.fromColumns({ item, price: asText })
  const columns = await OrderLog.fromColumns({ item, price })
  const rows = await OrderLog.fromRows(price.map((value, at) => ({ item: item[at], price: value })), { item: 'item', price: 'price' })
  for (const log of [columns, rows]) {
    assert.equal(log.nLines, 5)
    assert.equal(log.report.text, whole.report.text)
    assert.match(log.report.text, /2 text that is no number \(rows 4, 7; such as 'free'\)/)
    assert.match(log.report.text, /2 price or amount missing \(rows 5, 6\)/)
  }
  await assert.rejects(OrderLog.fromColumns({ item: ['a', 'b'], price: [1, new Date()] }), { code: 'KOSAR_INTAKE', message: /price must hold numbers.*got Date/ })
  await assert.rejects(OrderLog.fromColumns({ item: ['a', 'b'], price: [true, false] }), { code: 'KOSAR_INTAKE', message: /got boolean/ })
})

test('times come as dates, text and numbers', async () => {
  const shapes = [(time) => time, (time) => time.toISOString(), (time) => time.getTime(), (time) => BigInt(time.getTime()), () => null, () => 'soon']
  const rows = Array.from({ length: 700 }, (_, at) => ({ who: 'ann', what: 'tea', at: shapes[at % 6](day(at)) }))
  const names = { customer: 'who', item: 'what', time: 'at' }
  const columns = { customer: rows.map(({ who }) => who), item: rows.map(({ what }) => what), time: rows.map(({ at }) => at) }
  const plain = rows.filter((_, at) => at % 6 < 4).map((row, at) => ({ ...row, at: day(Math.floor(at / 4) * 6 + (at % 4)) }))
  const expected = await OrderLog.fromRows(plain, names)
  for (const log of [await OrderLog.fromRows(rows, names), await OrderLog.fromColumns(columns)]) {
    assert.equal(log.nLines, plain.length)
    assert.deepEqual(log.span, expected.span)
    assert.match(log.report.text, /116 time missing/)
    assert.match(log.report.text, /116 .*such as 'soon'/)
  }
  const events = await EventLog.fromRows(rows.slice(0, 4), names)
  assert.deepEqual([events.nEvents, events.span.last], [4, day(3)])
})

test('facts of items and of customers come mixed too', async () => {
  const catalog = await Catalog.fromColumns({
    item: ['a', 'b', 'c', 'd'],
    price: [1, '2.5', 3n, 'much'],
    launched: [day(1), '2025-01-03', day(3).getTime(), null],
  })
  assert.deepEqual(catalog.items(), ['a', 'b', 'c'])
  assert.match(catalog.report.text, /such as 'much'/)
  assert.deepEqual(catalog.items().map((item) => catalog.item(item).price), [1, 2.5, 3])
  assert.deepEqual(catalog.items().map((item) => catalog.item(item).launched), [day(1), day(2), day(3)])
  const customers = await Customers.fromColumns({
    customer: ['ann', 'bob', 'cem'],
    numbers: { size: [1, '2', 3n] },
    dates: { since: [day(1), '2025-01-03', null] },
    flags: { club: [true, 'no', 1] },
  })
  const told = ['ann', 'bob', 'cem'].map((who) => customers.customer(who).attributes)
  assert.deepEqual(told.map(({ size, club }) => [size, club]), [[1, true], [2, false], [3, true]])
})

test('a row that is none is named by its place', async () => {
  const rows = Array.from({ length: 300 }, (_, at) => (at === 257 ? null : { what: 'tea' }))
  const message = 'row 257 must be an object, got null'
  await assert.rejects(OrderLog.fromRows(rows, { item: 'what' }), { code: 'KOSAR_INTAKE', message })
  await assert.rejects(Catalog.fromRows(rows, { item: 'what' }), { code: 'KOSAR_INTAKE', message })
})

test('the event loop runs every millisecond or two', async () => {
  const rows = Array.from({ length: 60_000 }, (_, at) => ({ who: `c${at % 5000}`, order: at >> 2, what: `i${at % 900}`, at: day(at % 300), price: 2.5 }))
  const delays = []
  let last = performance.now()
  const tick = setInterval(() => {
    const now = performance.now()
    delays.push(now - last)
    last = now
  }, 1)
  await OrderLog.fromRows(rows, { customer: 'who', order: 'order', item: 'what', time: 'at', price: 'price' })
  clearInterval(tick)
  delays.sort((a, b) => a - b)
  const median = delays[delays.length >> 1]
  assert.ok(delays.length > 20 && median < 4, `${delays.length} times, median ${median} ms`)
})
