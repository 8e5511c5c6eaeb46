// The recommender: placements, rules, live changes, files, refusals.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import {
  Customers, EventLog, OrderLog, Popularity, Recommender, Rfm, compare, datasets, evaluate, load, temporalSplit,
} from '../index.mjs'

const { log, events, catalog } = await datasets.shopData({ lines: 8_000, clicks: 12_000, seed: 3 })
const fitted = await Recommender.fit(log, { events, catalog })
const RULES = { caps: [{ by: { category: 1 }, max: 3 }], diversity: 0.2 }
const WHO = 'C00003'

const copy = () => Recommender.fromBytes(fitted.toBytes())
const items = (answers) => answers.map(({ item }) => item)
const top = (path) => path.split('/')[0]

function placements(recommender, options = { n: 6 }) {
  const [first, second, third] = items(recommender.trending({ n: 3 }))
  return {
    similar: recommender.similar(first, options),
    boughtTogether: recommender.boughtTogether([first, second], options),
    forCustomer: recommender.forCustomer(WHO, options),
    nextInSession: recommender.nextInSession({ ...options, session: [second, third] }),
    trending: recommender.trending(options),
    rerank: recommender.rerank(items(recommender.trending({ n: 30 })), { ...options, customer: WHO }),
  }
}

test('every placement gives as many as asked', () => {
  for (const [name, answers] of Object.entries(placements(fitted))) {
    assert.equal(answers.length, 6, name)
    assert.equal(new Set(items(answers)).size, 6, name)
    const scores = answers.map(({ score }) => score)
    assert.deepEqual(scores, scores.toSorted((a, b) => b - a), name)
  }
  assert.equal(fitted.trending().length, 10)
  assert.deepEqual(fitted.forCustomer(WHO, { n: 0 }), [])
  assert.equal(fitted.buyAgain(WHO, { n: 3 }).length, 3)
})

test('an answer tells why', () => {
  const [{ item }] = fitted.trending({ n: 1 })
  const [{ step, reason, ...rest }] = fitted.similar(item, { n: 1 })
  assert.deepEqual(Object.keys(rest), ['item', 'score'])
  assert.deepEqual([step, reason.kind, reason.to, rest.score], ['item', 'similar', item, 1])
  assert.ok(reason.customers >= 5 && reason.customers <= reason.of && reason.customers <= reason.itemCustomers)
  assert.ok(reason.since === null || reason.since instanceof Date)
  assert.equal(reason.maxItems, 150)
  assert.equal(String(reason), reason.sentence)
  const since = reason.since === null ? '' : ` since ${reason.since.toISOString().slice(0, 10)}`
  const sentence = `${reason.customers} of ${reason.of} buyers of ${item}${since} bought it too`
  assert.ok(reason.sentence.startsWith(sentence), reason.sentence)
  const [{ sql }] = fitted.similar(item, { n: 1, explain: true })
  assert.ok(sql.startsWith('WITH bought AS') && sql.includes(`'${item}'`))
  const [together] = fitted.boughtTogether([item], { n: 1 })
  assert.deepEqual([together.reason.kind, together.reason.with], ['together', item])
  const [again] = fitted.buyAgain(WHO, { n: 1, explain: true })
  assert.equal(again.sql, null)
  assert.deepEqual([again.reason.kind, again.step], ['repeat', 'repeat'])
  assert.ok(again.reason.last >= log.span.first && again.reason.last <= log.span.last)
  const [given] = fitted.rerank([item], { weight: 0 })
  assert.deepEqual([given.reason.kind, given.reason.position, given.reason.affinity], ['given', 1, 0])
})

test('reasons of every kind are read', async () => {
  const kinds = new Set(Object.values(placements(fitted, { n: 350 })).flatMap((answers) => answers.map(({ reason }) => reason.kind)))
  for (const kind of ['similar', 'together', 'given', 'repeat', 'popular', 'category']) {
    assert.ok(kinds.has(kind) || kind === 'repeat', `${kind} is not among ${[...kinds]}`)
  }
  assert.ok(!kinds.has('other'))
  const [{ item }] = fitted.trending({ n: 1 })
  const rules = { pins: [{ item, position: 2 }], explore: 0.5 }
  const pinned = await Recommender.fit(log, { rules })
  const answers = pinned.trending({ n: 12, seed: 5 })
  assert.deepEqual([answers[1].item, answers[1].step, answers[1].reason.kind], [item, 'pinned', 'pinned'])
  assert.ok(answers.some(({ reason }) => reason.kind === 'explored'))
  assert.deepEqual(items(pinned.trending({ n: 12, seed: 5 })), items(answers))
})

