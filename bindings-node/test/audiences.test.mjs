// Audiences from Node: trees as objects, the parts of the data, answers and errors.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  Audience, AudienceData, Audiences, Catalog, Customers, EventLog, KosarError, Lifecycle, OrderLog, Rfm,
} from '../index.mjs'

const orders = await OrderLog.fromRows(
  [
    { who: 'ann', id: 1, what: 'dress', at: '2026-01-10', paid: 80, channel: 'web' },
    { who: 'ann', id: 2, what: 'socks', at: '2026-11-20', paid: 5, channel: 'app' },
    { who: 'bob', id: 3, what: 'shoes', at: '2026-11-01', paid: 100, channel: 'web' },
    { who: 'cid', id: 4, what: 'dress', at: '2025-12-24', paid: 80, channel: 'shop' },
  ],
  { customer: 'who', order: 'id', item: 'what', time: 'at', amount: 'paid', attributes: ['channel'] },
)
const events = await EventLog.fromRows(
  [
    { who: 'ann', visit: 1, what: 'shoes', kind: 'view', at: '2026-11-19T10:00', device: 'mobile' },
    { who: 'ann', visit: 1, what: 'shoes', kind: 'view', at: '2026-11-19T10:05', device: 'mobile' },
    { who: 'ann', visit: 2, what: 'shoes', kind: 'view', at: '2026-11-23', device: 'desktop' },
    { who: 'bob', visit: 3, what: 'shoes', kind: 'add_to_cart', at: '2026-10-31', device: 'desktop' },
    { who: 'eve', visit: 4, what: 'dress', kind: 'view', at: '2026-11-24T23:30', device: 'mobile' },
  ],
  { customer: 'who', session: 'visit', item: 'what', kind: 'kind', time: 'at', attributes: ['device'] },
)
const customers = await Customers.fromRows(
  [
    { who: 'ann', country: 'HU', born: '1990-11-28', mail: true },
    { who: 'bob', country: 'AT', born: null, mail: false },
    { who: 'cid', country: null, born: '1970-01-01', mail: null },
    { who: 'fay', country: 'HU', born: '2000-02-29', mail: true },
  ],
  { customer: 'who', attributes: ['country'], dates: ['born'], consent: { 'email/marketing': 'mail' } },
)
const catalog = await Catalog.fromRows(
  [
    { id: 'dress', path: 'Clothes/Dresses' },
    { id: 'socks', path: 'Clothes/Socks' },
    { id: 'shoes', path: 'Shoes' },
  ],
  { item: 'id', category: 'path' },
)
const data = await AudienceData.build({
  orders,
  events,
  customers,
  catalog,
  rfm: await Rfm.fit(orders),
  lifecycle: await Lifecycle.fit(orders),
  values: { clv: new Map([['ann', 250], ['bob', 90]]), churn: [['ann', 0.1], ['cid', null]] },
})
const asOf = '2026-11-25T12:00:00Z'

async function members(tree) {
  const audiences = await Audiences.build(data, { asked: tree }, { asOf })
  return (await audiences.members('asked')).column('customer')
}

test('everybody is everybody that any part knows', () => {
  assert.deepEqual(data.customers, ['ann', 'bob', 'cid', 'eve', 'fay'])
  assert.equal(data.length, 5)
})

test('members are who they say', async () => {
  for (const [tree, who] of [
    [{ and: [] }, ['ann', 'bob', 'cid', 'eve', 'fay']],
    [{ events: { kinds: ['view'], same_item: true, not_bought: 'since', test: { at_least: 3 } } }, ['ann']],
    [{ orders: { items: { category: ['Clothes'] }, columns: [{ name: 'channel', test: { is: 'shop' } }] } }, ['cid']],
    [{ events: { columns: [{ name: 'device', test: { in: ['mobile'] } }] } }, ['ann', 'eve']],
    [{ attribute: { name: 'country', test: { known: false } } }, ['cid', 'eve']],
    [{ attribute: { name: 'born', test: { below: '1990-01-01' } } }, ['cid']],
    [{ age: { of: 'born', test: { at_least: 30 } } }, ['ann', 'cid']],
    [{ anniversary: { of: 'born', next_days: 4 } }, ['ann']],
    [{ consent: { channel: 'email', purpose: 'marketing' } }, ['ann', 'fay']],
    [{ value: { name: 'clv', test: { above: 100 } } }, ['ann']],
    [{ value: { name: 'churn', test: { known: true } } }, ['ann']],
    [{ rfm: { of: 'frequency', test: { is: 2 } } }, ['ann']],
    ['{"orders": {"measure": {"sum": "amount"}, "test": {"at_least": 85}}}', ['ann', 'bob']],
    [Audience.of({ not: { orders: {} } }), ['eve', 'fay']],
  ]) {
    assert.deepEqual(await members(tree), who, JSON.stringify(tree))
  }
})

