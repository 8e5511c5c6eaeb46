// Compiled, never run: what the declarations allow and refuse.
import {
  AssociationRules,
  KMeans,
  KosarError,
  ItemSimilarity,
  OrderLog,
  Rfm,
  datasets,
  load,
  type Id,
  type ItemSimilarityOptions,
  type Model,
  type Reason,
  type Recommendation,
} from '../index.mjs'

export async function allowed(): Promise<void> {
  const log: OrderLog = await OrderLog.fromColumns(
    { item: ['a'], order: BigInt64Array.of(1n), time: [new Date()], attributes: { shelf: ['x', null], gift: [true, null] } },
    { returns: 'net', timeUnit: 'ms' },
  )
  await OrderLog.fromCsv('orders.csv', { item: 'sku', delimiter: ';', integerIds: ['item'] })
  await OrderLog.fromRows([{ sku: 1 }], { item: 'sku' })
  await OrderLog.fromBaskets([[1, 2n, 'a']])
  const options: ItemSimilarityOptions = { measure: 'dice', maxHistory: null }
  const model = await ItemSimilarity.fit(log, options)
  const found: Recommendation[] = model.recommend({ customer: 'ann' }, 5)
  const item: Id | undefined = found[0]?.item
  const all = await model.recommendAll(3)
  const scores: Float64Array = all.scores
  const first: Date | undefined = log.span?.first
  const count: number | undefined = log.report.setAside['zero_quantity']?.count
  for (const row of (await Rfm.fit(log, { scores: { recency: 'rank' } })).table) row['segment']
  const means = await KMeans.fit([[1, 2]], { nClusters: 1, signal: new AbortController().signal })
  const labels: Uint32Array = means.predict(means.centroids)
  const words: Map<Id, string | null> = log.itemWords('shelf')
  const any: Model = await load('a.kosar')
  if (any instanceof AssociationRules) any.recommend(['a'])
  const bytes: Uint8Array = model.toBytes({ histories: false })
  ItemSimilarity.fromBytes(bytes)
  await datasets.shop({ lines: 1000, returnRate: 0.1, returns: 'drop' })
  const baskets: string[][] = datasets.breakfast()
  await OrderLog.fromBaskets(baskets)
  void [item, scores, first, count, labels, words]
}

export function explained(reason: Reason): number {
  return reason.kind === 'rule' ? reason.lift : reason.similarity
}

export function coded(error: unknown): string {
  return error instanceof KosarError ? error.code : 'other'
}

export async function refused(log: OrderLog): Promise<void> {
  // @ts-expect-error a measure that there is not
  await ItemSimilarity.fit(log, { measure: 'dot' })
  // @ts-expect-error an option that there is not
  await ItemSimilarity.fit(log, { neighbours: 5 })
  // @ts-expect-error the minimum support is needed
  await AssociationRules.fit(log, {})
  // @ts-expect-error no id is a boolean
  log.forget(true)
  // @ts-expect-error a number of clusters is needed
  await KMeans.fit([[1]], {})
}
