// Real data: answers known from elsewhere, and an event loop left free.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'

import { AssociationRules, FrequentItemsets, ItemSimilarity, MEASURES, OrderLog, Rfm } from '../index.mjs'
import { data, longestDelay, retailColumns } from './data.mjs'

const retail = data('online_retail/online_retail.csv.gz')
const oracle = data('online_retail/rfm_oracle.csv')
const groceries = data('groceries/groceries.dat')

test('Online Retail is read, fitted and asked without holding up the event loop', retail.when, async (t) => {
  const loading = await longestDelay(() => OrderLog.fromCsv(retail.path, { ...retailColumns, returns: 'drop' }))
  t.diagnostic(`fromCsv: longest delay ${loading.longest.toFixed(1)} ms`)
  assert.ok(loading.longest < 150, `${loading.longest} ms`)
  const log = loading.value
  assert.equal(log.report.rows, 541_909)
  const fitting = await longestDelay(() => ItemSimilarity.fit(log))
  t.diagnostic(`ItemSimilarity.fit: longest delay ${fitting.longest.toFixed(1)} ms`)
  assert.ok(fitting.longest < 150, `${fitting.longest} ms`)
  const all = await longestDelay(() => fitting.value.recommendAll(10))
  t.diagnostic(`recommendAll(10): longest delay ${all.longest.toFixed(1)} ms`)
  const rules = await longestDelay(() => AssociationRules.fit(log, { minSupport: 0.01, minConfidence: 0.3 }))
  t.diagnostic(`AssociationRules.fit: longest delay ${rules.longest.toFixed(1)} ms, ${rules.value.rules.length} rules`)
  assert.ok(rules.longest < 150, `${rules.longest} ms`)

  const customers = all.value.customers.slice(0, 1000)
  const time = (ask) => {
    const began = performance.now()
    for (let round = 0; round < 5; round += 1) customers.forEach(ask)
    return ((performance.now() - began) / 5 / customers.length) * 1000
  }
  t.diagnostic(`recommend for a customer, n = 10: ${time((customer) => fitting.value.recommend({ customer }, 10)).toFixed(1)} us`)
  t.diagnostic(`the same, n = 0: ${time((customer) => fitting.value.recommend({ customer }, 0)).toFixed(1)} us`)
  const items = [...new Set(all.value.items.filter((item) => item !== null))].slice(0, 1000)
  const began = performance.now()
  for (let round = 0; round < 5; round += 1) items.forEach((item) => fitting.value.similar(item, 10))
  t.diagnostic(`similar, n = 10: ${(((performance.now() - began) / 5 / items.length) * 1000).toFixed(1)} us`)
})

test('a million rules are looked at without holding up the event loop', retail.when, async (t) => {
  const log = await OrderLog.fromCsv(retail.path, { ...retailColumns, returns: 'drop' })
  const rules = await AssociationRules.fit(log, { minSupport: 0.0033, minConfidence: 0.1, consequent: 'any' })
  const looking = await longestDelay(async () => [rules.rules.length, rules.rules.rows(0, 10).length])
  assert.ok(looking.value[0] > 900_000, `${looking.value}`)
  const whole = await longestDelay(() => rules.table(MEASURES))
  assert.equal(whole.value.length, looking.value[0])
  for (const [what, { longest }] of Object.entries({ looking, whole })) {
    t.diagnostic(`${what}: longest delay ${longest.toFixed(1)} ms`)
    assert.ok(longest < 150, `${what}: ${longest} ms`)
  }
})

test('segments of Online Retail are those of the oracle', { skip: retail.when.skip ?? oracle.when.skip }, async () => {
  const log = await OrderLog.fromCsv(retail.path, { ...retailColumns, returns: 'drop' })
  const { table } = await Rfm.fit(log, { asOf: '2011-12-10' })
  const [header, ...lines] = readFileSync(oracle.path, 'utf8').trim().split('\n')
  const names = header.split(',')
  const expected = new Map(lines.map((line) => [line.split(',')[0], line.split(',')]))
  let compared = 0
  for (const row of table) {
    const values = expected.get(row.customer)
    if (!values) continue
    compared += 1
    for (const name of ['recency_days', 'frequency', 'segment']) {
      assert.equal(String(row[name]), values[names.indexOf(name)], `${row.customer} ${name}`)
    }
    assert.ok(Math.abs(row.monetary - values[names.indexOf('monetary')]) < 0.01, row.customer)
  }
  assert.equal(compared, expected.size)
  assert.equal(table.length, expected.size)
})

test('the groceries have as many itemsets as other programs find', groceries.when, async () => {
  const lines = readFileSync(groceries.path, 'utf8').trim().split('\n')
  const log = await OrderLog.fromBaskets(lines.map((line) => line.trim().split(/\s+/)))
  const found = await FrequentItemsets.fit(log, { minSupport: 0.01 })
  assert.equal(log.nOrders, 9835)
  assert.equal(found.itemsets.length, 333)
})
