// The shared cases of examples/cases: every language must give these answers, fresh from the fit and from a file.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import test from 'node:test'

import * as kosar from '../index.mjs'

const folder = new URL('../../examples/cases/', import.meta.url)

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
const camelKeys = (object = {}) => Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), value]))
const counts = (found) => Object.fromEntries(Object.entries(found).map(([name, { count }]) => [name, count]))
const pick = (table, names) => table.rows().map((row) => Object.fromEntries(names.map((name) => [name, row[name]])))
const query = ({ n, ...query }) => query
const day = (cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : cell)
const days = (row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, day(cell)]))
const list = (found) => found.map(({ item, score, reason }) => ({ item, score, sentence: reason.sentence }))

async function log(spec) {
  return spec.baskets
    ? kosar.OrderLog.fromBaskets(spec.baskets)
    : kosar.OrderLog.fromColumns(spec.columns, camelKeys(spec.options))
}

const sizes = (log) => ({ orders: log.nOrders, customers: log.nCustomers, items: log.nItems, lines: log.nLines })

async function ofLog(log, { call, args }) {
  switch (call) {
    case 'counts':
      return sizes(log)
    case 'forget':
      return sizes(await log.forget(args.customer))
    case 'report': {
      const { rows, taken, setAside, notes } = log.report
      return { rows, taken, set_aside: counts(setAside), notes: counts(notes) }
    }
  }
  throw new Error(`no call of a log is named ${call}`)
}

function ofModel(model, { call, args = {} }) {
  switch (call) {
    case 'itemsets':
      return pick(model.itemsets, ['items', 'count', 'support'])
    case 'rules':
      return pick(model.rules, ['antecedent', 'consequent', 'count', 'support', 'confidence', 'lift'])
    case 'recommend':
      return list(model.recommend(args.cart ?? query(args), args.n))
    case 'popular':
      return list(model.recommend(args.n))
    case 'similar':
      return list(model.similar(args.item, args.n))
    case 'table':
      return model.table.rows()
    case 'profiles':
      return model.profiles.rows()
    case 'labels':
      return [...model.labels]
    case 'due_all': {
      const { now, n, ...options } = args
      return model.dueAll(now, n, camelKeys(options)).then((table) => table.rows().map(days))
    }
    case 'inertia':
      return model.inertia
  }
  throw new Error(`no call of a model is named ${call}`)
}


async function answers(log, step) {
  if (step.model === null) return [await ofLog(log, step)]
  const Model = kosar[step.model]
  if (step.call === 'evaluate') {
    const { last_days: lastDays, metrics } = step.args
    const split = await kosar.temporalSplit(log, { lastDays })
    const model = await Model.fit(split.train, camelKeys(step.params))
    const evaluations = [model, Model.fromBytes(model.toBytes())].map((one) => kosar.evaluate(one, split, { metrics }))
    return (await Promise.all(evaluations)).map(({ table }) => table.rows())
  }
  const model = await Model.fit(step.args?.data ?? log, camelKeys(step.params))
  return Promise.all([model, Model.fromBytes(model.toBytes())].map((one) => ofModel(one, step)))
}

function agree(found, expected, path = '') {
  if (typeof expected === 'number' && typeof found === 'number' && Number.isFinite(expected)) {
    assert.ok(Math.abs(found - expected) <= 1e-12 * Math.abs(expected), `${path}: ${found} is not ${expected}`)
  } else if (expected !== null && typeof expected === 'object') {
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort(), path)
    for (const key of Object.keys(expected)) agree(found[key], expected[key], `${path}.${key}`)
  } else {
    assert.equal(found, expected, path)
  }
}

const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

for (const file of files) {
  const { about, log: spec, steps } = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
  test(`${file}: ${about}`, async () => {
    const shop = await log(spec)
    for (const [number, step] of steps.entries()) {
      const place = `step ${number}: ${JSON.stringify(step).slice(0, 200)}`
      if (step.error) {
        // A message begins with the parameter, which each language names in its own way.
        const [first, ...rest] = step.error.message.split(' ')
        const { code } = step.error
        const message = code === 'KOSAR_PARAM' ? [camel(first), ...rest].join(' ') : step.error.message
        await assert.rejects(answers(shop, step), { code, message }, place)
      } else {
        for (const found of await answers(shop, step)) agree(found, step.expect, place)
      }
    }
  })
}

test('there are cases', () => assert.ok(files.length > 0))
