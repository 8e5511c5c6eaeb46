// Is the model any good? A split in time, options chosen inside the training part, models beside the most popular items.

import { ItemSimilarity, Popularity, compare, datasets, temporalSplit, tune } from 'kosar'

const log = await datasets.shop({ lines: 50_000, seed: 7 })

// What was ordered in the last 60 days is asked for; models see what came before, and nothing else.
const split = await temporalSplit(log, { lastDays: 60 })
console.log(`${split.text}\n`)

// Options are chosen on a second split, inside the training part.
const grid = { neighbors: [10, 50, 200], measure: ['cosine', 'jaccard'] }
const { bestOptions, bestValue, metric, points } = await tune(ItemSimilarity, grid, split.train, { metric: 'ndcg@10', lastDays: 60 })
console.log(`${metric} ${bestValue.toFixed(4)} with`, bestOptions, `best of ${points.length}\n`)

// Models on the same customers. Lists that another program made stand beside ours: a Map, or a function.
const similar = await ItemSimilarity.fit(split.train, bestOptions)
const recent = await Popularity.fit(split.train, { halfLifeDays: 30 })
const bestsellers = recent.recommend(10)
const models = { similar, recent, 'bestsellers of the month': () => bestsellers }
const comparison = await compare(models, split, { k: 10 })
for (const row of comparison.table.rows()) {
  if (row.metric !== metric) continue
  const [value, low, high] = [row.value, row.low, row.high].map((number) => number.toFixed(4))
  console.log(`${row.model.padEnd(26)}${value} [${low}, ${high}]  ${row.difference.toFixed(4)} ${row.verdict}`)
}
