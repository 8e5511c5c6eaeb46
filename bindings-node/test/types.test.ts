// Compiled, never run: what the declarations allow and refuse.
import {
  AssociationRules,
  CandidateCounts,
  Candidates,
  Catalog,
  Customers,
  Ease,
  EventLog,
  FrequentItemsets,
  GraphFilter,
  ContentSimilarity,
  HybridSimilarity,
  ItemRelations,
  KMeans,
  KosarError,
  ItemSimilarity,
  MEASURES,
  NextBasket,
  OrderLog,
  Popularity,
  Recommender,
  Replenishment,
  Rfm,
  SequentialRules,
  SessionKnn,
  Split,
  Table,
  TemporalRules,
  Visits,
  compare,
  datasets,
  evaluate,
  load,
  temporalSplit,
  tune,
  type AllRecommendations,
  type Due,
  type ForgetReceipt,
  type Id,
  type ItemSimilarityOptions,
  type ItemsetCounts,
  type Measure,
  type Model,
  type Reason,
  type Recommendation,
  type Seen,
  type SessionAnswer,
  type RecommenderRules,
} from '../index.mjs'

export async function allowed(): Promise<void> {
  const log: OrderLog = await OrderLog.fromColumns(
    { item: ['a'], order: BigInt64Array.of(1n), time: [new Date()], attributes: { shelf: ['x', null], gift: [true, null] } },
    { returns: 'net', timeUnit: 'ms' },
  )
  await OrderLog.fromCsv('orders.csv', { item: 'sku', delimiter: ';', integerIds: ['item'] })
  await OrderLog.fromRows([{ sku: 1 }], { item: 'sku' })
  await OrderLog.fromBaskets([[1, 2n, 'a']])
  const events: EventLog = await EventLog.fromColumns(
    { session: [1, 2], item: ['a', null], time: [new Date(), '2025-01-01'], kind: ['pdp', 'search'] },
    { kinds: { pdp: 'view' }, until: new Date(), gapMinutes: 20 },
  )
  const customers: Customers = await Customers.fromColumns(
    {
      customer: ['a', 'b'],
      attributes: { city: ['x', null], born: [new Date(), null], club: [true, null] },
      timeZone: ['Europe/Budapest', null],
      preferences: { brand: [['x'], null] },
      consent: { 'email/marketing': ['yes', null] },
    },
    { separator: '|' },
  )
  await Customers.fromRows([{ who: 1 }], { customer: 'who', numbers: [], consent: { 'sms/orders': 'ok' } })
  await Customers.fromCsv('customers.csv', { customer: 'who', dates: ['born'], delimiter: ';' })
  const said: 'given' | 'withdrawn' | 'unknown' = customers.consent('a', 'email', 'marketing')
  await (await customers.withConsent('a', 'email', 'marketing', said === 'given')).withConsents([['b', 'sms', 'orders', null]])
  const born: string | number | boolean = customers.customer('a').attributes.born
  await log.mergeAllCustomers(new Map([['a', 'b']]))
  await (await events.mergeCustomers('a', born as string)).mergeAllCustomers([['c', 'd']])
  await EventLog.fromColumns({ session: [1], item: ['a'], time: [0], attributes: { device: ['app'] } })
  await EventLog.fromRows([{ visit: 1, at: 0, did: 'search' }], { session: 'visit', time: 'at', kind: 'did', timeUnit: 's' })
  // @ts-expect-error: events have a time
  await EventLog.fromCsv('clicks.csv', { session: 'visit', item: 'sku' })
  // @ts-expect-error: there is no such kind
  await EventLog.fromRows([], { session: 'visit', item: 'sku', time: 'at', kinds: { pdp: 'look' } })
  await (await events.link(new Map([[1, 'ann']]))).link([[2, 'bob']])
  await ItemSimilarity.fit(await events.customerItems({ view: 1, purchase: 5 }), { strength: 'quantity' })
  const options: ItemSimilarityOptions = { measure: 'dice', maxHistory: null }
  const model = await ItemSimilarity.fit(log, options)
  const found: Recommendation[] = model.recommend({ customer: 'ann' }, 5)
  const item: Id | undefined = found[0]?.item
  const all = await model.recommendAll(3)
  const scores: Float64Array = all.scores
  const first: Date | undefined = log.span?.first
  const count: number | undefined = log.report.setAside['zero_quantity']?.count
  for (const row of (await Rfm.fit(log, { scores: { recency: 'rank' } })).table) row['segment']
  const rfm = await Rfm.fit(log, { scores: { recency: 'jenks', monetary: [1, 2, 3, 4] }, segments: 'eleven', closed: 'left', weights: [2, 1, 1] })
  const again: Rfm = await rfm.apply(log, { asOf: '2025-07-01' })
  const { segments, other } = Rfm.grids()[1]!
  await Rfm.fit(log, { cutPoints: again.cutPoints, segments, other: other ?? null })
  rfm.score({ recencyDays: [1], frequency: new Float64Array([1]), monetary: [2] }).column('segment')
  const moved: Table = rfm.migration(rfm.rescore(again))
  moved.rows(0, rfm.segmentsOf(rfm.customers('lost')).length)
  const means = await KMeans.fit([[1, 2]], { nClusters: 1, signal: new AbortController().signal })
  const labels: Uint32Array = means.predict(means.centroids)
  const words: Map<Id, string> = log.itemWords('shelf')
  const ids: Id[] | null = log.items
  const warning: string | null = log.report.warning
  const sent: Record<string, unknown>[] = (await Rfm.fit(log)).table.toJSON()
  const any: Model = await load('a.kosar')
  if (any instanceof AssociationRules) any.recommend(['a'])
  const bytes: Uint8Array = model.toBytes({ histories: false })
  ItemSimilarity.fromBytes(bytes)
  const ease: Ease = await Ease.fit(log, { l2: 100, neighbors: null, items: 'top' })
  for (const { reason } of ease.recommend({ items: ['a'] }, 3, { only: ['b'], exclude: [], minScore: 0 })) {
    if (reason.kind === 'contribution') void [reason.from, reason.weight, reason.share]
  }
  void (await GraphFilter.fit(log, { factors: 8 })).singularValues
  await datasets.shop({ lines: 1000, returnRate: 0.1, returns: 'drop' })
  const baskets: string[][] = datasets.breakfast()
  await OrderLog.fromBaskets(baskets)
  void [item, scores, first, count, labels, words]
}

