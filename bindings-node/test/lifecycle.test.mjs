// Stages of customers: answers, sources, updates, files, refusals.
import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import { EventLog, Lifecycle, OrderLog, load } from '../index.mjs'

const DAY = 86_400_000
// Ann every ten days, bob every three weeks, cid once; ann is long silent.
const bought = [
  ...[0, 10, 20, 30, 40].map((day) => ['ann', day]),
  ...[0, 21, 42, 63, 84].map((day) => ['bob', day]),
  ['cid', 83],
]
const read = (rows) => OrderLog.fromRows(rows.map(([who, day]) => ({ who, at: new Date(DAY * day) })), { customer: 'who', time: 'at' })
const log = await read(bought)
const model = await Lifecycle.fit(log, { prospects: ['dan'] })

test('everyone is in a stage', () => {
  assert.deepEqual(model.asOf, new Date(85 * DAY))
  assert.deepEqual(model.ids, ['ann', 'bob', 'cid', 'dan'])
  assert.deepEqual(model.stagesOf(model.ids), ['lost', 'loyal', 'new', 'prospect'])
  const none = { active: 0, slipping: 0, dormant: 0, won_back: 0 }
  assert.deepEqual(model.counts, { prospect: 1, new: 1, loyal: 1, lost: 1, ...none })
  assert.deepEqual(model.customers('loyal'), ['bob'])
  assert.ok(model.rhythmDays > 10 && model.rhythmDays < 21)
})

test('a customer has dates', () => {
  const bob = model.customer('bob')
  assert.deepEqual([bob.since, bob.silenceDays, bob.purchases], [new Date(63 * DAY), 0, 5])
  assert.equal(model.stageAt('bob', bob.nextChange), 'loyal')
  assert.equal(model.stageAt('bob', new Date(bob.nextChange.getTime() + DAY)), bob.nextStage)
  assert.equal(model.stageAt('cid', '1970-01-05'), null)
  const { stage, since, nextChange, nextStage, rhythmDays, silenceDays } = model.customer('dan')
  assert.deepEqual([stage, since, nextChange, nextStage, rhythmDays, silenceDays], ['prospect', null, null, null, null, null])
})

test('the table has what customers have', () => {
  const rows = [...model.table]
  assert.deepEqual(rows.map(({ stage }) => stage), model.stagesOf(model.ids))
  assert.deepEqual([rows[0].next_stage, rows[3].since, rows[0].next_change], [null, null, null])
  assert.deepEqual(model.table.column('since')[1], new Date(63 * DAY))
  assert.equal(model.table.column('since')[3], null)
  assert.equal(model.table.row(3).since, null)
})

test('movements are counted', async () => {
  const moved = await model.movements('1970-01-25', model.asOf)
  assert.deepEqual([moved.count('active', 'lost'), moved.count(null, 'new'), moved.total], [1, 1, 4])
  assert.equal([...moved.table].reduce((sum, { customers }) => sum + customers, 0), 4)
  await assert.rejects(model.movements('1970-02-01', '1970-01-01'), { code: 'KOSAR_PARAM', message: /from must be at most to/ })
  assert.throws(() => moved.count('vip', null), { code: 'KOSAR_PARAM', message: /stage must be one of/ })
})

test('who is seen is known', async () => {
  const events = await EventLog.fromRows([{ who: 'eve', what: 'tea', at: new Date(3 * DAY) }], { customer: 'who', item: 'what', time: 'at' })
  const seen = await Lifecycle.fit(log, { events })
  assert.deepEqual(seen.customer('eve').since, new Date(3 * DAY))
  assert.equal(seen.stageAt('eve', '1970-01-04'), null)
})

test('updates, forgetting and files equal a fit', async () => {
  const parts = [bought.filter(([, day]) => day < 50), bought.filter(([, day]) => day >= 50)]
  const [first, later] = await Promise.all(parts.map(read))
  const updated = await (await Lifecycle.fit(first)).update(later, { prospects: ['dan'] })
  assert.deepEqual(updated.toBytes(), model.toBytes())
  const rest = await Lifecycle.fit(await read(bought.filter(([who]) => who !== 'ann')), { prospects: ['dan'] })
  assert.deepEqual((await model.forget('ann')).toBytes(), rest.toBytes())
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'stages.kosar')
  await model.save(path)
  const loaded = await load(path)
  assert.ok(loaded instanceof Lifecycle)
  assert.deepEqual(loaded.counts, model.counts)
})

test('what is wrong is named', async () => {
  const refused = (options, message) => assert.rejects(Lifecycle.fit(log, options), { message })
  await refused({ slipping: 0.95 }, /slipping must be above 0 and below dormant, got 0.95/)
  await refused({ loyalPurchases: 1 }, /loyalPurchases must be at least 2|loyal_purchases must be at least 2/)
  await refused({ asOf: '1970-03-01T12:00' }, /asOf must be a midnight/)
  await refused({ prospects: ['x', 1] }, /customer ids are string here/)
  await refused({ rhythm: 3 }, /options have no 'rhythm'/)
  assert.throws(() => model.stage('zoe'), { code: 'KOSAR_UNKNOWN_ID' })
})
