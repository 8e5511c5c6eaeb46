// The event log: intake, sessions, links, tables and strengths.
import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { EventLog, ItemSimilarity, KosarError } from 'kosar'

import { data } from './data.mjs'

const MINUTE = 60_000
const columns = () => ({
  session: ['s', 's', 's', 't', null, null, null],
  customer: [null, 'ann', null, null, 'bob', 'bob', 'bob'],
  item: ['x', 'y', 'z', 'x', 'x', 'y', 'z'],
  kind: ['pdp', 'add_to_cart', 'purchase', 'pdp', 'pdp', 'pdp', 'pdp'],
  time: [0, 5, 120, 60, 0, 30, 61].map((minute) => minute * MINUTE),
})
const kinds = { pdp: 'view' }

const code = (code, message) => (error) => {
  assert.ok(error instanceof KosarError)
  assert.equal(error.code, code)
  assert.match(error.message, message)
  return true
}

test('sessions come from ids and gaps', async () => {
  const log = await EventLog.fromColumns(columns(), { kinds })
  assert.deepEqual([log.nEvents, log.nSessions, log.nCustomers, log.nItems], [7, 4, 2, 3])
  assert.deepEqual([log.items, log.customers, log.gapMinutes], [['x', 'y', 'z'], ['ann', 'bob'], 30])
  assert.equal(log.span.last - log.span.first, 120 * MINUTE)
  assert.equal(log.report.notes.inferred_customers.count, 2)
  assert.equal((await EventLog.fromColumns(columns(), { kinds, gapMinutes: 31 })).nSessions, 3)
  const table = await log.toTable()
  assert.deepEqual(table.columns, ['session', 'session_id', 'customer', 'item', 'kind', 'time'])
  assert.deepEqual(table.column('session_id'), [null, null, 't', null, 's', 's', 's'])
  assert.deepEqual(table.column('time')[1], new Date(30 * MINUTE))
  assert.deepEqual(table.row(2), {
    session: 1,
    session_id: 't',
    customer: null,
    item: 'x',
    kind: 'view',
    time: new Date(60 * MINUTE),
  })
  assert.deepEqual(table.rows(2, 3), [table.row(2)])
})

test('links, forgets and parts are new logs', async () => {
  const log = await EventLog.fromColumns(columns(), { kinds })
  const linked = await log.link(new Map([['t', 'cleo']]))
  assert.deepEqual(linked.customers, ['ann', 'bob', 'cleo'])
  assert.deepEqual((await log.link([['t', 'cleo']])).customers, linked.customers)
  assert.equal(linked.report.notes.linked.count, 1)
  assert.equal((await linked.forget('ann')).nEvents, 4)
  assert.equal((await linked.forgetSession('s')).nEvents, 4)
  const cut = new Date(30 * MINUTE)
  const [before, after] = [await log.before(cut), await log.after(cut)]
  assert.deepEqual([before.nEvents, after.nEvents], [3, 4])
  assert.deepEqual([...(await (await after.append(before)).toTable())], [...(await log.toTable())])
  const again = await log.append(log)
  assert.deepEqual([again.report.taken, again.report.setAside.duplicate_event.count], [0, 7])
  await assert.rejects(log.link([['u', 'ann']]), code('KOSAR_UNKNOWN_ID', /unknown session 'u'/))
  await assert.rejects(log.link('st'), code('KOSAR_PARAM', /customers must be a Map or pairs/))
  await assert.rejects(log.link(['st']), code('KOSAR_PARAM', /customers must hold pairs/))
  await assert.rejects(log.append(7), code('KOSAR_PARAM', /log must be an EventLog/))
})

test('rows, columns and a file agree', async () => {
  const { session, customer, item, kind, time } = columns()
  const rows = session.map((visit, at) => ({ visit, who: customer[at], sku: item[at], did: kind[at], at: new Date(time[at]) }))
  const roles = { session: 'visit', customer: 'who', item: 'sku', kind: 'did', time: 'at', kinds }
  const expected = [...(await (await EventLog.fromColumns(columns(), { kinds })).toTable())]
  assert.deepEqual([...(await (await EventLog.fromRows(rows, roles)).toTable())], expected)
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'events.csv')
  const lines = rows.map(({ visit, who, sku, did, at }) => [visit ?? '', who ?? '', sku, did, at.toISOString()].join())
  writeFileSync(path, ['visit,who,sku,did,at', ...lines].join('\n'))
  assert.deepEqual([...(await (await EventLog.fromCsv(path, roles)).toTable())], expected)
})

