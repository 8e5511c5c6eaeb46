// One model file, three languages: `exchange.mjs save FOLDER` fits and saves, `exchange.mjs ask FOLDER` loads and answers.
//
// `examples/exchange.sh` runs this in Rust, Python and Node: the files are equal byte for byte, and so are the answers.

import { join } from 'node:path'

import {
  AssociationRules, CustomerClusters, ItemSimilarity, Lifecycle, NextBasket, Popularity, Replenishment, Rfm, Visits, datasets, load,
} from 'kosar'

async function save(folder) {
  const { log, events, catalog } = await datasets.shopData({ lines: 20_000, seed: 7, clicks: 40_000 })
  const rules = await AssociationRules.fit(log, { minSupport: 0.002, minConfidence: 0.2 })
  await rules.save(join(folder, 'rules.kosar'))
  await (await ItemSimilarity.fit(log, { neighbors: 50 })).save(join(folder, 'similarity.kosar'))
  await (await Rfm.fit(log)).save(join(folder, 'rfm.kosar'))
  await (await Lifecycle.fit(log, { lost: 0.95 })).save(join(folder, 'lifecycle.kosar'))
  await (await CustomerClusters.fit(log, { nClusters: 4, seed: 1 })).save(join(folder, 'clusters.kosar'))
  const last = log.customers.map((customer) => [customer, customer.at(-1)])
  const popular = await Popularity.fit(log, { halfLifeDays: 30, trendDays: 28, baselineDays: 84, groups: { last } })
  await popular.save(join(folder, 'popularity.kosar'))
  await (await NextBasket.fit(log, { neighbors: 50 })).save(join(folder, 'next_basket.kosar'))
  await (await Replenishment.fit(log, { coverage: 0.5, catalog })).save(join(folder, 'replenishment.kosar'))
  await (await Visits.of(events, { orders: log })).save(join(folder, 'visits.kosar'))
}

async function ask(folder) {
  const rules = await load(join(folder, 'rules.kosar'))
  show('rules', rules.recommend(['KIT-0035', 'CAN-0023'], 5))
  const similarity = await load(join(folder, 'similarity.kosar'))
  show('similar', similarity.similar('KIT-0035', 5))
  show('customer', similarity.recommend({ customer: 'C00003' }, 5))
  console.log('segment', (await load(join(folder, 'rfm.kosar'))).segment('C00003'))
  const one = (await load(join(folder, 'lifecycle.kosar'))).customer('C00003')
  console.log('stage', one.stage, one.rhythmDays.toFixed(12), one.silenceDays)
  console.log('cluster', (await load(join(folder, 'clusters.kosar'))).cluster('C00003'))
  const popular = await load(join(folder, 'popularity.kosar'))
  show('popular', popular.recommend(5, { group: { last: '7' } }))
  show('trending', popular.trending(5))
  show('next', (await load(join(folder, 'next_basket.kosar'))).recommend({ customer: 'C00003' }, 5))
  const again = await load(join(folder, 'replenishment.kosar'))
  for (const { item, due, probability, basis } of again.buyAgain('C00003', again.end, 5)) {
    console.log(`due ${item} ${due.toISOString().slice(0, 10)} ${probability.toFixed(12)} ${basis}`)
  }
  const visits = await load(join(folder, 'visits.kosar'))
  for (const { item, kind, views } of visits.recentlyViewed({ customer: 'C00003' }, 5)) {
    console.log(`seen ${item} ${kind} ${views}`)
  }
}

function show(what, found) {
  for (const { item, score, reason } of found) {
    console.log(`${what} ${item} ${score.toFixed(12)} ${reason.sentence}`)
  }
}

const [what, folder] = process.argv.slice(2)
await { save, ask }[what](folder)
