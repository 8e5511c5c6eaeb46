'use strict'

const { inspect } = require('node:util')

const { recommendations, sessionAnswer, sessionAnswers } = require('./answers.js')
const { fromBaskets } = require('./baskets.js')
const { front } = require('./recommender.js')
const { KosarError, fronted, guard, kindOf, kosarError } = require('./errors.js')
const {
  catalogFromColumns,
  catalogFromRows,
  customersFromColumns,
  customersFromRows,
  decoded,
  eventsFromColumns,
  eventsFromRows,
  flattened,
  fromColumns,
  rfmOfColumns,
  fromRows,
  unpacked,
} = require('./intake.js')
const { recommender, recommenders, tune } = require('./evaluate.js')
const { camelCased, jsonText } = require('./json.js')
const native = require('./native.js')
const { SLICE, cells, inspectTable, rows, rowsToJson } = require('./tables.js')

const { internal } = native
const datasets = guard(native.datasets)
const { shopData } = datasets
/** The logs of a generated shop and its truth, with the names of JavaScript. */
Object.defineProperty(datasets, 'shopData', {
  value: async function (options) {
    const { log, events, catalog, truth } = await shopData(options)
    return { log, events, catalog, truth: camelCased(JSON.parse(truth)) }
  },
})
const { load: loadAny } = guard({ load: native.load })
const { byCustomer, compare, evaluate, evaluateSessions, leaveLastBasket, leaveOneOut, splitSessions, temporalSplit } = native
const evaluations = guard({
  byCustomer, compare, evaluate, evaluateSessions, leaveLastBasket, leaveOneOut, splitSessions, temporalSplit,
})

const Affinity = fronted(native.Affinity)
const AssociationRules = fronted(native.AssociationRules)
const Audience = fronted(native.Audience)
const AudienceData = fronted(native.AudienceData)
const Audiences = fronted(native.Audiences)
const CandidateCounts = fronted(native.CandidateCounts)
const Candidates = fronted(native.Candidates)
const Catalog = fronted(native.Catalog)
const Comparison = fronted(native.Comparison)
const ContentSimilarity = fronted(native.ContentSimilarity)
const CustomerClusters = fronted(native.CustomerClusters)
const Customers = fronted(native.Customers)
const Diagnosis = fronted(native.Diagnosis)
const Ease = fronted(native.Ease)
const Evaluation = fronted(native.Evaluation)
const EventLog = fronted(native.EventLog)
const FrequentItemsets = fronted(native.FrequentItemsets)
const GraphFilter = fronted(native.GraphFilter)
const HybridSimilarity = fronted(native.HybridSimilarity)
const ItemRelations = fronted(native.ItemRelations)
const ItemSimilarity = fronted(native.ItemSimilarity)
const KMeans = fronted(native.KMeans)
const Lifecycle = fronted(native.Lifecycle)
const LogFilter = fronted(native.LogFilter)
const NextBasket = fronted(native.NextBasket)
const OrderLog = fronted(native.OrderLog)
const PopularInSessions = fronted(native.PopularInSessions)
const Popularity = fronted(native.Popularity)
const Recommender = fronted(native.Recommender)
const Replenishment = fronted(native.Replenishment)
const Rfm = fronted(native.Rfm)
const SequentialRules = fronted(native.SequentialRules)
const SessionEvaluation = fronted(native.SessionEvaluation)
const SessionKnn = fronted(native.SessionKnn)
const Split = fronted(native.Split)
const Table = fronted(native.Table)
const TemporalRules = fronted(native.TemporalRules)
const Visits = fronted(native.Visits)
const models = [
  Affinity,
  AssociationRules,
  ContentSimilarity,
  CustomerClusters,
  Ease,
  FrequentItemsets,
  GraphFilter,
  HybridSimilarity,
  ItemRelations,
  ItemSimilarity,
  KMeans,
  Lifecycle,
  NextBasket,
  Popularity,
  Recommender,
  Replenishment,
  Rfm,
  SequentialRules,
  SessionKnn,
  TemporalRules,
]

/** The names of all metrics. */
const METRICS = Object.freeze(internal.metrics())

/** The names of all measures of rules. */
const MEASURES = Object.freeze(internal.measures())

function method(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, configurable: true })
}

/** Refuses a log, catalogue or model in the place of options, which would be taken for options without any key. */
function mustBeOptions(options) {
  const Class = [Catalog, Customers, EventLog, OrderLog, Split, Table, ...models].find((Class) => options instanceof Class)
  if (Class === undefined) return
  const hint = Class === Catalog ? '; a catalogue is given by name, where one is taken: { catalog }' : ''
  throw kosarError('KOSAR_PARAM', `options must be an object of options, got ${Class.name}${hint}`)
}