export async function rules(log: OrderLog, signal: AbortSignal): Promise<void> {
  const catalog: Catalog = await Catalog.fromColumns({ item: [1], category: [['Food', null]], name: ['Tea'] }, { separator: '>' })
  await Catalog.fromRows([{ sku: 1 }], { item: 'sku', category: ['top', 'below'], integerIds: true })
  await Catalog.fromCsv('catalog.csv', { item: 'sku', category: 'path', delimiter: ';' })
  const parent: string | null | undefined = catalog.categories()[0]?.parent
  const options = { minSupport: 0.01, level: 2, unit: 'customer', catalog, signal } as const
  const counts: ItemsetCounts = await FrequentItemsets.count(log, { ...options, kind: 'closed', include: [1] })
  const itemsets = await FrequentItemsets.fit(log, options)
  const left: number | undefined = itemsets.unplaced?.baskets
  const made = await AssociationRules.fromItemsets(itemsets, { minSupport: 0.01, rankBy: 'phi', topK: null })
  const table: Table = await made.table(['fisher_p', 'improvement'])
  await AssociationRules.fit(log, { ...options, antecedentItems: { only: [1], maxLen: null }, asOf: new Date() })
  await AssociationRules.fit(log, { minSupport: 1, asOf: null })
  made.recommend([1], 5, { measure: 'lift', combine: 'sum', minScore: 1, exclude: [2] })
  const measures: readonly Measure[] = MEASURES
  const part: Candidates = await FrequentItemsets.candidates(log, { minSupport: 0.1 })
  const counted: CandidateCounts = await (await part.merge(Candidates.fromBytes(part.toBytes()))).count(log, { signal })
  const whole: FrequentItemsets = await counted.finish()
  const facts: string | undefined = catalog.item(1).attributes.colour
  const shop = await Catalog.fromColumns({ item: [1], price: [2.5], tags: [['new']], launched: [new Date()], attributes: { size: [38] } })
  const content = await ContentSimilarity.fit(shop, { title: 3, ngrams: [3, 5], signal })
  content.similar(1, 3, { only: shop.itemsInStock(), exclude: [2] })
  const collaborative = await ItemSimilarity.fit(log)
  const hybrid = await HybridSimilarity.fit({ log, collaborative, content }, { evidence: 5, contentWeight: null })
  hybrid.recommend({ customer: 'ann' }, 3, { only: [1] })
  const relations = await ItemRelations.fit(log, { catalog: shop, windowDays: null })
  const label: 'complement' | 'substitute' | 'neither' | 'unclear' | undefined = relations.complements(1)[0]?.pair.relation
  const lift: number | undefined = (await relations.label([[1, 2]]))[0]?.lift
  const temporal = await TemporalRules.fit(log, { withinDays: 30, repeats: true })
  temporal.next('printer', 3, { measure: 'lift' })
  const events = await EventLog.fromRows([], { session: 'visit', item: 'sku', time: 'at' })
  const knn = await SessionKnn.fit(events, { decay: 'linear', halfLifeDays: null, kindWeights: { add_to_cart: 3 } })
  const appended: SessionKnn = await knn.append(events)
  const answer: SessionAnswer = appended.recommend(['tea', 7], 3, { kinds: ['view', 'purchase'], exclude: [7n] })
  const next: Id | undefined = answer.recommendations[0]?.item
  const rules: SequentialRules = await SequentialRules.fit(events, { association: true, stepWeight: 'same' })
  if (rules.recommend([]).empty === 'no_items') void [next, answer.unknown, answer.whyEmpty, knn.nKept, rules.nRules]
  void [facts, label, lift, parent, counts, left, table, measures, whole]
}