test('filters hold', async () => {
  const best = items(fitted.forCustomer(WHO, { n: 5 }))
  const rest = items(fitted.forCustomer(WHO, { n: 5, exclude: [best[0]], cart: [best[1]] }))
  assert.ok(!rest.includes(best[0]) && !rest.includes(best[1]) && rest.length === 5)
  const only = items(fitted.trending({ n: 300 })).slice(-7)
  assert.deepEqual(items(fitted.trending({ n: 7, only })).toSorted(), only.toSorted())
  const [path] = catalog.categoriesOf(best[0])
  for (const like of [{ category: path }, JSON.stringify({ category: path })]) {
    const found = items(fitted.forCustomer(WHO, { n: 5, like }))
    assert.equal(found.length, 5)
    assert.ok(found.every((item) => catalog.itemsIn(path).includes(item)))
  }
  const cooled = await Recommender.fit(log, { rules: { cool_down_days: 2 } })
  const [{ item }] = cooled.trending({ n: 1 })
  const shown = [[item, new Date('2026-01-01')]]
  assert.ok(!items(cooled.trending({ now: '2026-01-02', shown })).includes(item))
  assert.ok(items(cooled.trending({ now: new Date('2026-01-04'), shown })).includes(item))
})

test('what is not known falls back', () => {
  const anybody = fitted.forCustomer('nobody', { n: 8 })
  assert.equal(anybody.length, 8)
  assert.deepEqual(fitted.forCustomer('nobody else', { n: 8 }), anybody)
  assert.equal(fitted.similar('no such item', { n: 8 }).length, 8)
  assert.equal(fitted.nextInSession({ sessionId: -1, n: 8 }).length, 8)
})

test('sessions, categories and contents', () => {
  const session = 1039
  const seen = fitted.recentlyViewed({ sessionId: session })
  assert.deepEqual([seen[0].reason.kind, seen[0].reason.inCart], ['viewed', false])
  assert.ok(seen[0].reason.last instanceof Date && seen[0].reason.views >= 1)
  assert.notDeepEqual(fitted.nextInSession({ sessionId: session }), fitted.nextInSession())
  const list = items(fitted.trending({ n: 12 }))
  assert.deepEqual(items(fitted.rerank(list, { weight: 0 })), list)
  assert.equal(fitted.rerank(list, { customer: WHO, weight: 1 }).length, 12)
  const categories = fitted.categories({ n: 3, customer: WHO })
  assert.equal(categories.length, 3)
  assert.ok(categories[0].share >= categories[1].share && categories[0].populationShare > 0)
  const contents = categories.map(({ category }) => ({ id: category, about: { category } }))
  const choice = fitted.choose('hero', contents, { customer: WHO })
  assert.deepEqual([choice.slot, choice.propensity, choice.explored], ['hero', 1, false])
  assert.ok(contents.some(({ id }) => id === choice.content))
  assert.equal(fitted.choose('hero', []), null)
})

test('rules, stock and catalogue are changed live', async () => {
  const recommender = copy()
  const free = recommender.forCustomer(WHO, { n: 9 })
  await recommender.setRules(RULES)
  assert.deepEqual(recommender.rules.caps, RULES.caps)
  const capped = recommender.forCustomer(WHO, { n: 9 })
  const firsts = items(capped).map((item) => top(catalog.categoriesOf(item)[0]))
  assert.ok(firsts.every((name) => firsts.filter((other) => other === name).length <= 3))
  await assert.rejects(recommender.setRules({ boosts: [{ items: { tag: 'new' }, factor: 0 }] }), {
    code: 'KOSAR_PARAM',
    message: /^rules at boosts\[0\].factor: it must be above 0/,
  })
  assert.deepEqual(recommender.forCustomer(WHO, { n: 9 }), capped)
  await recommender.setRules({})
  assert.deepEqual(recommender.forCustomer(WHO, { n: 9 }), free)

  const [{ item }] = recommender.trending({ n: 1 })
  const inStock = { filters: [{ only: { in_stock: true } }] }
  await assert.rejects(recommender.setRules(inStock), /stock/)
  await recommender.setStock(items(fitted.trending({ n: 400 })).map((item) => [item, 2.5]))
  await recommender.setRules(inStock)
  assert.equal(recommender.trending({ n: 1 })[0].item, item)
  await recommender.setStock({ [item]: 0 })
  assert.notEqual(recommender.trending({ n: 1 })[0].item, item)
  const left = recommender.trending()
  await recommender.setCatalog(catalog)
  assert.deepEqual(recommender.trending(), left)
  await assert.rejects(recommender.setStock(new Map([['no such', 1]])), { code: 'KOSAR_UNKNOWN_ID' })
})

