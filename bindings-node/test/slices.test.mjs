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

test('a boolean among numbers is a bad row, wherever it stands', async () => {
  const item = Array.from({ length: 384 }, (_, at) => `i${at}`)
  const columns = {
    'a slice of booleans': item.map((_, at) => (at < 128 ? 2 : at < 256 ? true : 3)),
    'a number among them': item.map((_, at) => (at < 128 || at === 200 ? 2 : at < 256 ? true : 3)),
    'across a border': item.map((_, at) => (at > 120 && at < 140 ? false : 2.5)),
    'booleans first': item.map((_, at) => (at < 128 ? true : at < 256 ? null : '3')),
    'booleans alone': item.map((_, at) => at % 2 === 0),
  }
  for (const [what, price] of Object.entries(columns)) {
    const isNumber = (value) => value !== null && typeof value !== 'boolean'
    const rows = item.map((item, at) => ({ item, price: price[at] }))
    const logs = [await OrderLog.fromColumns({ item, price }), await OrderLog.fromRows(rows, { item: 'item', price: 'price' })]
    const whole = await OrderLog.fromColumns({ item, price: price.map((value) => (value === null ? null : String(value))) })
    for (const log of logs) {
      assert.equal(log.nLines, price.filter(isNumber).length, what)
      assert.match(log.report.text, /text that is no number \(.*such as '(true|false)'/)
      assert.equal(log.report.text, whole.report.text, what)
    }
  }
  const catalog = await Catalog.fromColumns({ item, price: columns['a slice of booleans'] })
  assert.match(catalog.report.text, /128 text that is no number/)
  const sizes = await Customers.fromColumns({ customer: item, numbers: { size: columns['a slice of booleans'] } })
  assert.match(sizes.report.text, /128 values of attributes that cannot be read/)
  const clubs = item.map((_, at) => at < 128 || at >= 256)
  const flags = await Customers.fromColumns({ customer: item, flags: { club: clubs.map((flag, at) => (at === 300 ? 'no' : flag)) } })
  assert.deepEqual(['i0', 'i200', 'i300', 'i301'].map((who) => flags.customer(who).attributes.club), [true, false, false, true])
})

test('a column named __proto__ is a column like any other', async () => {
  const given = (more) => JSON.parse(`{"item": ["a", "b"], ${more}}`)
  const unknown = async (make, name, columns) => {
    const message = (error) => error.message.replaceAll(name, 'NAME')
    return make(columns).then(() => 'taken', message)
  }
  for (const make of [(columns) => OrderLog.fromColumns(columns), (columns) => Catalog.fromColumns(columns)]) {
    const [odd, plain] = await Promise.all(['__proto__', 'shelf'].map((name) => unknown(make, name, given(`"${name}": [1, 2]`))))
    assert.match(odd, /NAME/)
    assert.equal(odd, plain)
  }
  await assert.rejects(EventLog.fromColumns(JSON.parse('{"time": ["2025-01-01"], "item": ["a"], "__proto__": [1]}')), { code: 'KOSAR_PARAM', message: /__proto__/ })
})

/** How often the event loop ran while a log took its rows, by a clock that goes on by a step at each look. */
async function turnsBy(t, step) {
  let now = 0
  const clock = t.mock.method(performance, 'now', () => (now += step))
  let turns = 0
  let spin = setImmediate(function again() {
    turns += 1
    spin = setImmediate(again)
  })
  let atEnd
  function* rows() {
    for (let at = 0; at < 64_000; at += 1) yield { who: `c${at % 5000}`, what: `i${at % 900}` }
    atEnd = turns
  }
  const log = await OrderLog.fromRows(rows(), { customer: 'who', item: 'what' })
  clearImmediate(spin)
  clock.mock.restore()
  assert.equal(log.nLines, 64_000)
  return atEnd
}

test('the event loop runs whenever a millisecond is spent', async (t) => {
  // 500 slices: with no time spent there is no pause, with more than the budget one after each.
  assert.ok((await turnsBy(t, 0)) <= 1)
  assert.ok((await turnsBy(t, 2)) >= 499)
  const turns = await turnsBy(t, 0.3)
  assert.ok(turns > 100 && turns < 140, `${turns} turns`)
})
