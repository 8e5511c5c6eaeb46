'use strict'

const { recommendations } = require('./answers.js')
const { KosarError, fronted, guard, kindOf, kosarError } = require('./errors.js')
const { catalogFromColumns, catalogFromRows, decoded, flattened, fromBaskets, fromColumns, fromRows, unpacked } = require('./intake.js')
const native = require('./native.js')

const { internal } = native
const datasets = guard(native.datasets)
const { load } = guard({ load: native.load })

const AssociationRules = fronted(native.AssociationRules)
const CandidateCounts = fronted(native.CandidateCounts)
const Candidates = fronted(native.Candidates)
const Catalog = fronted(native.Catalog)
const ContentSimilarity = fronted(native.ContentSimilarity)
const CustomerClusters = fronted(native.CustomerClusters)
const FrequentItemsets = fronted(native.FrequentItemsets)
const HybridSimilarity = fronted(native.HybridSimilarity)
const ItemRelations = fronted(native.ItemRelations)
const ItemSimilarity = fronted(native.ItemSimilarity)
const KMeans = fronted(native.KMeans)
const OrderLog = fronted(native.OrderLog)
const Rfm = fronted(native.Rfm)
const Table = fronted(native.Table)
const TemporalRules = fronted(native.TemporalRules)
const models = [
  AssociationRules,
  ContentSimilarity,
  CustomerClusters,
  FrequentItemsets,
  HybridSimilarity,
  ItemRelations,
  ItemSimilarity,
  KMeans,
  Rfm,
  TemporalRules,
]

/** The names of all measures of rules. */
const MEASURES = Object.freeze(internal.measures())

function method(object, name, value) {
  Object.defineProperty(object, name, { value, writable: true, configurable: true })
}

/** Gives a method that computes from data and options the option `signal`, an `AbortSignal`. */
function cancellable(object, name) {
  const compute = object[name]
  method(object, name, async function (data, options) {
    const { signal, ...rest } = options !== null && typeof options === 'object' ? options : {}
    if (signal === undefined) return compute.call(this, data, options)
    if (!(signal instanceof AbortSignal)) {
      throw kosarError('KOSAR_PARAM', `signal must be an AbortSignal, got ${kindOf(signal)}`)
    }
    const cancel = new internal.Cancel()
    const stop = () => cancel.cancel()
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await compute.call(this, data, rest, cancel)
    } catch (error) {
      throw error.code === 'KOSAR_CANCELLED' ? kosarError(error.code, error.message, signal.reason) : error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  })
}

/** Gives a method the form in which it answers: recommendations with their reasons. */
function recommending(object, name) {
  const recommend = object[name]
  method(object, name, function (...args) {
    return recommendations(recommend.apply(this, args))
  })
}

guard(internal.LogBuilder.prototype)
guard(internal.BasketBuilder.prototype)
guard(internal.CatalogBuilder.prototype)

const fitKMeans = KMeans.fit
method(KMeans, 'fit', async (data, options, cancel) => fitKMeans.call(KMeans, await flattened('data', data), options, cancel))

models.forEach((Model) => cancellable(Model, 'fit'))
cancellable(FrequentItemsets, 'count')
cancellable(FrequentItemsets, 'candidates')
cancellable(Candidates.prototype, 'count')
cancellable(AssociationRules, 'fromItemsets')

recommending(AssociationRules.prototype, 'recommend')
recommending(ContentSimilarity.prototype, 'recommend')
recommending(ContentSimilarity.prototype, 'similar')
recommending(HybridSimilarity.prototype, 'recommend')
recommending(HybridSimilarity.prototype, 'similar')
recommending(ItemSimilarity.prototype, 'recommend')
recommending(ItemSimilarity.prototype, 'similar')
recommending(TemporalRules.prototype, 'next')

method(Catalog, 'fromColumns', async (columns, options) => catalogFromColumns(internal, columns, options))
method(Catalog, 'fromRows', async (rows, columns) => catalogFromRows(internal, rows, columns))
method(OrderLog, 'fromColumns', async (columns, options) => fromColumns(internal, columns, options))
method(OrderLog, 'fromRows', async (rows, columns) => fromRows(internal, rows, columns))
method(OrderLog, 'fromBaskets', async (baskets) => fromBaskets(internal, baskets))

const recommendAll = ItemSimilarity.prototype.recommendAll
method(ItemSimilarity.prototype, 'recommendAll', async function (n) {
  const { customers, n: width, vocabulary, codes, scores } = await recommendAll.call(this, n)
  const items = await decoded(codes, await unpacked(vocabulary))
  return { customers: await unpacked(customers), n: width, items, scores }
})

const itemWords = OrderLog.prototype.itemWords
method(OrderLog.prototype, 'itemWords', function (name) {
  return new Map(itemWords.call(this, name))
})

method(Table.prototype, 'rows', function (from = 0, to = this.length) {
  for (const [name, index] of Object.entries({ from, to })) {
    if (Number.isSafeInteger(index) && index >= 0) continue
    const found = typeof index === 'number' ? index : kindOf(index)
    throw kosarError('KOSAR_PARAM', `${name} must be a whole number from 0, got ${found}`)
  }
  const rows = []
  for (let at = from; at < Math.min(to, this.length); at += 1) rows.push(this.row(at))
  return rows
})
method(Table.prototype, Symbol.iterator, function* () {
  for (let at = 0; at < this.length; at += 1) yield this.row(at)
})

module.exports = {
  AssociationRules,
  CandidateCounts,
  Candidates,
  Catalog,
  ContentSimilarity,
  CustomerClusters,
  FrequentItemsets,
  HybridSimilarity,
  ItemRelations,
  ItemSimilarity,
  KMeans,
  KosarError,
  MEASURES,
  OrderLog,
  Rfm,
  Table,
  TemporalRules,
  datasets,
  load,
}