test('updates and forgetting equal a fit', async () => {
  const middle = new Date('2025-12-01')
  const recommender = await Recommender.fit(await log.before(middle), { catalog })
  const { version } = recommender
  const later = await log.after(middle)
  const report = await recommender.update(later)
  assert.deepEqual([report.orders, report.repeatedOrders], [later.nOrders, 0])
  assert.ok(recommender.version > version)
  assert.deepEqual(recommender.toBytes(), (await Recommender.fit(log, { catalog })).toBytes())
  const again = await recommender.update(later)
  assert.deepEqual([again.orders, again.repeated.length], [0, 10])
  assert.ok((await recommender.updateEvents(events)).events > 0)
  const bought = new Set(log.customers)
  const who = events.customers.find((customer) => bought.has(customer))
  const receipt = await recommender.forget(who)
  assert.ok(receipt.found && receipt.orders > 0 && receipt.sessions > 0)
  assert.deepEqual(receipt.toRefresh, ['population'])
  assert.equal((await recommender.forget(who)).found, false)
  await recommender.refresh()
  assert.equal(await recommender.sweep(), 0)
  const without = await Recommender.fit(await log.forget(who), { events: await events.forget(who), catalog })
  assert.deepEqual(recommender.toBytes(), without.toBytes())
  assert.ok(!recommender.toBytes().includes(who))
})

test('a customer is exported and profiled', async () => {
  const recommender = copy()
  const found = recommender.export(WHO)
  assert.deepEqual(JSON.parse(JSON.stringify(found)), JSON.parse(recommender.exportJson(WHO)))
  assert.equal(found.customer, WHO)
  const spent = found.orders.reduce((sum, { amount }) => sum + amount, 0)
  const profile = recommender.profile(WHO)
  assert.ok(Math.abs(profile.spent - spent) < 1e-6)
  assert.equal(profile.orders, found.orders.length)
  assert.deepEqual(profile.lastOrder, new Date(found.orders.at(-1).time))
  assert.ok(profile.rfm.recency >= 1 && profile.owned.length > 0)
  await recommender.forget(WHO)
  for (const ask of ['export', 'exportJson', 'profile']) {
    assert.throws(() => recommender[ask](WHO), { code: 'KOSAR_UNKNOWN_ID' })
  }
})

test('ids beyond 2^53 stay what they are', async () => {
  const big = 2n ** 60n + 1n
  const rows = [1, 2, 3, 4, 5, 6].flatMap((order) => [7, big + 2n].map((what) => ({ who: big + BigInt(order % 5) * 2n, order, what, at: new Date(order * 1e8) })))
  const names = { customer: 'who', order: 'order', item: 'what', time: 'at' }
  const own = await Recommender.fit(await OrderLog.fromRows(rows, names))
  assert.deepEqual(items(own.similar(7, { n: 1 })), [big + 2n])
  assert.equal(own.similar(7, { n: 1 })[0].reason.to, 7)
  const { customer, orders, profile } = own.export(big)
  assert.deepEqual([customer, orders[0].lines.map(({ item }) => item)], [big, [7, big + 2n]])
  assert.equal(profile.customer, big)
  assert.deepEqual(own.profile(big).owned, [7, big + 2n])
  await own.setRules(`{"blocked": [${big + 2n}]}`)
  assert.deepEqual(own.rules.blocked, [big + 2n])
  await own.setRules({ blocked: [big + 4n], pins: [{ item: big + 2n, position: 1 }] })
  await own.setRules(own.rules)
  assert.deepEqual([own.rules.blocked, own.rules.pins[0].item], [[big + 4n], big + 2n])
})