/** Gives a method that takes options at a position the option `signal`, an `AbortSignal`. */
function cancellable(object, name, at = 1) {
  const compute = object[name]
  method(object, name, async function (...args) {
    const options = args[at]
    mustBeOptions(options)
    const { signal, ...rest } = options !== null && typeof options === 'object' ? options : {}
    const given = Array.from({ length: at }, (_, i) => args[i])
    if (signal === undefined) return compute.call(this, ...given, options)
    if (!(signal instanceof AbortSignal)) {
      throw kosarError('KOSAR_PARAM', `signal must be an AbortSignal, got ${kindOf(signal)}`)
    }
    const cancel = new internal.Cancel()
    const stop = () => cancel.cancel()
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await compute.call(this, ...given, rest, cancel)
    } catch (error) {
      throw error.code === 'KOSAR_CANCELLED' ? kosarError(error.code, error.message, signal.reason) : error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  })
}

/** Gives a method the form in which it answers: by default recommendations with their reasons. */
function recommending(object, name, form = recommendations) {
  const recommend = object[name]
  method(object, name, function (...args) {
    return form(recommend.apply(this, args))
  })
}

guard(internal.LogBuilder.prototype)
guard(internal.RfmBuilder.prototype)
guard(internal.EventLogBuilder.prototype)
guard(internal.BasketBuilder.prototype)
guard(internal.CatalogBuilder.prototype)
guard(internal.CustomersBuilder.prototype)

const fitKMeans = KMeans.fit
method(KMeans, 'fit', async (data, options, cancel) => fitKMeans.call(KMeans, await flattened('data', data), options, cancel))

/** Groups of customers in two lists, or the name of a column. */
function labelled(groups) {
  if (typeof groups === 'string') return groups
  const pairs = [...groups]
  return { customers: pairs.map(([customer]) => customer), groups: pairs.map(([, group]) => group ?? '') }
}

const fitPopularity = Popularity.fit
method(Popularity, 'fit', async (log, options, cancel) => {
  if (options === null || typeof options !== 'object' || kindOf(options.groups) !== 'object') {
    return fitPopularity.call(Popularity, log, options, cancel)
  }
  const named = Object.entries(options.groups).map(([name, groups]) => {
    const isIterable = typeof groups === 'string' || typeof groups?.[Symbol.iterator] === 'function'
    if (!isIterable) {
      throw kosarError('KOSAR_PARAM', `groups.${name} must be a column, a Map or pairs of customer and group, got ${kindOf(groups)}`)
    }
    return [name, labelled(groups)]
  })
  return fitPopularity.call(Popularity, log, { ...options, groups: Object.fromEntries(named) }, cancel)
})

/** Loads, and names the file in what is wrong with it. */
async function loaded(load, path) {
  try {
    return await load(path)
  } catch (error) {
    if (error.code !== 'KOSAR_MODEL_FILE' || error.message.includes(path)) throw error
    throw kosarError(error.code, `${path}: ${error.message}`)
  }
}
const load = async (path) => loaded(loadAny, path)
for (const Model of models) {
  const loadOne = Model.load
  method(Model, 'load', async (path) => loaded(loadOne, path))
}

front(Recommender, { Catalog, Customers, EventLog, OrderLog })
models.forEach((Model) => cancellable(Model, 'fit'))
cancellable(FrequentItemsets, 'count')
cancellable(Recommender, 'tune')
cancellable(Recommender.prototype, 'diff')
cancellable(Recommender.prototype, 'setCatalog')
cancellable(ItemSimilarity.prototype, 'update')
cancellable(ItemSimilarity.prototype, 'forget')
cancellable(Rfm.prototype, 'update')
cancellable(Rfm.prototype, 'forget')
cancellable(Popularity.prototype, 'update')
cancellable(Popularity.prototype, 'forget')
cancellable(Affinity.prototype, 'update')
cancellable(Affinity.prototype, 'forget')
cancellable(Replenishment.prototype, 'update')
cancellable(Replenishment.prototype, 'forget')
cancellable(Lifecycle.prototype, 'update')
cancellable(Lifecycle.prototype, 'forget')
cancellable(FrequentItemsets, 'candidates')
cancellable(Candidates.prototype, 'count')
cancellable(AssociationRules, 'fromItemsets')

