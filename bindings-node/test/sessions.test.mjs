// What comes next in a session: answers worked out by hand, reasons for none, kinds, appending, files.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import {
  EventLog, ItemSimilarity, KosarError, OrderLog, Popularity, PopularInSessions, SequentialRules, SessionEvaluation, SessionKnn,
  datasets, evaluateSessions, load, splitSessions,
} from 'kosar'

// Three sessions: tea cup pot; tea pot; jam (put into the cart) tea.
const CLICKS = [
  ['s1', 'tea'], ['s1', 'cup'], ['s1', 'pot'], ['s2', 'tea'], ['s2', 'pot'], ['s3', 'jam', 'add_to_cart'], ['s3', 'tea'],
].map(([session, item, kind = 'view'], at) => ({ session, item, kind, at: new Date(at * 1000) }))
const columns = { session: 'session', item: 'item', kind: 'kind', time: 'at' }
const log = (from = 0, to = CLICKS.length, rows = CLICKS) => EventLog.fromRows(rows.slice(from, to), columns)

// Nothing but what is in common counts: each neighbour adds its weight to all of its items.
const PLAIN = { decay: 'none', matchIdf: 0, itemIdf: 0, forward: 1, backward: 1, halfLifeDays: null }
const FITS = [
  [SessionKnn, {}],
  [SessionKnn, {
    sessionsPerItem: 3, neighbors: 2, lastItems: 4, decay: 'linear', matchIdf: 0.5, itemIdf: 0, forward: 1, backward: 0.5,
    halfLifeDays: 3, lastItemWeight: 1, kindWeights: { add_to_cart: 3, view: 0.5 }, minSessions: 1,
  }],
  [SequentialRules, {}],
  [SequentialRules, { stepWeight: 'inverse_square', maxSteps: 4, bothWays: true, repeats: true, kindWeights: { add_to_cart: 2 } }],
  [SequentialRules, { association: true, minSessions: 2 }],
]

const items = ({ recommendations }) => recommendations.map(({ item, score }) => [item, Math.round(score * 1e6) / 1e6])
const code = (code, message) => (error) => {
  assert.ok(error instanceof KosarError)
  assert.equal(error.code, code)
  assert.match(error.message, message)
  return true
}

test('neighbours add up as by hand', async () => {
  const model = await SessionKnn.fit(await log(), PLAIN)
  // Of cup and tea: s1 has both and counts 2; s2 and s3 have tea and count 1. Tea, the last, is not answered.
  const found = model.recommend(['cup', 'tea'])
  assert.deepEqual(items(found), [['pot', 3], ['cup', 2], ['jam', 1]])
  assert.deepEqual([found.unknown, found.empty, found.whyEmpty], [[], null, null])
  const { share, sentence, ...reason } = found.recommendations[0].reason
  assert.deepEqual(reason, { kind: 'session', from: 'tea', sessions: 2 })
  assert.ok(Math.abs(share - 2 / 3) < 1e-6)
  assert.match(sentence, /^clicked in 2 sessions like this one/)
  assert.deepEqual(items(model.recommend(['cup', 'tea'], 1)), [['pot', 3]])
  assert.deepEqual([model.items, model.counts], [['cup', 'jam', 'pot', 'tea'], [1, 1, 2, 3]])
  assert.deepEqual([model.nSessions, model.nKept, model.nBytes > 28], [3, 3, true])
  const one = await SessionKnn.fit(await log(0, 5), { sessionsPerItem: 1, signal: new AbortController().signal })
  assert.deepEqual([one.nSessions, one.nKept], [2, 2])
})

test('rules add up as by hand', async () => {
  const model = await SequentialRules.fit(await log())
  // Two steps from tea to pot in s1, one in s2; one from tea to cup.
  const found = model.recommend(['jam', 'tea'])
  assert.deepEqual(items(found), [['pot', 1.5], ['cup', 1]])
  assert.equal(`${found.recommendations[0].reason}`, '67 % of the sessions with tea go on to it (2 sessions)')
  assert.deepEqual({ ...found.recommendations[0].reason }, {
    kind: 'next', after: 'tea', sessions: 2, confidence: 2 / 3, sentence: '67 % of the sessions with tea go on to it (2 sessions)',
  })
  assert.deepEqual([model.nRules, model.nSessions, model.items.length], [4, 3, 4])
  const both = await SequentialRules.fit(await log(), { association: true })
  assert.deepEqual(items(both.recommend(['tea'])), [['pot', 2], ['cup', 1], ['jam', 1]])
  const spelled = await SequentialRules.fit(await log(), { stepWeight: 'same', maxSteps: 100, bothWays: true })
  assert.deepEqual(both.toBytes(), spelled.toBytes())
})

