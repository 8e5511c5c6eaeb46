import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import { FrequentItemsets, OrderLog, Rfm, datasets } from '../index.mjs'
import { longestDelay } from './data.mjs'

const sizes = (log) => [log.nOrders, log.nCustomers, log.nItems, log.nLines]

const columns = {
  customer: ['ann', 'ann', null, 'bob'],
  order: [1, 1, 2, 3],
  item: ['tea', 'jam', 'tea', 'tea'],
  time: ['2025-01-01T10:00:00', '2025-01-01T10:00:00', '2025-01-02', '2025-01-03'],
  quantity: [1, 2, 1, 1],
  price: [2.5, '3.10', 2.5, 2.5],
}

test('a log is built from columns', async () => {
  const log = await OrderLog.fromColumns({ ...columns, price: [2.5, 3.1, 2.5, 2.5] })
  assert.deepEqual(sizes(log), [3, 2, 2, 4])
  assert.deepEqual(log.span, { first: new Date('2025-01-01T10:00:00Z'), last: new Date('2025-01-03') })
  assert.equal(log.report.rows, 4)
  assert.deepEqual(log.report.notes, { no_customer: { count: 1, firstRows: [2], examples: [] } })
  assert.match(log.report.text, /4 rows read, 4 taken/)
})

test('a log tells its ids and how large it is', async () => {
  const log = await OrderLog.fromColumns({ ...columns, price: [2.5, 3.1, 2.5, 2.5] })
  assert.deepEqual([log.items, log.customers], [['jam', 'tea'], ['ann', 'bob']])
  assert.equal(`${log}`, 'OrderLog(3 orders, 2 customers, 2 items, 4 lines)')
  const baskets = await OrderLog.fromBaskets([[1, 2]])
  assert.deepEqual([baskets.items, baskets.customers], [[1, 2], null])
  assert.throws(() => log.itemWords('name'), { code: 'KOSAR_INTAKE', message: /\(kept: none\)/ })
})

test('an input of which little is taken is warned of in the report', async () => {
  const of = async (quantity) => (await OrderLog.fromColumns({ item: quantity.map(() => 1), quantity })).report.warning
  assert.equal(await of([1, 1, 0, 0]), null)
  assert.equal(await of([1, 0, 0]), '2 of 3 rows were set aside; the main cause, of 2: quantity zero')
  assert.equal(await of([]), 'the input has no rows')
})

test('an empty string is no item of a basket', async () => {
  const log = await OrderLog.fromBaskets([['b', '', 'a'], [' '], []])
  assert.deepEqual([log.items, log.nLines], [['a', 'b'], 2])
  assert.deepEqual(Object.keys(log.report.setAside), ['empty_basket', 'missing_item'])
  assert.deepEqual(log.report.notes, { empty_item: { count: 1, firstRows: [0], examples: [] } })
})

test('every form of time means the same', async () => {
  const dates = columns.time.map((text) => new Date(`${text}${text.includes('T') ? 'Z' : ''}`))
  const millis = dates.map((date) => date.getTime())
  const { price, ...rest } = columns
  for (const [time, options] of [
    [columns.time, {}],
    [dates, {}],
    [millis, {}],
    [Float64Array.from(millis), { timeUnit: 'ms' }],
    [BigInt64Array.from(millis, (ms) => BigInt(ms) * 1000n), { timeUnit: 'us' }],
    [millis.map((ms) => BigInt(ms) * 1000000n), { timeUnit: 'ns' }],
    [columns.time.map((text) => text.slice(0, 10)), { timeFormat: '%Y-%m-%d' }],
  ]) {
    const log = await OrderLog.fromColumns({ ...rest, time }, options)
    assert.equal(log.span.last.toISOString(), '2025-01-03T00:00:00.000Z')
  }
})

test('typed arrays of every kind serve as ids', async () => {
  for (const Ints of [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array]) {
    const log = await OrderLog.fromColumns({ order: Ints.of(1, 1, 2), item: Ints.of(7, 8, 7) })
    assert.deepEqual(sizes(log), [2, 0, 2, 3])
  }
  for (const Ints of [BigInt64Array, BigUint64Array]) {
    assert.equal((await OrderLog.fromColumns({ order: Ints.of(1n, 1n), item: Ints.of(7n, 8n) })).nItems, 2)
  }
})