recommending(AssociationRules.prototype, 'recommend')
for (const { prototype } of [ContentSimilarity, Ease, GraphFilter, HybridSimilarity, ItemSimilarity]) {
  recommending(prototype, 'recommend')
  recommending(prototype, 'similar')
}
recommending(ItemRelations.prototype, 'recommend')
recommending(NextBasket.prototype, 'recommend')
recommending(Popularity.prototype, 'recommend')
recommending(Popularity.prototype, 'recommendForCustomer')
recommending(Popularity.prototype, 'trending')
recommending(Popularity.prototype, 'newArrivals')
recommending(TemporalRules.prototype, 'next')

/** So many sessions are handed over at once that reading their answers takes a fraction of a millisecond. */
const SESSIONS = 16

for (const { prototype } of [SequentialRules, SessionKnn]) {
  recommending(prototype, 'recommend', sessionAnswer)
  const { recommendMany } = prototype
  method(prototype, 'recommendMany', async function (sessions, n, options, cancel) {
    if (typeof sessions?.[Symbol.iterator] !== 'function' || typeof sessions === 'string') {
      throw kosarError('KOSAR_PARAM', `sessions must be an iterable of arrays of items, got ${kindOf(sessions)}`)
    }
    const all = Array.from(sessions)
    const ask = (from) => recommendMany.call(this, all.slice(from, from + SESSIONS), n, options, cancel)
    const found = []
    let asked = ask(0)
    for (let from = SESSIONS; asked !== undefined; from += SESSIONS) {
      const answers = await asked
      // The other threads are at work while these are read.
      asked = from < all.length ? ask(from) : undefined
      found.push(...sessionAnswers(answers))
    }
    return found
  })
  cancellable(prototype, 'recommendMany', 2)
}

const { of: readAudience, schema } = Audience
/** A tree as JSON text. */
function treeText(tree) {
  const isTree = kindOf(tree) === 'object' && !(tree instanceof Map)
  const text = typeof tree === 'string' || isTree ? jsonText('audience', tree) : undefined
  if (text !== undefined) return text
  throw kosarError('KOSAR_PARAM', `an audience must be an object of conditions, JSON text or an Audience, got ${kindOf(tree)}`)
}
method(Audience, 'of', (tree) => readAudience.call(Audience, treeText(tree)))
method(Audience, 'schema', () => JSON.parse(schema.call(Audience)))
const { toJSON: audienceText } = Audience.prototype
method(Audience.prototype, 'toJSON', function () {
  return JSON.parse(audienceText.call(this))
})
method(Audience.prototype, inspect.custom, function () {
  return `Audience { ${this} }`
})

/** The entries of an object or of a Map. */
function namedEntries(named) {
  return named instanceof Map ? [...named] : Object.entries(named)
}
const { toJSON: filterText } = LogFilter.prototype
method(LogFilter.prototype, 'toJSON', function () {
  return JSON.parse(filterText.call(this))
})
method(LogFilter.prototype, inspect.custom, function () {
  return `LogFilter ${this}`
})

const buildData = AudienceData.build
method(AudienceData, 'build', async (parts, cancel) => {
  if (kindOf(parts?.values) !== 'object') return buildData.call(AudienceData, parts, cancel)
  const values = namedEntries(parts.values).map(([name, given]) => {
    if (typeof given?.[Symbol.iterator] !== 'function' || typeof given === 'string') {
      throw kosarError('KOSAR_PARAM', `values.${name} must be a Map or pairs of customer and number, got ${kindOf(given)}`)
    }
    const pairs = [...given]
    return { name, customers: pairs.map(([customer]) => customer), numbers: pairs.map(([, number]) => number ?? NaN) }
  })
  return buildData.call(AudienceData, { ...parts, values }, cancel)
})
cancellable(AudienceData, 'build', 0)
const buildAudiences = Audiences.build
method(Audiences, 'build', async (data, audiences, options) => {
  if (kindOf(audiences) !== 'object' || Array.isArray(audiences)) {
    throw kosarError('KOSAR_PARAM', `audiences must be an object of names and trees, got ${kindOf(audiences)}`)
  }
  const texts = namedEntries(audiences).flatMap(([name, tree]) => [name, treeText(tree)])
  return buildAudiences.call(Audiences, data, texts, options)
})
for (const name of ['members', 'size', 'profile']) cancellable(Audiences.prototype, name)
for (const name of ['sizes', 'overlap']) cancellable(Audiences.prototype, name, 0)
const { explain, estimate, profile } = Audiences.prototype
/** What was measured, without the name of its type. */
function measured({ value, parts, ...told }) {
  const known = value !== null && typeof value === 'object' ? Object.values(value)[0] : null
  return { ...told, value: known, parts: parts.map(measured) }
}
method(Audiences.prototype, 'explain', function (name, customer) {
  return measured(JSON.parse(explain.call(this, name, customer)))
})
method(Audiences.prototype, 'estimate', async function (name, options) {
  return camelCased(JSON.parse(await estimate.call(this, name, options)))
})
method(Audiences.prototype, 'profile', async function (name, options) {
  return camelCased(JSON.parse(await profile.call(this, name, options)))
})