test('what is not known is told', async () => {
  for (const [Model, options] of [[SessionKnn, PLAIN], [SequentialRules, {}]]) {
    const model = await Model.fit(await log(), options)
    const some = model.recommend(['wine', 'tea', 'beer', 'wine'], 1)
    assert.deepEqual([some.recommendations[0].item, some.unknown, some.empty], ['pot', ['wine', 'beer', 'wine'], null])
    const none = { recommendations: [], unknown: ['wine'], empty: 'unknown_items', whyEmpty: 'no item of the session is known' }
    assert.deepEqual(model.recommend(['wine']), none)
    assert.equal(model.recommend([]).empty, 'no_items')
    assert.equal(model.recommend(['tea'], 5, { exclude: ['pot', 'cup', 'jam'] }).empty, 'none_allowed')
    assert.deepEqual(model.recommend(['tea'], 0), { recommendations: [], unknown: [], empty: null, whyEmpty: null })
    const few = await Model.fit(await log(), { ...options, minSessions: 3 })
    assert.equal(few.recommend(['tea']).empty, 'too_few_sessions')
  }
  assert.equal((await SequentialRules.fit(await log())).recommend(['pot']).empty, 'nothing_else')
})

test('kinds count', async () => {
  const kindWeights = { add_to_cart: 5 }
  const model = await SessionKnn.fit(await log(), { ...PLAIN, kindWeights })
  // A jam that was put into the cart outweighs the pots of two sessions.
  assert.deepEqual(items(model.recommend(['tea'])), [['jam', 5], ['pot', 2], ['cup', 1]])
  // A cup in the cart: s1 counts 5 + 1.
  const found = model.recommend(['cup', 'tea'], 3, { kinds: ['add_to_cart', 'view'] })
  assert.deepEqual(items(found), [['pot', 7], ['cup', 6], ['jam', 5]])
  const ignored = await SessionKnn.fit(await log(), { ...PLAIN, kindWeights: { add_to_cart: 0 } })
  assert.deepEqual(items(ignored.recommend(['tea'])), [['pot', 2], ['cup', 1]])
  const rules = await SequentialRules.fit(await log(), { association: true, kindWeights })
  assert.deepEqual(items(rules.recommend(['tea'], 1)), [['jam', 5]])
})

test('filters choose before the selection', async () => {
  for (const Model of [SessionKnn, SequentialRules]) {
    const model = await Model.fit(await log())
    const chosen = (options) => model.recommend(['tea'], 1, options).recommendations.map(({ item }) => item)
    assert.deepEqual(chosen(), ['pot'])
    assert.deepEqual(chosen({ exclude: ['pot', 'wine'] }), ['cup'])
    assert.deepEqual(chosen({ only: ['cup', 'wine'] }), ['cup'])
    assert.throws(() => chosen({ exclude: [1] }), code('KOSAR_ID_TYPE', /item ids are string here/))
  }
})

test('many sessions are answered as each by itself', async () => {
  const { events } = await datasets.shopData({ lines: 2_000, clicks: 10_000 })
  for (const Model of [SessionKnn, SequentialRules]) {
    const model = await Model.fit(events)
    // More than are handed over at once, some unknown, some empty.
    const sessions = model.items.flatMap((item, at) => [[item, model.items[(at * 7 + 1) % model.items.length]], ['wine'], []])
    const options = { exclude: model.items.slice(0, 9) }
    const found = await model.recommendMany(sessions, 3, options)
    assert.ok(found.length > 200)
    assert.deepEqual(found, sessions.map((session) => model.recommend(session, 3, options)))
    assert.deepEqual(await model.recommendMany(new Set([sessions[0]])), [model.recommend(sessions[0])])
    assert.deepEqual(await model.recommendMany([]), [])
    await assert.rejects(model.recommendMany([sessions[0], [7]]), code('KOSAR_ID_TYPE', /item ids are string here/))
    await assert.rejects(model.recommendMany('tea'), code('KOSAR_PARAM', /sessions must be an iterable of arrays of items/))
    await assert.rejects(model.recommendMany(['tea']), code('KOSAR_PARAM', /sessions must be an array, got 'tea'/))
    await assert.rejects(model.recommendMany([], -1), code('KOSAR_PARAM', /n must be at least 0/))
    await assert.rejects(model.recommendMany([], 1, { kinds: ['view'] }), code('KOSAR_PARAM', /options have no 'kinds'/))
    const signal = AbortSignal.abort()
    await assert.rejects(model.recommendMany(sessions, 3, { signal }), code('KOSAR_CANCELLED', /cancelled/))
  }
})