test('rows, also of an asynchronous source, give the log that their columns give', async () => {
  const names = { customer: 'who', order: 'order', item: 'sku', time: 'at', quantity: 'n', attributes: ['shelf'] }
  const rows = columns.item.map((sku, i) => ({
    who: columns.customer[i],
    order: columns.order[i],
    sku,
    at: columns.time[i],
    n: columns.quantity[i],
    shelf: sku.toUpperCase(),
  }))
  async function* slowly() {
    yield* rows
  }
  for (const source of [rows, new Set(rows), slowly()]) {
    const log = await OrderLog.fromRows(source, { ...names, returns: 'drop' })
    assert.deepEqual(sizes(log), [3, 2, 2, 4])
    assert.deepEqual(log.itemWords('shelf'), new Map([['jam', 'JAM'], ['tea', 'TEA']]))
  }
})

test('a column that begins with missing values takes its type from the first value', async () => {
  const n = 5000
  const item = Array.from({ length: n }, (_, i) => i % 7)
  const customer = item.map((_, i) => (i < 4000 ? null : i))
  const log = await OrderLog.fromColumns({ item, customer, attributes: { channel: customer.map((id) => id && 'web') } })
  assert.deepEqual(sizes(log), [n, 1000, 7, n])
  const none = await OrderLog.fromColumns({ item: ['a'], customer: [null] })
  assert.deepEqual(sizes(none), [1, 0, 1, 1])
})

test('a kept column may have the name of a role', async () => {
  const rows = Array.from({ length: 4000 }, (_, i) => ({ sku: `S${i % 7}`, item: i < 1500 ? null : i % 7, order: new Date(i) }))
  const log = await OrderLog.fromRows(rows, { item: 'sku', attributes: ['item'] })
  assert.deepEqual(sizes(log), [4000, 0, 7, 4000])
  const fractions = await OrderLog.fromColumns({ item: ['a', 'b'], attributes: { order: [1.5, 2], customer: [true, null] } })
  assert.deepEqual(sizes(fractions), [2, 0, 2, 2])
  await assert.rejects(OrderLog.fromRows(rows, { item: 'sku', attributes: ['order'] }), {
    code: 'KOSAR_INTAKE',
    message: 'column order must hold strings, numbers, BigInts or booleans, got Date',
  })
})

test('a column that stays empty for long leaves the event loop free', async (t) => {
  const n = 500_000
  const item = Int32Array.from({ length: n }, (_, i) => i % 1000)
  for (const last of [null, 'web']) {
    const channel = new Array(n).fill(null)
    channel[n - 2000] = last
    const { value, longest } = await longestDelay(() => OrderLog.fromColumns({ item, attributes: { channel } }))
    t.diagnostic(`longest delay ${longest.toFixed(1)} ms`)
    assert.equal(value.nLines, n)
    assert.equal(value.itemWords('channel').size, last ? 1 : 0)
    assert.ok(longest < 150, `${longest} ms`)
  }
})

test('a column does not change its type', async () => {
  for (const columns of [(ids) => ({ item: ids }), (ids) => ({ item: ids.map(() => 'a'), attributes: { item: ids } })]) {
    const mixed = Array.from({ length: 3000 }, (_, i) => (i < 2048 ? 'a' : i))
    await assert.rejects(OrderLog.fromColumns(columns(mixed)), {
      code: 'KOSAR_INTAKE',
      message: 'column item must hold values of one type, got strings and numbers',
    })
  }
})

test('kept booleans are words', async () => {
  const shelf = [true, false, null]
  const log = await OrderLog.fromColumns({ item: ['a', 'b', 'c'], attributes: { shelf } })
  assert.deepEqual([...log.itemWords('shelf').values()], ['true', 'false'])
  assert.throws(() => log.itemWords('name'), { code: 'KOSAR_INTAKE', message: /no column 'name' of words was kept; name it in attributes when the log is made \(kept: shelf\)/ })
  await assert.rejects(OrderLog.fromColumns({ item: ['a', 'b'], attributes: { shelf: [1, true] } }), {
    message: 'column shelf must hold values of one type, got numbers and a boolean',
  })
})

