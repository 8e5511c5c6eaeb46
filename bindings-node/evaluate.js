'use strict'

// What of evaluations stands on this side: lists of other programs on their way in, and the loop of a choice.

const { kindOf, kosarError } = require('./errors.js')
const { isPlain } = require('./json.js')
const { each, pacer } = require('./slices.js')

/** Whether a value is a model or lists of the compiled part. */
function isCompiled(native, model) {
  const { AssociationRules, Ease, GraphFilter, ItemSimilarity, NextBasket, Popularity, Recommender, Replenishment, internal } = native
  const models = [AssociationRules, Ease, GraphFilter, ItemSimilarity, NextBasket, Popularity, Recommender, Replenishment]
  const classes = [...models, internal.Recommended]
  return classes.some((Class) => model instanceof Class)
}

/** The names of models and the models, as the compiled part takes them. */
async function recommenders(native, models, split) {
  if (!isPlain(models)) {
    const found = models?.constructor?.name ?? kindOf(models)
    const takes = 'an object of names and models, such as { similar: model }'
    throw kosarError('KOSAR_PARAM', `models must be ${takes}, got ${found}`)
  }
  const found = {}
  for (const [name, model] of Object.entries(models)) found[name] = await recommender(native, model, split)
  return found
}

/** The items of a list; recommendations of this package are reduced to theirs. */
function itemsOf(list) {
  if (typeof list?.[Symbol.iterator] !== 'function' || typeof list === 'string') {
    throw kosarError('KOSAR_PARAM', `a list of recommendations must be an iterable of ids, got ${kindOf(list)}`)
  }
  const plain = (one) => (one !== null && typeof one === 'object' && 'item' in one ? one.item : one)
  return Array.from(list, plain).filter((one) => one !== null && one !== undefined)
}

/** A model as the compiled part takes it: lists of any other origin are handed over one by one. */
async function recommender(native, model, split) {
  if (isCompiled(native, model)) return model
  const lists = new native.internal.Lists()
  const pace = pacer()
  if (typeof model === 'function') {
    for (const customer of split.customers()) {
      lists.push(customer, itemsOf(await model(customer)))
      if (pace.isSpent()) await pace.rest()
    }
    return lists.finish()
  }
  if (typeof model?.[Symbol.iterator] !== 'function' && typeof model?.[Symbol.asyncIterator] !== 'function') {
    const takes = 'a model that recommends, a Map or an iterable of customers with lists, or a function'
    throw kosarError('KOSAR_PARAM', `model must be ${takes}, got ${kindOf(model)}`)
  }
  await each(model, 'recommendations', (pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) {
      throw kosarError('KOSAR_PARAM', `recommendations must be pairs of a customer and a list, got ${kindOf(pair)}`)
    }
    lists.push(pair[0], itemsOf(pair[1]))
    return pace.isSpent() ? pace.rest() : undefined
  })
  return lists.finish()
}

const SPLIT = ['at', 'lastDays', 'fraction', 'newItemsOnly', 'unknownItems']
const EVALUATE = ['k', 'nResamples', 'confidence', 'seed', 'signal']
const OWN = ['metric', 'metrics', 'maxPoints', 'fixed', 'onProgress']

function picked(options, keys) {
  return Object.fromEntries(keys.filter((key) => options[key] !== undefined).map((key) => [key, options[key]]))
}

function checkedOptions(options) {
  const known = [...OWN, ...SPLIT, ...EVALUATE]
  const strange = Object.keys(options).find((key) => !known.includes(key))
  if (strange !== undefined) {
    throw kosarError('KOSAR_PARAM', `options have no '${strange}'; allowed are: ${known.join(', ')}`)
  }
  if (options.onProgress !== undefined && typeof options.onProgress !== 'function') {
    throw kosarError('KOSAR_PARAM', `onProgress must be a function, got ${kindOf(options.onProgress)}`)
  }
}

function gridEntries(grid) {
  if (grid === null || typeof grid !== 'object' || Array.isArray(grid)) {
    throw kosarError('KOSAR_PARAM', `grid must be an object of arrays, got ${kindOf(grid)}`)
  }
  for (const [name, values] of Object.entries(grid)) {
    if (Array.isArray(values)) continue
    throw kosarError('KOSAR_PARAM', `grid must have an array of values for '${name}', got ${kindOf(values)}`)
  }
  return Object.entries(grid)
}

/** Fits and evaluates a model at each point of a grid; `calls` are the public functions. */
async function tune(native, calls, Model, grid, log, options = {}) {
  if (typeof Model?.fit !== 'function') {
    throw kosarError('KOSAR_PARAM', `Model must be a class with fit, got ${kindOf(Model)}`)
  }
  checkedOptions(options)
  const entries = gridEntries(grid)
  const { metric = 'ndcg@20', metrics = [], maxPoints, seed, k = 20, fixed = {}, onProgress, signal } = options
  const isSplit = log instanceof native.Split
  const cut = picked(options, SPLIT)
  if (isSplit && Object.keys(cut).length > 0) {
    throw kosarError('KOSAR_PARAM', `${Object.keys(cut)[0]} must not be given with a Split, which is split already`)
  }
  const isCut = ['at', 'lastDays', 'fraction'].some((key) => cut[key] !== undefined)
  const split = isSplit ? log : await calls.temporalSplit(log, isCut ? cut : { ...cut, fraction: 0.2 })
  const chosen = native.internal.gridPositions({ lens: entries.map(([, values]) => values.length), maxPoints, seed })
  const points = chosen.map((point) => Object.fromEntries(entries.map(([name, values], at) => [name, values[point[at]]])))
  const measured = { ...picked(options, EVALUATE), metrics: [...metrics, metric] }
  const evaluations = []
  for (const point of points) {
    const given = { ...fixed, ...point }
    const model = await Model.fit(split.train, signal === undefined ? given : { ...given, signal })
    evaluations.push(await calls.evaluate(model, split, measured))
    onProgress?.(evaluations.length, points.length)
  }
  const found = native.internal.tuned(metric, k, evaluations)
  const rows = evaluations.flatMap((one, at) => one.table.rows().map((row) => ({ ...points[at], ...row })))
  return {
    bestOptions: { ...fixed, ...points[found.best] },
    bestValue: found.value,
    metric: found.metric,
    points,
    evaluations,
    rows,
  }
}

module.exports = { recommender, recommenders, tune }