test('the next click is told as a brute force counts it', async () => {
  const { events } = await datasets.shopData({ lines: 2_000, items: 60, clicks: 20_000 })
  const { train, test } = await splitSessions(events, { fraction: 0.1 })
  assert.equal(train.nEvents + test.nEvents, events.nEvents)
  const model = await SessionKnn.fit(train, { lastItemWeight: 1 })
  const found = await evaluateSessions(model, test, { k: 5, nResamples: 100, seed: 1 })
  assert.ok(found instanceof SessionEvaluation)
  const sessions = new Map()
  for (const { session, item, kind } of await test.toTable()) {
    if (kind === 'remove_from_cart') continue
    sessions.set(session, [...(sessions.get(session) ?? []), item])
  }
  const gains = [...sessions.values()].flatMap((items) => items.slice(1).map((target, at) => {
    const place = model.recommend(items.slice(0, at + 1), 5).recommendations.findIndex(({ item }) => item === target)
    return place < 0 ? 0 : 1 / (place + 1)
  }))
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
  assert.deepEqual([found.k, found.n], [5, gains.length])
  assert.ok(Math.abs(found.hitRate.value - mean(gains.map((gain) => (gain > 0 ? 1 : 0)))) < 1e-12)
  assert.ok(Math.abs(found.mrr.value - mean(gains)) < 1e-12)
  assert.ok(found.mrr.low < found.mrr.value && found.mrr.value < found.mrr.high)
  assert.match(`${found}`, /^hit_rate@5 +0\.\d{4} {2}\[0/)
  assert.deepEqual(JSON.parse(JSON.stringify(found)).mrr, { ...found.mrr })

  const popular = await evaluateSessions(await PopularInSessions.of(train), test, { k: 5, nResamples: 100, seed: 1 })
  const { hitRate, mrr } = await found.minus(popular)
  assert.ok(Math.abs(hitRate.value - (found.hitRate.value - popular.hitRate.value)) < 1e-12)
  assert.ok(mrr.low <= mrr.value && mrr.value <= mrr.high)
  const rules = await evaluateSessions(await SequentialRules.fit(train), test, { nResamples: 0 })
  assert.ok(rules.hitRate.value > 0 && Number.isNaN(rules.hitRate.low))
  await assert.rejects(found.minus(await evaluateSessions(model, train)), code('KOSAR_PARAM', /the same test sessions/))
  const longer = await evaluateSessions(model, test, { k: 6, nResamples: 0 })
  await assert.rejects(found.minus(longer), code('KOSAR_PARAM', /other must be an evaluation of the same k/))
  await assert.rejects(found.minus(model), code('KOSAR_PARAM', /other must be a SessionEvaluation/))
})

test('what cannot be split or measured is refused', async () => {
  const events = await log()
  await assert.rejects(splitSessions(events, {}), code('KOSAR_PARAM', /exactly one of at, lastDays, fraction/))
  await assert.rejects(splitSessions(events, { fraction: 0.5, days: 1 }), code('KOSAR_PARAM', /options have no 'days'/))
  await assert.rejects(splitSessions(events, { at: '2030-01-01' }), code('KOSAR_PARAM', /at must leave sessions .* at or after 2030/))
  await assert.rejects(splitSessions(await OrderLog.fromBaskets([['tea']]), { fraction: 0.5 }), code('KOSAR_PARAM', /an EventLog/))
  const { train, test } = await splitSessions(events, { lastDays: 2 / 86_400 })
  // The second session ends two seconds before the last event.
  assert.deepEqual([train.nSessions, test.nSessions], [1, 2])
  const model = await SessionKnn.fit(train)
  await assert.rejects(evaluateSessions(model, test, { k: 0 }), code('KOSAR_PARAM', /k must be at least 1/))
  await assert.rejects(evaluateSessions(model, test, { metrics: [] }), code('KOSAR_PARAM', /options have no 'metrics'/))
  await assert.rejects(evaluateSessions(model, test, { signal: AbortSignal.abort() }), code('KOSAR_CANCELLED', /cancelled/))
  const other = await ItemSimilarity.fit(await OrderLog.fromBaskets([['tea', 'cup']]), { unit: 'order' })
  await assert.rejects(evaluateSessions(other, test), code('KOSAR_PARAM', /model must be one that tells what comes next/))
})

test('appending equals fitting on both, and files answer the same', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'model.kosar')
  for (const [Model, options] of FITS) {
    const both = await Model.fit(await log(), options)
    const first = await Model.fit(await log(0, 5), options)
    const before = first.toBytes()
    const joined = await first.append(await log(5, 7))
    assert.ok(joined instanceof Model)
    assert.deepEqual(joined.toBytes(), both.toBytes())
    assert.deepEqual(joined.recommend(['jam']), both.recommend(['jam']))
    assert.deepEqual(first.toBytes(), before)
    await both.save(path)
    for (const other of [await load(path), await Model.load(path), Model.fromBytes(both.toBytes())]) {
      assert.ok(other instanceof Model)
      assert.deepEqual(other.recommend(['cup', 'tea']), both.recommend(['cup', 'tea']))
      assert.deepEqual(other.toBytes(), both.toBytes())
    }
    await assert.rejects(Popularity.load(path), code('KOSAR_MODEL_FILE', /popularity/))
  }
})