test('floats of 32 bits are the decimals that they were', async () => {
  const spent = async (amount) => {
    const log = await OrderLog.fromColumns({ customer: [1], time: [0], amount })
    return (await Rfm.fit(log)).table.row(0).monetary
  }
  assert.equal(await spent(new Float32Array([1234.56])), 1234.56)
  assert.equal(await spent(new Float32Array([16777216])), 16777216)
})

test('baskets of any iterable are taken, empty ones reported', async () => {
  const log = await OrderLog.fromBaskets([['a', 'b'], new Set(['b']), []])
  assert.deepEqual(sizes(log), [2, 0, 2, 3])
  assert.equal(log.report.setAside.empty_basket.count, 1)
})

test('baskets are the same however they are handed over', async () => {
  const many = Array.from({ length: 5000 }, (_, at) => [at % 7, (at % 300) + 10, at % 7].slice(0, at % 4))
  const long = Array.from({ length: 20_000 }, (_, at) => at)
  const numbers = [...many, long, ...many]
  const pairs = async (baskets) => {
    const log = await OrderLog.fromBaskets(baskets)
    const { itemsets } = await FrequentItemsets.fit(log, { minSupport: 100, maxLen: 2 })
    const { rows, setAside } = log.report
    return [log.nOrders, log.nLines, rows, setAside, itemsets.rows().map(({ items, count }) => [items.map(Number).sort(), count])]
  }
  const expected = await pairs(numbers)
  assert.equal(expected[2], 10_001)
  for (const [how, change] of Object.entries({
    BigInts: (basket) => basket.map(BigInt),
    someBigInts: (basket, at) => (at % 1000 === 7 ? basket.map(BigInt) : basket),
    oneBigInt: (basket, at) => (at === 7 ? [basket[0], ...basket.slice(1).map(BigInt)] : basket),
    typed: (basket) => Float64Array.from(basket),
    bigTyped: (basket) => BigInt64Array.from(basket.map(BigInt)),
    iterables: (basket) => basket.values(),
  })) {
    assert.deepEqual(await pairs(numbers.map(change)), expected, how)
  }
  const words = (await pairs(numbers.map((basket) => basket.map(String))))
  assert.deepEqual(words.slice(0, 4), expected.slice(0, 4))
  assert.equal(words[4].length, expected[4].length)
  assert.equal((await OrderLog.fromBaskets([['\ud800', '\ufffd']])).nItems, 1)
})

test('baskets of mixed ids are refused, wherever the types meet', async () => {
  const rejects = (baskets, error) => assert.rejects(OrderLog.fromBaskets(baskets), error)
  const mixed = { code: 'KOSAR_ID_TYPE', message: "item ids are integer here, got the string 'a'" }
  await rejects([[1, 'a']], mixed)
  await rejects([[1], ['a']], mixed)
  await rejects([[1], [], ['a', 2]], mixed)
  await rejects([['b'], [5n]], { code: 'KOSAR_ID_TYPE', message: 'item ids are string here, got the integer 5' })
  for (const [odd, shown] of [[null, 'null'], [1.5, '1.5'], [2 ** 53, '9007199254740992'], [{}, 'an object'], [undefined, 'undefined']]) {
    const message = `item ids must be strings, safe integers or 64-bit BigInts, got ${shown}`
    for (const baskets of [[[odd]], [[1], [1, odd]], [['a'], ['a', odd]]]) await rejects(baskets, { code: 'KOSAR_ID_TYPE', message })
  }
})

test('a CSV file is read', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'orders.csv')
  writeFileSync(path, 'who;order;sku;at;n;paid\nann;1;7;01/02/2025;2;5\n;2;8;02/02/2025;x;5\n')
  const log = await OrderLog.fromCsv(path, {
    customer: 'who',
    order: 'order',
    item: 'sku',
    time: 'at',
    quantity: 'n',
    amount: 'paid',
    attributes: ['paid'],
    integerIds: ['order', 'item'],
    timeFormat: '%d/%m/%Y',
    delimiter: ';',
    returns: 'net',
    dropDuplicates: true,
  })
  assert.deepEqual(sizes(log), [1, 1, 1, 1])
  assert.equal(log.report.setAside.bad_number.count, 1)
  assert.deepEqual(log.itemWords('paid'), new Map([[7, '5']]))
  await assert.rejects(OrderLog.fromCsv(path, { item: 'nothing' }), {
    code: 'KOSAR_INTAKE',
    message: /column 'nothing', named as item, is not in the input/,
  })
})