export async function popular(log: OrderLog, events: EventLog, catalog: Catalog): Promise<void> {
  const groups = { country: 'Country', segment: new Map<Id, string>([['a', 'x']]) }
  const model: Popularity = await Popularity.fit(log, { catalog, groups, confidence: 0.99, minCustomers: 3 })
  const best: Recommendation[] = model.trending(3, { group: { country: 'AT' }, category: 'A', customer: 'c' })
  const later: Popularity = await (await model.update(log)).forget('c')
  const visits: Visits = await Visits.of(events, { orders: log })
  const seen: Seen[] = visits.continueShopping({ customer: 'c', ongoing: [{ item: 'a', time: new Date() }] }, 3)
  const kind: 'in_cart' | 'viewed' | undefined = seen[0]?.kind
  void [best, later.groups.country, later.newArrivals(), kind, await Popularity.fit(events, { kinds: ['view'] })]
}

export async function again(log: OrderLog, catalog: Catalog): Promise<void> {
  const model: Replenishment = await Replenishment.fit(log, { catalog, horizonDays: 14, coverage: 0.9, minPurchases: 2 })
  const later: Replenishment = await (await model.update(log)).forget('c')
  const due: Due[] = later.buyAgain('c', new Date(), 3, { only: ['a'], minProbability: 0.1 })
  const one: Date | undefined = later.due('c', 'a', '2026-01-01')?.latest
  const table: Table = await later.dueAll(new Date(), 3, { horizonDays: 3 })
  const days: number | undefined = later.interval('a')?.days
  const basis: 'customer' | 'item' | 'category' | 'all' | undefined = due[0]?.basis
  void [one, table, days, basis, model.end, model.quantityExponent]
}

export function explained(reason: Reason): number {
  switch (reason.kind) {
    case 'rule':
      return reason.lift
    case 'similar':
      return reason.similarity
    case 'alike':
      return reason.words.length
    case 'sequence':
      return reason.medianDays
    case 'popular':
      return reason.count
    case 'contribution':
      return reason.share
    case 'session':
      return reason.share
    case 'next':
      return reason.confidence
    case 'complement':
      return reason.lift
    case 'substitute':
      return reason.context
    case 'popular_in':
      return reason.customers
    case 'trending':
      return reason.rise ?? reason.lowerBound
    case 'new_arrival':
      return reason.days
    case 'repeat':
      return reason.of
    case 'explore':
      return reason.neighbors
  }
}

export function coded(error: unknown): string {
  return error instanceof KosarError ? error.code : 'other'
}

export async function refused(log: OrderLog): Promise<void> {
  // @ts-expect-error a measure that there is not
  await ItemSimilarity.fit(log, { measure: 'euclid' })
  // @ts-expect-error a log of orders
  await SessionKnn.fit(log)
  // @ts-expect-error a kind that there is not
  await SessionKnn.fit(await EventLog.fromCsv('clicks.csv', { time: 'at' }), { kindWeights: { stare: 1 } })
  // @ts-expect-error an option that there is not
  await ItemSimilarity.fit(log, { neighbours: 5 })
  // @ts-expect-error the minimum support is needed
  await AssociationRules.fit(log, {})
  // @ts-expect-error a level of no kind
  await FrequentItemsets.fit(log, { minSupport: 1, level: 'aisle' })
  // @ts-expect-error p is not to be maximised
  new AssociationRules().recommend([1], 1, { measure: 'fisher_p' })
  // @ts-expect-error the window is needed
  await TemporalRules.fit(log, {})
  // @ts-expect-error no id is a boolean
  log.forget(true)
  // @ts-expect-error a number of clusters is needed
  await KMeans.fit([[1]], {})
}