test('levels and consent', async () => {
  const ids = (await Rfm.fit(log)).table.column('customer')
  const customers = await Customers.fromColumns({
    customer: ids,
    attributes: { land: ids.map((_, at) => (at % 2 ? 'HU' : 'AT')), level: ids.map((id) => (id === WHO ? 'none' : 'full')) },
    consent: { 'web/profiling': ids.map((id) => id !== 'C00004') },
  })
  const options = { catalog, customers, segmentBy: 'land', levelBy: 'level', consent: ['web', 'profiling'] }
  const recommender = await Recommender.fit(log, options)
  const anybody = recommender.forCustomer('nobody')
  assert.deepEqual(recommender.forCustomer(WHO), anybody)
  assert.deepEqual(recommender.forCustomer('C00004'), anybody)
  assert.equal(recommender.profile(WHO).level, 'none')
  assert.match(recommender.profile('C00005').segment, /HU|AT/)
  await recommender.setLevel(WHO, 'full')
  assert.notDeepEqual(recommender.forCustomer(WHO), anybody)
  await assert.rejects(recommender.setLevel(WHO, 'some'), { message: /level must be one of none, session, full/ })
  await assert.rejects(Recommender.fit(log, { customers, segmentBy: 'city' }), { message: /segmentBy/ })
  await assert.rejects(Recommender.fit(log, { customers, consent: ['web'] }), { message: /consent must be an array of a channel and a purpose/ })
})

test('files answer the same', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'shop.kosar')
  await fitted.save(path)
  for (const loaded of [await load(path), await Recommender.load(path), copy()]) {
    assert.ok(loaded instanceof Recommender)
    assert.deepEqual(placements(loaded), placements(fitted))
  }
  await assert.rejects(Popularity.load(path), { code: 'KOSAR_MODEL_FILE' })
  const bytes = fitted.toBytes({ histories: false })
  assert.ok(fitted.toBytes().includes(WHO))
  assert.ok(log.customers.every((customer) => !bytes.includes(customer)))
  const serving = Recommender.fromBytes(bytes)
  assert.deepEqual([fitted.hasHistories, serving.hasHistories], [true, false])
  const [{ item }] = fitted.trending({ n: 1 })
  assert.deepEqual(serving.similar(item, { n: 3 }), fitted.similar(item, { n: 3 }))
  await assert.rejects(serving.update(log), { code: 'KOSAR_NO_HISTORIES' })
  assert.throws(() => serving.export(WHO), { code: 'KOSAR_NO_HISTORIES' })
})

test('one takes the place of another', async () => {
  const recommender = copy()
  const other = await Recommender.fit(await log.before('2025-10-01'), { catalog, rules: RULES, params: { min_customers: 3 } })
  const { version } = recommender
  await recommender.replace(other)
  assert.ok(recommender.version > version)
  assert.deepEqual(recommender.trending(), other.trending())
  assert.deepEqual(recommender.rules.caps, RULES.caps)
  await assert.rejects(recommender.replace(log), { message: /other must be a Recommender/ })
})

test('schemas and readiness', async () => {
  assert.ok('caps' in Recommender.rulesSchema().properties && 'blend' in Recommender.paramsSchema().properties)
  const ready = await fitted.readiness()
  assert.equal(ready.orders, log.nOrders)
  const similar = ready.placements.find(({ placement }) => placement === 'similar')
  assert.ok(similar.ready > 0 && similar.ready <= similar.total)
})

test('tuned weights find at least as much', async () => {
  const options = { cut: '2025-12-01', events, catalog, params: { min_customers: 3 }, maxCustomers: 150, seed: 7 }
  const { params, levels } = await Recommender.tune(log, options)
  assert.equal(params.min_customers, 3)
  const asked = levels.reduce((sum, { customers }) => sum + customers, 0)
  assert.ok(asked > 0 && asked <= 150)
  for (const { level, recallBefore, recallAfter } of levels) {
    assert.ok(['new', 'regular', 'loyal'].includes(level))
    assert.ok(recallBefore >= 0 && recallBefore <= recallAfter && recallAfter <= 1)
  }
  assert.ok(levels.some(({ recallBefore, recallAfter }) => recallBefore < recallAfter))
  // From the weights found on, the same customers are found as well, or better.
  const again = await Recommender.tune(log, { ...options, cut: new Date('2025-12-01'), params })
  assert.deepEqual(again.levels.map(({ recallBefore }) => recallBefore), levels.map(({ recallAfter }) => recallAfter))
  assert.equal((await Recommender.fit(log, { catalog, params })).trending().length, 10)
})

