// The shared cases of examples/cases: every language must give these answers, fresh from the fit and from a file.
import * as kosar from '../index.mjs'
import { camelKeys, check, counted, listed } from './shared_cases.mjs'

const pick = (table, names) => table.rows().map((row) => Object.fromEntries(names.map((name) => [name, row[name]])))
const query = ({ n, novelty, only, exclude, ...query }) => query
const options = ({ novelty, only, exclude }) => (novelty ?? only ?? exclude) && { novelty, only, exclude }
const day = (cell) => (cell instanceof Date ? cell.toISOString().slice(0, 10) : cell)
const days = (row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, day(cell)]))

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
    case 'merge_customers':
      return sizes(await log.mergeCustomers(args.customer, args.into))
    case 'report':
      return counted(log.report)
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
      return listed(model.recommend(args.cart ?? query(args), args.n, options(args)))
    case 'popular':
      return listed(model.recommend(args.n))
    case 'similar':
      return listed(model.similar(args.item, args.n))
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

check('cases', async ({ log: spec }, step) => answers(await log(spec), step))