test('bad rows are set aside', async () => {
  const log = await EventLog.fromColumns(
    {
      session: ['s', 's', 's', null, 's', 's'],
      item: ['x', null, 'x', 'x', 'x', 'x'],
      kind: ['stare', 'view', 'view', 'view', 'impression', 'impression'],
      time: [1, 1, 9, 1, 2, 2],
      position: [null, null, null, null, 3, 3],
      propensity: [null, null, null, null, 0.5, 0.5],
    },
    { until: new Date(5000), timeUnit: 's' },
  )
  const causes = Object.entries(log.report.setAside).map(([cause, { firstRows }]) => [cause, firstRows])
  assert.deepEqual(Object.fromEntries(causes), {
    unknown_kind: [0],
    missing_item: [1],
    future: [2],
    nobody_known: [3],
    duplicate_event: [5],
  })
  const [event] = await log.toTable()
  assert.deepEqual([event.position, event.propensity], [3, 0.5])
})

test('strengths are sums of weights, and a model takes them', async () => {
  const log = await EventLog.fromColumns(columns(), { kinds })
  const matrix = await log.customerItems()
  assert.deepEqual(matrix.shape, [2, 3])
  assert.deepEqual([[...matrix.indptr], [...matrix.indices]], [[0, 3, 6], [0, 1, 2, 0, 1, 2]])
  assert.deepEqual([...matrix.data], [1, 3, 5, 1, 1, 1])
  assert.deepEqual([...(await log.customerItems({ purchase: 2 })).data], [2])
  assert.deepEqual((await log.sessionItems()).shape, [4, 3])
  const model = await ItemSimilarity.fit(matrix, { neighbors: 2 })
  assert.deepEqual(model.similar(0, 2).map(({ item }) => item).sort(), [1, 2])
  await assert.rejects(log.customerItems({ buy: 1 }), code('KOSAR_PARAM', /kind must be one of view, .* got 'buy'/))
  await assert.rejects(log.customerItems({ view: 'x' }), code('KOSAR_PARAM', /weights must be numbers by kind/))
})

test('what cannot be read names what is wrong', async () => {
  const good = { session: ['s'], item: ['x'], time: [1] }
  for (const [given, options, kind, message] of [
    [good, { gapMinutes: 0 }, 'KOSAR_PARAM', /gapMinutes must be above 0|gap_minutes must be above 0/],
    [good, { gapMinutes: '30' }, 'KOSAR_PARAM', /gapMinutes must be a number/],
    [good, { kinds: { a: 'b' } }, 'KOSAR_PARAM', /kind must be one of view, /],
    [good, { returns: 'net' }, 'KOSAR_PARAM', /options have no 'returns'/],
    [good, { integerIds: ['order'] }, 'KOSAR_PARAM', /integerIds must be of customer, session, item/],
    [{ ...good, order: [1] }, {}, 'KOSAR_PARAM', /columns have no 'order'/],
    [{ item: ['x'], time: [1] }, {}, 'KOSAR_INTAKE', /name at least a time column/],
  ]) {
    await assert.rejects(EventLog.fromColumns(given, options), code(kind, message))
  }
  await assert.rejects(EventLog.fromRows([], null), code('KOSAR_PARAM', /columns must be an object/))
  const kept = { session: 's', item: 'i', time: 't', attributes: ['kind'] }
  await assert.rejects(EventLog.fromRows([{ s: 1, i: 2, t: 3, kind: 'x' }], kept), code('KOSAR_INTAKE', /cannot be named 'kind'/))
})

const clicks = data('clicks_bol/train.txt')

test('real clicks are read whole', clicks.when, async () => {
  const log = await EventLog.fromCsv(clicks.path, {
    session: 'SessionId',
    item: 'ItemId',
    time: 'Time',
    timeUnit: 's',
    integerIds: ['session', 'item'],
    delimiter: '\t',
  })
  assert.deepEqual([log.nEvents, log.nSessions, log.nItems], [113_601, 23_753, 18_009])
})