test('what became otherwise names the orders', async () => {
  const cut = new Date('2025-12-01')
  const old = await Recommender.fit(await log.before(cut), { catalog })
  const recommender = Recommender.fromBytes(old.toBytes())
  const [{ item }] = old.trending({ n: 1 })
  const some = { items: [item], customers: [WHO] }
  assert.deepEqual(await recommender.diff(old), [])
  assert.deepEqual(await recommender.diff(old, some), [])
  const why = new Error('enough')
  await assert.rejects(recommender.diff(old, { ...some, signal: AbortSignal.abort(why) }), { code: 'KOSAR_CANCELLED', cause: why })
  const near = new Set([item, ...items(old.similar(item, { n: 50 }))])
  const partner = items(old.trending({ n: 350 })).find((one) => !near.has(one))
  const rows = Array.from({ length: 60 }, (_, at) => [item, partner].map((what) => ({ who: `W${at}`, order: `new ${at}`, what, at: cut, price: 2.5 }))).flat()
  await recommender.update(await OrderLog.fromRows(rows, { customer: 'who', order: 'order', item: 'what', time: 'at', price: 'price' }))
  const changes = (await recommender.diff(old, some)).filter(({ of }) => of === item)
  assert.deepEqual(changes.map(({ placement }) => placement), ['similar', 'bought_together'])
  for (const { entered, ordersAdded, ordersRemoved, orders } of changes) {
    assert.ok(entered.includes(partner))
    assert.deepEqual([ordersAdded, ordersRemoved, orders.length], [60, 0, 10])
    assert.ok(orders.every((order) => /^new \d+$/.test(order)))
  }
  const back = (await old.diff(recommender, some)).find(({ placement }) => placement === 'similar')
  assert.ok(back.left.includes(partner))
  assert.deepEqual([back.ordersAdded, back.ordersRemoved], [0, 60])
})

test('what cannot be tuned or compared is refused', async () => {
  const untuned = (options, message, code = 'KOSAR_PARAM') => assert.rejects(Recommender.tune(log, options), { code, message })
  await untuned({ cut: '2030-01-01' }, /cut must be an instant with orders of a customer on both sides/)
  await untuned({ cut: '2025-12-01', n: 0 }, /n must be at least 1, got 0/)
  await untuned({ cut: '2025-12-01', maxCustomers: 0 }, /maxCustomers must be at least 1, got 0/)
  await untuned({ cut: '2025-12-01', max: 3 }, /options have no 'max'/)
  await untuned({ cut: '2025-12-01', signal: AbortSignal.abort() }, /./, 'KOSAR_CANCELLED')
  await untuned({}, /cut must be a Date or a date as a string, got none/)
  await untuned(undefined, /cut must be a Date or a date as a string, got none/)
  const unlike = (old, options, code, message) => assert.rejects(fitted.diff(old, options), { code, message })
  await unlike(log, {}, 'KOSAR_PARAM', /old must be a Recommender/)
  await unlike(fitted, { items: [3] }, 'KOSAR_ID_TYPE', /item ids are string here/)
  await unlike(fitted, { customers: WHO }, 'KOSAR_PARAM', /customers must be an array/)
  await unlike(fitted, { item: [] }, 'KOSAR_PARAM', /options have no 'item'/)
  await unlike(Recommender.fromBytes(fitted.toBytes({ histories: false })), {}, 'KOSAR_NO_HISTORIES', /./)
})

test('changes go on beside requests', async () => {
  const recommender = copy()
  const rest = [recommender.refresh(), recommender.forget(WHO), recommender.setRules(RULES), recommender.updateEvents(events)]
  while (recommender.version < 5) {
    assert.equal(recommender.trending({ n: 5 }).length, 5)
    await new Promise(setImmediate)
  }
  await Promise.all(rest)
})