test('answers about one customer and about all', async () => {
  const trees = { buyers: { orders: {} }, both: { and: [{ audience: 'buyers' }, { events: { test: { at_least: 2 } } }] } }
  const audiences = await Audiences.build(data, trees, { asOf })
  assert.deepEqual(audiences.names, ['buyers', 'both'])
  assert.deepEqual(audiences.notes, [])
  assert.deepEqual(audiences.of('ann'), ['buyers', 'both'])
  assert.equal(audiences.contains('both', 'bob'), false)
  assert.equal(await audiences.size('buyers'), 3)
  assert.deepEqual(Array.from((await audiences.sizes()).column('members')), [3, 1])
  assert.deepEqual(Array.from((await audiences.overlap()).column('both')), [1])
  assert.equal(audiences.asOf.toISOString(), '2026-11-25T12:00:00.000Z')
  const why = audiences.explain('both', 'bob')
  assert.deepEqual([why.holds, why.value, why.parts.map(({ holds }) => holds)], [false, null, [true, false]])
  assert.deepEqual([why.parts[1].path, why.parts[1].value], ['and[1].events', 1])
  const estimate = await audiences.estimate('buyers', { sample: 2, seed: 3 })
  assert.ok(estimate.low <= 3 && estimate.high >= 3)
  assert.deepEqual([estimate.sampled, estimate.customers], [2, 5])
  const profile = await audiences.profile('buyers')
  assert.deepEqual([profile.members, profile.customers], [3, 5])
  const spent = profile.numbers.find(({ field }) => field === 'spent')
  assert.ok(Math.abs(spent.mean - 265 / 3) < 1e-9 && spent.meanOfAll === 53)
})

test('an audience is read, written and said', () => {
  const audience = Audience.of({ orders: { window: { last_days: 300 } } })
  assert.equal(`${audience}`, 'at least 1 order in the last 300 days')
  assert.deepEqual(Audience.of(audience).toJSON(), audience.toJSON())
  assert.equal(Audience.schema().title, 'An audience')
})

test('slips are told with their path', async () => {
  const slips = [
    [{ not: { attribute: { name: 'contry', test: { is: 'HU' } } } }, /at not\.attribute\.name: unknown attribute 'contry'/],
    [{ attribute: { name: 'country', test: { above: 3 } } }, /at attribute\.test: country holds words/],
    [{ orders: { windw: {} } }, /at orders\.windw: unknown field/],
    [{ segment: { is: 'chumps' } }, /at segment: unknown segment 'chumps'; there are:/],
    [3, /an audience must be an object of conditions, JSON text or an Audience, got number/],
  ]
  for (const [tree, message] of slips) {
    await assert.rejects(members(tree), (error) => {
      assert.ok(error instanceof KosarError)
      assert.equal(error.code, 'KOSAR_PARAM')
      assert.match(error.message, message)
      return true
    })
  }
  await assert.rejects(members({ value: { name: 'clv', test: { above: NaN } } }), { message: 'audience at value.test.above: it must be a finite number, is NaN' })
  const made = 'it must be made of plain objects, lists, texts and numbers, is'
  class Test {
    at_least = 3
  }
  await assert.rejects(members({ orders: { test: new Test() } }), { code: 'KOSAR_PARAM', message: `audience at orders.test: ${made} a Test` })
  await assert.rejects(members({ and: [{ orders: new Map() }] }), { code: 'KOSAR_PARAM', message: `audience at and[0].orders: ${made} a Map` })
  await assert.rejects(Audiences.build(data, { a: { orders: {} }, b: '{"orders": {"windw": 1}}' }), /at 'b'\.orders\.windw/)
  await assert.rejects(Audiences.build(data, [{ orders: {} }]), /audiences must be an object/)
  assert.deepEqual((await Audiences.build(data, new Map([['m', { orders: {} }]]))).names, ['m'])
  const audiences = await Audiences.build(data, { a: { orders: {} } })
  assert.throws(() => audiences.of('zoe'), { code: 'KOSAR_UNKNOWN_ID' })
  assert.throws(() => audiences.of(7), { code: 'KOSAR_ID_TYPE' })
  assert.throws(() => audiences.contains('b', 'ann'), /unknown audience 'b'; there are: a/)
  await assert.rejects(audiences.size('b'), { code: 'KOSAR_PARAM' })
  await assert.rejects(AudienceData.build({ order: orders }), /order/)
  await assert.rejects(AudienceData.build({ rfm: orders }), /rfm must be an Rfm/)
  await assert.rejects(AudienceData.build({ values: { x: 3 } }), /values\.x must be a Map or pairs/)
  await assert.rejects(AudienceData.build({ timeZone: 'Mars/Base' }), /time_?zone/i)
})

test('a question about everybody can be stopped', async () => {
  const audiences = await Audiences.build(data, { a: { orders: {} } })
  await assert.rejects(audiences.members('a', { signal: AbortSignal.abort() }), { code: 'KOSAR_CANCELLED' })
})