method(Catalog, 'fromColumns', async (columns, options) => catalogFromColumns(internal, columns, options))
method(Catalog, 'fromRows', async (rows, columns) => catalogFromRows(internal, rows, columns))
method(Customers, 'fromColumns', async (columns, options) => customersFromColumns(internal, columns, options))
method(Customers, 'fromRows', async (rows, columns) => customersFromRows(internal, rows, columns))
method(EventLog, 'fromColumns', async (columns, options) => eventsFromColumns(internal, columns, options))
method(EventLog, 'fromRows', async (rows, columns) => eventsFromRows(internal, rows, columns))
method(Rfm, 'fitColumns', async (columns, reading, options) => rfmOfColumns(internal, columns, reading, options))
method(OrderLog, 'fromColumns', async (columns, options) => fromColumns(internal, columns, options))
method(OrderLog, 'fromRows', async (rows, columns) => fromRows(internal, rows, columns))
method(OrderLog, 'fromBaskets', async (baskets) => fromBaskets(internal, baskets))

for (const Model of [Ease, GraphFilter, ItemSimilarity, NextBasket, Popularity]) {
  const recommendAll = Model.prototype.recommendAll
  method(Model.prototype, 'recommendAll', async function (...args) {
    const found = await recommendAll.apply(this, args)
    return slots(found, await unpacked(found.vocabulary))
  })
}

async function slots({ customers, n, codes, scores }, ids) {
  return { customers: await unpacked(customers), n, items: await decoded(codes, ids), scores }
}

const { recommendRange } = ItemSimilarity.prototype
delete ItemSimilarity.prototype.recommendRange
method(ItemSimilarity.prototype, 'recommendBatches', async function* (n, options) {
  const isObject = options !== null && typeof options === 'object'
  const { batchSize = 10_000, ...rest } = isObject ? options : {}
  // What is no object of options is refused where all options are read.
  const given = isObject ? rest : options
  let ids
  for (let start = 0; ; start += Number(batchSize)) {
    const found = await recommendRange.call(this, start, batchSize, n, given)
    ids ??= await unpacked(found.vocabulary)
    const batch = await slots(found, ids)
    if (batch.customers.length > 0) yield batch
    if (batch.customers.length < batchSize) return
  }
})

guard(internal.Lists.prototype)
const { evaluate: evaluateCompiled, compare: compareCompiled } = evaluations
method(evaluations, 'evaluate', async (model, split, ...rest) => {
  return evaluateCompiled(split instanceof Split ? await recommender(native, model, split) : model, split, ...rest)
})
method(evaluations, 'compare', async (models, split, ...rest) => {
  const compiled = split instanceof Split ? await recommenders(native, models, split) : models
  return compareCompiled(compiled, split, ...rest)
})
cancellable(evaluations, 'evaluate', 2)
cancellable(evaluations, 'compare', 2)
cancellable(evaluations, 'evaluateSessions', 2)
const { splitSessions: sessionParts } = evaluations
method(evaluations, 'splitSessions', async (log, options) => {
  const { train, test } = await sessionParts(log, options)
  return { train, test }
})

/** Gives a method that takes two lists a Map, or pairs of the two. */
function takingPairs(object, name, what) {
  const compute = object[name]
  method(object, name, async function (customers) {
    if (typeof customers?.[Symbol.iterator] !== 'function' || typeof customers === 'string') {
      throw kosarError('KOSAR_PARAM', `customers must be a Map or pairs of ${what}, got ${kindOf(customers)}`)
    }
    const pairs = [...customers]
    for (const pair of pairs) {
      if (Array.isArray(pair) && pair.length === 2) continue
      throw kosarError('KOSAR_PARAM', `customers must hold pairs of ${what}, got ${kindOf(pair)}`)
    }
    return compute.call(this, pairs.map(([first]) => first), pairs.map(([, second]) => second))
  })
}

takingPairs(EventLog.prototype, 'link', 'a session and a customer')
for (const { prototype } of [Customers, EventLog, OrderLog]) {
  takingPairs(prototype, 'mergeAllCustomers', 'a customer and whom to join them into')
}

/** What a consent is called; text is left to the compiled part. */
function consentName(consent) {
  if (consent === undefined || consent === null) return 'unknown'
  return typeof consent === 'boolean' ? (consent ? 'given' : 'withdrawn') : consent
}