test('lines of the future are set aside', async () => {
  const rows = [
    { item: 'tea', time: new Date('2025-01-01') },
    { item: 'tea', time: new Date('2125-01-01') },
  ]
  const log = await OrderLog.fromRows(rows, { item: 'item', time: 'time', until: new Date('2025-01-01') })
  assert.deepEqual([log.nLines, log.report.setAside.future.firstRows], [1, [1]])
  const later = await OrderLog.fromColumns({ item: ['tea'], time: ['2025-01-02'] }, { until: '2025-01-01' })
  assert.deepEqual([later.nLines, later.report.setAside.future.count], [0, 1])
  await assert.rejects(OrderLog.fromRows(rows, { item: 'item', time: 'time', until: 7 }), { code: 'KOSAR_PARAM', message: /until/ })
})

test('logs are divided, joined and made to forget', async () => {
  const log = await datasets.shop({ lines: 2000, seed: 3 })
  const middle = new Date('2025-07-01')
  const [before, after] = [await log.before(middle), await log.after('2025-07-01')]
  assert.equal(before.nOrders + after.nOrders, log.nOrders)
  assert.equal((await before.append(after)).nLines, log.nLines)
  const again = await log.append(log)
  assert.equal(again.nLines, log.nLines)
  assert.equal(again.report.setAside.repeated_order.count, log.nLines)
  const forgotten = await log.forget('C00001')
  assert.equal(forgotten.nCustomers, log.nCustomers - 1)
  assert.ok(forgotten.report.notes.forgotten.count > 0)
})

test('the toy shops have their sizes', async () => {
  const baskets = datasets.breakfast()
  assert.ok(baskets.flat().every((item) => typeof item === 'string'))
  assert.deepEqual(sizes(await OrderLog.fromBaskets(baskets)), [10, 0, 6, 22])
  assert.deepEqual(sizes(datasets.cornerShop()), [10, 5, 5, 11])
})

test('returns in a made shop are treated as asked', async () => {
  const lines = { lines: 2000, returnRate: 0.1 }
  const drop = await datasets.shop({ ...lines, returns: 'drop' })
  const { count } = drop.report.setAside.return
  assert.ok(count > 100, `${count}`)
  assert.equal(drop.report.taken, 2000 - count)
  const keep = await datasets.shop({ ...lines, returns: 'keep' })
  assert.deepEqual([keep.nLines, keep.report.setAside], [2000, {}])
})

test('an empty input is an empty log where its columns are known', async () => {
  assert.deepEqual(sizes(await OrderLog.fromColumns({ item: [] })), [0, 0, 0, 0])
  assert.equal((await OrderLog.fromColumns({ item: [], time: [] })).span, null)
  assert.deepEqual(sizes(await OrderLog.fromRows([], { item: 'sku' })), [0, 0, 0, 0])
  assert.deepEqual(sizes(await OrderLog.fromBaskets([])), [0, 0, 0, 0])
})

test('reading 200,000 rows leaves the event loop free', async (t) => {
  const rows = Array.from({ length: 200_000 }, (_, i) => ({
    who: `C${i % 5000}`,
    order: `O${i >> 2}`,
    sku: `SKU-${(i * 7919) % 3000}`,
    at: new Date(1.7e12 + i * 1000),
    n: 1 + (i % 3),
  }))
  const names = { customer: 'who', order: 'order', item: 'sku', time: 'at', quantity: 'n' }
  const began = performance.now()
  const { value, longest } = await longestDelay(() => OrderLog.fromRows(rows, names))
  t.diagnostic(`fromRows: longest delay ${longest.toFixed(1)} ms of ${(performance.now() - began).toFixed(0)} ms`)
  assert.equal(value.nLines, 200_000)
  assert.ok(longest < 150, `${longest} ms`)
  const columns = Object.fromEntries(Object.entries(names).map(([role, name]) => [role, rows.map((row) => row[name])]))
  const second = await longestDelay(() => OrderLog.fromColumns(columns))
  t.diagnostic(`fromColumns: longest delay ${second.longest.toFixed(1)} ms`)
  assert.ok(second.longest < 150, `${second.longest} ms`)
})