test('what is wrong is named', async () => {
  const refused = (ask, code, message) => assert.throws(ask, { code, message })
  refused(() => fitted.forCustomer(3), 'KOSAR_ID_TYPE', /customer ids are string here/)
  refused(() => fitted.similar(3), 'KOSAR_ID_TYPE', /item/)
  refused(() => fitted.boughtTogether('BAT-0001'), 'KOSAR_PARAM', /cart must be an array/)
  refused(() => fitted.trending({ n: 2.5 }), 'KOSAR_PARAM', /n must be a whole number/)
  refused(() => fitted.trending({ session: [] }), 'KOSAR_PARAM', /options have no 'session'/)
  refused(() => fitted.forCustomer(WHO, { customer: WHO }), 'KOSAR_PARAM', /options have no 'customer'/)
  refused(() => fitted.rerank([], { weight: 2 }), 'KOSAR_PARAM', /weight must be from 0 to 1/)
  refused(() => fitted.trending({ like: { colour: 'red' } }), 'KOSAR_PARAM', /^like at/)
  refused(() => fitted.trending({ like: 3 }), 'KOSAR_PARAM', /like must be an object or JSON text/)
  refused(() => fitted.trending({ shown: ['BAT-0001'] }), 'KOSAR_PARAM', /what is shown must be an array/)
  refused(() => fitted.choose('hero', [{ id: 'x' }]), 'KOSAR_PARAM', /^contents at/)
  const unfit = (options, message) => assert.rejects(Recommender.fit(log, { catalog, ...options }), { code: 'KOSAR_PARAM', message })
  await unfit({ params: { blend: { loyal: { repeats: 2 } } } }, /^params at blend.loyal/)
  await unfit({ params: { min_customers: 0 } }, /min_customers must be at least 1, got 0/)
  await unfit({ rules: { caps: [{ by: 'colour', max: 2 }] } }, /^rules at caps\[0\]/)
  await unfit({ rules: { filters: [{ only: { brand: 'Acme' } }] } }, /^rules at .*the catalogue has no brand 'Acme'/)
  await unfit({ rules: 3 }, /rules must be an object or JSON text, got number/)
  await unfit({ segment: 'land' }, /options have no 'segment'/)
  await assert.rejects(Recommender.fit(await OrderLog.fromBaskets([['a']])), { code: 'KOSAR_MISSING_COLUMN' })
  const aborted = AbortSignal.abort()
  await assert.rejects(Recommender.fit(log, { signal: aborted }), { code: 'KOSAR_CANCELLED' })
  const other = await EventLog.fromRows([{ who: 1, what: 'tea', at: new Date(1e12) }], { customer: 'who', item: 'what', time: 'at' })
  await assert.rejects(copy().updateEvents(other), { code: 'KOSAR_ID_TYPE' })
})

test('items in rules that nobody knows are told', async () => {
  const recommender = copy()
  await recommender.setRules({ blocked: [WHO, 'BAT-0001'], pins: [{ item: 'x', position: 1 }] })
  assert.deepEqual(recommender.notes, [
    `rules at blocked: '${WHO}' is neither sold nor in the catalogue; until it is, it changes nothing`,
    "rules at pins[0].item: 'x' is neither sold nor in the catalogue; until it is, it changes nothing",
  ])
  assert.deepEqual(fitted.notes, [])
  const wrong = recommender.setRules({ filters: [{ only: { price: 5 } }] })
  await assert.rejects(wrong, { message: 'rules at filters[0].only.price: it must be an object of max, min, is 5' })
  await assert.rejects(Recommender.fit(log, { levelBy: 'level' }), { message: /^levelBy needs the customers, got none; give them, or leave levelBy out/ })
})

test('a recommender is evaluated as any model', async () => {
  const split = await temporalSplit(log, { lastDays: 60 })
  const recommender = await Recommender.fit(split.train, { catalog })
  const options = { k: 10, metrics: ['recall@10'] }
  const found = await evaluate(recommender, split, options)
  const lists = await evaluate((who) => recommender.forCustomer(who, { n: 10 }), split, options)
  const value = found.estimate('recall@10').value
  assert.ok(value > 0 && Math.abs(value - lists.estimate('recall@10').value) < 1e-12)
  assert.deepEqual((await compare({ own: recommender }, split, options)).names, ['popularity', 'own'])
})

test('what cannot be is told, and how much is compared is bounded', async () => {
  const serving = Recommender.fromBytes(fitted.toBytes({ histories: false }))
  const { hasHistories, placements: rows } = await serving.readiness()
  const of = (name) => rows.find(({ placement }) => placement === name)
  assert.deepEqual([hasHistories, of('similar').isPossible, of('for_customer').isPossible], [false, true, false])
  const old = await Recommender.fit(await log.before(new Date('2025-12-01')))
  const named = async (options) => new Set((await fitted.diff(old, options)).map(({ of }) => of).filter((id) => id !== null)).size
  assert.ok((await named()) > 1 && (await named({ top: 1, latestPurchases: 5 })) <= 1)
  await assert.rejects(fitted.diff(old, { latestPurchases: 0 }), { message: /latestPurchases must be at least 1, got 0/ })
})