test('options and questions are checked', async () => {
  const events = await log()
  const refused = [
    [{ neighbors: 0 }, /neighbors must be at least 1, got 0/],
    [{ neighbors: 70_000 }, /neighbors must be at most/],
    [{ neighbors: 'many' }, /neighbors must be a whole number from 1, got 'many'/],
    [{ decay: 'fast' }, /decay must be one of none, linear, harmonic, inverse_square, got 'fast'/],
    [{ halfLifeDays: 0 }, /halfLifeDays must be above 0 and finite, got 0/],
    [{ kindWeights: { stare: 1 } }, /kind must be one of view, .* got 'stare'/],
    [{ kindWeights: { view: 101 } }, /kindWeights must be from 0 to 100, got 101/],
    [{ kindWeights: { view: '2' } }, /kindWeights must be numbers by kind, got '2'/],
    [{ kindWeights: [1] }, /kindWeights must be an object, got an array/],
    [{ colour: 1 }, /options have no 'colour'; allowed are: signal, sessionsPerItem, /],
  ]
  for (const [options, message] of refused) await assert.rejects(SessionKnn.fit(events, options), code('KOSAR_PARAM', message))
  await assert.rejects(SequentialRules.fit(events, { maxSteps: 101 }), code('KOSAR_PARAM', /maxSteps must be at most 100, got 101/))
  await assert.rejects(SequentialRules.fit(events, { bothWays: 1 }), code('KOSAR_PARAM', /bothWays must be true or false, got 1/))
  const orders = await OrderLog.fromBaskets([['tea']])
  for (const Model of [SessionKnn, SequentialRules]) {
    await assert.rejects(Model.fit(orders), code('KOSAR_PARAM', /log must be an EventLog/))
    const model = await Model.fit(events)
    await assert.rejects(model.append(orders), code('KOSAR_PARAM', /log must be an EventLog/))
    assert.throws(() => model.recommend('tea'), code('KOSAR_PARAM', /session must be an array, got 'tea'/))
    assert.throws(() => model.recommend([7]), code('KOSAR_ID_TYPE', /item ids are string here, got the integer 7/))
    assert.throws(() => model.recommend(['tea'], -1), code('KOSAR_PARAM', /n must be at least 0, got -1/))
    const ask = (kinds) => () => model.recommend(['tea'], 1, { kinds })
    assert.throws(ask(['view', 'view']), code('KOSAR_PARAM', /kinds must be as many for the items of the session/))
    assert.throws(ask([]), code('KOSAR_PARAM', /kinds must be as many for the items of the session/))
    assert.throws(ask('view'), code('KOSAR_PARAM', /kinds must be an array, got 'view'/))
    assert.throws(ask(['stare']), code('KOSAR_PARAM', /kind must be one of view, .* got 'stare'/))
    const numbered = CLICKS.map((row, at) => ({ ...row, item: at }))
    await assert.rejects(model.append(await log(0, 7, numbered)), code('KOSAR_INTAKE', /item ids are string here, integer there/))
  }
})

test('ids may be integers, BigInts beyond 2^53', async () => {
  const big = 2n ** 60n
  const names = { tea: 1, cup: 2, pot: 3, jam: big }
  const model = await SessionKnn.fit(await log(0, 7, CLICKS.map((row) => ({ ...row, item: names[row.item] }))), PLAIN)
  assert.deepEqual(items(model.recommend([1])), [[3, 2], [2, 1], [big, 1]])
  assert.deepEqual(model.recommend([9, 2n ** 62n]).unknown, [9, 2n ** 62n])
})