export async function nextBaskets(log: OrderLog): Promise<void> {
  const model: NextBasket = await NextBasket.fit(log, { preset: 'tifu_knn', neighbors: 50, groupSize: null })
  const [found] = model.recommend({ customer: 'ann' }, 5, { novelty: 'repeat', only: ['tea'] })
  if (found?.reason.kind === 'repeat') {
    const [orders, all]: number[] = [found.reason.orders, found.reason.of]
    void [orders, all]
  }
  const all: AllRecommendations = await model.recommendAll(5, { novelty: null, exclude: [7] })
  void [all.items, model.recommend({ baskets: [['tea'], []] }), model.counts[0], model.nBaskets, model.items]
  await evaluate(model, await temporalSplit(log, { lastDays: 30, newItemsOnly: false }))
  await tune(NextBasket, { neighbors: [100, 300], personal: ['repurchase'] }, log)
  // @ts-expect-error no such preset
  await NextBasket.fit(log, { preset: 'mean' })
  // @ts-expect-error baskets are lists of items
  model.recommend({ baskets: ['tea'] })
}

export async function evaluations(log: OrderLog): Promise<void> {
  const split: Split = await temporalSplit(log, { lastDays: 30, unknownItems: 'miss' })
  const popular = await Popularity.fit(split.train, { halfLifeDays: 30 })
  const similar = await ItemSimilarity.fit(split.train)
  const found = await evaluate(async (customer) => similar.recommend({ customer }), split, { metrics: ['ndcg@20', 'recall'] })
  const value: number = found.estimate('ndcg@20').value
  const comparison = await compare({ popular, lists: new Map([[1, ['a', null]]]) }, split, { k: 5 })
  const best: string = comparison.best('recall')
  const tuning = await tune(ItemSimilarity, { neighbors: [10, 100], measure: ['cosine', 'dice'] }, split.train, { fixed: { maxHistory: null } })
  await ItemSimilarity.fit(split.train, tuning.bestOptions)
  // @ts-expect-error no such metric
  await evaluate(popular, split, { metrics: ['recal@20'] })
  // @ts-expect-error no such option of the model
  await tune(ItemSimilarity, { neighbours: [10] }, split.train)
  // @ts-expect-error not a model that recommends
  await evaluate(await Rfm.fit(log), split)
  void [value, best]
}

export async function recommenders(log: OrderLog, catalog: Catalog): Promise<void> {
  const rules: RecommenderRules = { caps: [{ by: { category: 1 }, max: 3 }], filters: [{ only: { not: { tag: 'used' } } }] }
  const recommender: Recommender = await Recommender.fit(log, { catalog, rules, params: { blend: { loyal: { repeat: 2 } } } })
  const [found] = recommender.similar('tea', { n: 5, customer: 'ann', shown: [['mug', new Date()]], like: { price: { max: 3 } } })
  if (found?.reason.kind === 'similar') {
    const since: Date | null = found.reason.since
    void [since, found.reason.itemCustomers, found.step, found.sql ?? null]
  }
  const receipt: ForgetReceipt = await recommender.forget('ann')
  await recommender.setStock([['tea', 3]])
  await recommender.setStock({ tea: 3 })
  await recommender.setCatalog(catalog, { signal: new AbortController().signal })
  void [receipt.toRefresh[0], recommender.export('bob').orders[0]?.lines, recommender.profile('bob').lastOrder]
  const { params, levels } = await Recommender.tune(log, { cut: new Date(), catalog, rules, maxCustomers: 100 })
  const tuned = await Recommender.fit(log, { params })
  const [change] = await tuned.diff(recommender, { items: ['tea'], customers: ['bob'] })
  void [levels[0]?.recallAfter, change?.ordersAdded, change?.placement === 'similar']
  // @ts-expect-error the cut is needed
  await Recommender.tune(log, { catalog })
  // @ts-expect-error the customer is given already
  recommender.forCustomer('ann', { customer: 'bob' })
  // @ts-expect-error no such rule
  await recommender.setRules({ cap: [] })
}