const { withSaid } = Customers.prototype
delete Customers.prototype.withSaid
method(Customers.prototype, 'withConsents', async function (said) {
  if (typeof said?.[Symbol.iterator] !== 'function' || typeof said === 'string') {
    throw kosarError('KOSAR_PARAM', `said must be an iterable of arrays, got ${kindOf(said)}`)
  }
  const rows = [...said]
  for (const row of rows) {
    if (Array.isArray(row) && row.length === 4) continue
    throw kosarError('KOSAR_PARAM', `said must hold arrays of customer, channel, purpose and consent, got ${kindOf(row)}`)
  }
  const column = (at) => rows.map((row) => row[at])
  return withSaid.call(this, column(0), column(1), column(2), column(3).map(consentName))
})
method(Customers.prototype, 'withConsent', async function (customer, channel, purpose, consent) {
  return this.withConsents([[customer, channel, purpose, consent]])
})

const itemWords = OrderLog.prototype.itemWords
method(OrderLog.prototype, 'itemWords', function (name) {
  return new Map(itemWords.call(this, name))
})

const { packed } = Table.prototype
delete Table.prototype.packed
method(Table.prototype, 'column', function (name) {
  return cells(packed.call(this, name, 0, this.length))
})
method(Table.prototype, 'rows', function (from = 0, to = this.length) {
  for (const [name, index] of Object.entries({ from, to })) {
    if (Number.isSafeInteger(index) && index >= 0) continue
    const found = typeof index === 'number' ? index : kindOf(index)
    throw kosarError('KOSAR_PARAM', `${name} must be a whole number from 0, got ${found}`)
  }
  return rows(this.columns, packed.bind(this), from, Math.min(to, this.length))
})
method(Table.prototype, Symbol.iterator, function* () {
  for (let at = 0; at < this.length; at += SLICE) yield* this.rows(at, at + SLICE)
})

/** Gives a class what JSON, a template and `console.log` show of its objects. */
function shown(Class, text, json) {
  method(Class.prototype, 'toString', text)
  method(Class.prototype, inspect.custom, text)
  if (json !== undefined) method(Class.prototype, 'toJSON', json)
}

function sizes(log, name, ...counts) {
  return `${name}(${counts.map(([key, what]) => `${log[key].toLocaleString('en')} ${what}`).join(', ')})`
}

function text() {
  return this.text
}

shown(Table, function () {
  return `Table (${this.length} rows)`
}, function () {
  return rowsToJson(this)
})
method(Table.prototype, inspect.custom, function (_depth, options) {
  return inspectTable(this, options, inspect)
})
shown(Evaluation, text, function () {
  const { nCustomers, nEmpty, notes, table } = this
  return { nCustomers, nEmpty, notes, table }
})
shown(Comparison, text, function () {
  const { names, table } = this
  return { names, table }
})
shown(SessionEvaluation, text, function () {
  const { k, n, hitRate, mrr } = this
  return { k, n, hitRate, mrr }
})
shown(Split, text)
shown(OrderLog, function () {
  return sizes(this, 'OrderLog', ['nOrders', 'orders'], ['nCustomers', 'customers'], ['nItems', 'items'], ['nLines', 'lines'])
})
shown(EventLog, function () {
  return sizes(this, 'EventLog', ['nEvents', 'events'], ['nSessions', 'sessions'], ['nCustomers', 'customers'], ['nItems', 'items'])
})
shown(Catalog, function () {
  return sizes(this, 'Catalog', ['nItems', 'items'])
})

shown(Customers, function () {
  return sizes(this, 'Customers', ['nCustomers', 'customers'])
})

module.exports = {
  Affinity,
  AssociationRules,
  Audience,
  AudienceData,
  Audiences,
  CandidateCounts,
  Candidates,
  Catalog,
  Comparison,
  ContentSimilarity,
  CustomerClusters,
  Customers,
  Diagnosis,
  Ease,
  Evaluation,
  EventLog,
  FrequentItemsets,
  GraphFilter,
  HybridSimilarity,
  ItemRelations,
  ItemSimilarity,
  KMeans,
  KosarError,
  Lifecycle,
  LogFilter,
  MEASURES,
  METRICS,
  NextBasket,
  OrderLog,
  PopularInSessions,
  Popularity,
  Recommender,
  Replenishment,
  Rfm,
  SequentialRules,
  SessionEvaluation,
  SessionKnn,
  Split,
  Table,
  TemporalRules,
  Visits,
  ...evaluations,
  datasets,
  load,
  tune: (Model, grid, log, options) => tune(native, evaluations, Model, grid, log, options),
}
