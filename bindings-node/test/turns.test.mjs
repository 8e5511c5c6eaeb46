// Changes of a recommender that are called without waiting for those before.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import { Catalog, EventLog, OrderLog, Recommender } from '../index.mjs'

const NAMES = { order: 'order', customer: 'who', item: 'what', time: 'at' }
const row = (order, who) => ({ order, who, what: `i${order % 9}`, at: new Date(Date.UTC(2025, 0, 1 + (order % 30))) })
const log = await OrderLog.fromRows(Array.from({ length: 900 }, (_, order) => row(order, `c${order % 40}`)), NAMES)
const catalog = await Catalog.fromColumns({ item: log.items, stock: log.items.map(() => 1) })
const fitted = await Recommender.fit(log, { catalog })
const bytes = fitted.toBytes()
const copy = () => Recommender.fromBytes(bytes)
const inStock = { filters: [{ only: { in_stock: true } }] }
const times = async (n, run) => {
  for (let at = 0; at < n; at += 1) await run(at)
}

function isKnown(recommender, who) {
  try {
    return recommender.profile(who).customer === who
  } catch {
    return false
  }
}

test('the last call holds', async () => {
  const recommender = copy()
  await times(1_000, async () => {
    await Promise.all(['full', 'session', 'none'].map((level) => recommender.setLevel('c1', level)))
    assert.equal(recommender.profile('c1').level, 'none')
  })
  await times(200, async () => {
    await Promise.all([[], ['i1'], ['i2', 'i3']].map((blocked) => recommender.setRules({ blocked })))
    assert.deepEqual(recommender.rules.blocked, ['i2', 'i3'])
  })
  await recommender.setRules(inStock)
  await times(200, async () => {
    await Promise.all([recommender.setStock({ i1: 1 }), recommender.setStock({ i1: 0 })])
    assert.ok(!recommender.trending({ n: 9 }).some(({ item }) => item === 'i1'))
  })
})

test('who is forgotten after an update stays so, and an update after forgetting is new', async () => {
  const recommender = copy()
  await times(200, async (at) => {
    const who = `new ${at}`
    const one = await OrderLog.fromRows([row(10_000 + at, who)], NAMES)
    const [, receipt] = await Promise.all([recommender.update(one), recommender.forget(who)])
    assert.deepEqual([receipt.found, isKnown(recommender, who)], [true, false])
    const [, report] = await Promise.all([recommender.forget(who), recommender.update(one)])
    assert.deepEqual([report.newCustomers, isKnown(recommender, who)], [1, true])
  })
  assert.equal((await recommender.readiness()).orders, log.nOrders + 200)
})

test('a change that fails does not stop those behind it', async () => {
  const recommender = copy()
  const wrong = [recommender.setLevel('c1', 'some'), recommender.setRules({ diversity: 2 }), recommender.update(catalog)]
  const right = recommender.setLevel('c1', 'session')
  const outcomes = await Promise.allSettled([...wrong, right])
  assert.deepEqual(outcomes.map(({ status }) => status), ['rejected', 'rejected', 'rejected', 'fulfilled'])
  assert.ok(outcomes.slice(0, 3).every(({ reason }) => reason.code === 'KOSAR_PARAM'))
  assert.equal(recommender.profile('c1').level, 'session')
})

test('a failure is told to its caller alone', async () => {
  const unhandled = []
  const listen = (reason) => unhandled.push(reason.message)
  process.on('unhandledRejection', listen)
  try {
    const recommender = copy()
    const caught = recommender.setLevel('c1', 'some').catch((error) => error.message)
    await recommender.setLevel('c1', 'none')
    assert.match(await caught, /level must be one of/)
    await new Promise(setImmediate)
    assert.deepEqual(unhandled, [])
  } finally {
    process.off('unhandledRejection', listen)
  }
})

test('what looks at the whole waits for what was called before', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'shop.kosar')
  await times(60, async (at) => {
    const recommender = copy()
    const who = `later ${at}`
    const done = [recommender.refresh(), recommender.setRules({}), recommender.refresh(), recommender.update(await OrderLog.fromRows([row(20_000, who)], NAMES)), recommender.setLevel(who, 'none')]
    const [ready, changes] = await Promise.all([recommender.readiness(), fitted.diff(recommender), recommender.save(path)])
    assert.equal(ready.orders, log.nOrders + 1)
    assert.ok(Array.isArray(changes))
    assert.equal((await Recommender.load(path)).profile(who).level, 'none')
    await Promise.all(done)
  })
})

test('what takes the place of another is what it was when called', async () => {
  await times(100, async () => {
    const [served, other] = [copy(), copy()]
    const changes = [served.setLevel('c1', 'session'), other.setLevel('c1', 'none'), served.replace(other)]
    changes.push(other.setLevel('c1', 'full'), served.setLevel('c2', 'none'))
    await Promise.all(changes)
    assert.deepEqual(['c1', 'c2'].map((who) => served.profile(who).level), ['none', 'none'])
    assert.deepEqual(['c1', 'c2'].map((who) => other.profile(who).level), ['full', 'full'])
  })
  const itself = copy()
  await Promise.all([itself.setLevel('c1', 'none'), itself.replace(itself)])
  assert.equal(itself.profile('c1').level, 'none')
})

test('a change of the catalogue can be stopped', async () => {
  const recommender = copy()
  const why = new Error('enough')
  const { version } = recommender
  await assert.rejects(recommender.setCatalog(catalog, { signal: AbortSignal.abort(why) }), { code: 'KOSAR_CANCELLED', cause: why })
  assert.equal(recommender.version, version)
  await assert.rejects(recommender.setCatalog(catalog, { signal: 3 }), { code: 'KOSAR_PARAM', message: /signal must be an AbortSignal/ })
  await assert.rejects(recommender.setCatalog(catalog, { sinal: 1 }), { code: 'KOSAR_PARAM' })
  await recommender.setCatalog(catalog, { signal: new AbortController().signal })
  assert.ok(recommender.version > version)
})

test('every change goes in its turn', async () => {
  const recommender = copy()
  const events = await EventLog.fromRows([{ who: 'c1', what: 'i1', at: new Date(Date.UTC(2025, 1, 1)) }], { customer: 'who', item: 'what', time: 'at' })
  const ended = []
  const changes = {
    refresh: [], update: [log], setLevel: ['c1', 'none'], setCatalog: [catalog], updateEvents: [events], setStock: [{ i1: 3 }],
    setRules: [inStock], forget: ['c2'], replace: [copy()],
  }
  const calls = Object.entries(changes)
  await times(20, () => Promise.all(calls.map(([name, args]) => recommender[name](...args).then(() => ended.push(name)))))
  assert.deepEqual(ended, Array.from({ length: 20 }, () => Object.keys(changes)).flat())
})
