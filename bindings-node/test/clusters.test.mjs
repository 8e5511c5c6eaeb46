// Clusters of customers: features, the choice of their number, ids that stay, later customers.

import assert from 'node:assert/strict'
import test from 'node:test'

import { CustomerClusters, OrderLog, datasets } from '../index.mjs'

// Four groups of customers who differ in when, how often, how much and where they buy.
const GROUPS = [[12, 0, 28, 2, 20, 'app'], [2, 20, 30, 9, 20, 'web'], [3, 250, 40, 19, 200, 'web'], [12, 1, 28, 14, 4, 'shop']]
const asOf = '1971-02-05'
const range = (from, to) => Array.from({ length: to - from }, (_, at) => from + at)

function planted(customers) {
  const rows = customers.flatMap((who) => {
    const [n, first, every, hour, price, channel] = GROUPS[who % 4]
    const drift = Math.floor(who / 4) % 7
    return range(0, n).map((visit) => ({
      who, order: `${who}-${visit}`, what: 'tea', paid: price * (1 + 0.02 * drift), channel,
      at: new Date(3_600_000 * (24 * (first + visit * every + drift) + hour)),
    }))
  })
  return OrderLog.fromRows(rows, { customer: 'who', order: 'order', item: 'what', time: 'at', amount: 'paid', attributes: ['channel'] })
}

const groups = await planted(range(0, 80))

test('the planted number is chosen, and the evidence is a table', async () => {
  // Not by the weekend: groups of few orders fall apart by it.
  const features = ['recency', 'frequency', 'order_value', 'day_part', 'channel']
  const model = await CustomerClusters.fit(groups, {
    nClusters: 'auto', kRange: [2, 6], asOf, features, nInit: 3, resamples: 3, references: 2,
  })
  assert.equal(model.ids.length, 4)
  assert.deepEqual(model.evidence.column('chosen'), [false, false, true, false, false])
  assert.deepEqual([...model.evidence.column('n_clusters')], [2, 3, 4, 5, 6])
  assert.equal(model.evidence.row(2).chosen, true)
  const pairs = new Set([...model.labels].map((label, at) => `${label} ${at % 4}`))
  assert.equal(pairs.size, 4)
  assert.deepEqual([...model.labels], [...model.table.column('cluster')])
  assert.deepEqual([model.centroids.rows, model.centroids.columns], [4, model.featureNames.length])
  const { name } = model.profiles.rows().find(({ cluster }) => cluster === model.cluster(0))
  assert.match(name, /often at night/)
  assert.match(name, /mostly app/)
  assert.deepEqual(model.features.column('channel').slice(0, 4), ['app', 'web', 'web', 'shop'])
  const shares = model.featureProfiles.rows().filter(({ feature }) => feature === 'channel app')
  assert.deepEqual(shares.map(({ mean }) => mean).sort(), [0, 0, 0, 1])
  assert.equal(model.describe().length, 4)
  assert.ok(model.inertia > 0)
  const again = CustomerClusters.fromBytes(model.toBytes())
  assert.deepEqual(again.evidence.rows(), model.evidence.rows())
})

test('later customers are placed by the scales of the fit', async () => {
  for (const scaling of ['log1p_z', 'z', 'robust', 'quantile', 'none']) {
    const model = await CustomerClusters.fit(groups, { nClusters: 4, asOf, scaling, nInit: 3, features: ['recency', 'frequency', 'order_value'] })
    const again = await model.assign(groups, { asOf })
    assert.deepEqual(again.column('cluster'), model.table.column('cluster'))
    assert.deepEqual(again.column('outlier'), model.table.column('outlier'))
    assert.deepEqual([...(await model.assign(await planted([5]), { asOf })).column('cluster')], [model.cluster(5)])
  }
})

test('clusters keep their ids', async () => {
  const first = await CustomerClusters.fit(groups, { nClusters: 4, asOf, features: ['recency', 'frequency', 'order_value'] })
  const turned = { nClusters: 4, asOf, features: ['order_value', 'frequency', 'recency'] }
  assert.notDeepEqual((await CustomerClusters.fit(groups, turned)).labels, first.labels)
  const kept = await CustomerClusters.fit(groups, { ...turned, previous: first })
  assert.deepEqual(kept.labels, first.labels)
  const more = await CustomerClusters.fit(await planted(range(0, 100)), { nClusters: 5, asOf, previous: kept })
  assert.deepEqual(more.ids.toSorted(), [0, 1, 2, 3, 4])
  await assert.rejects(CustomerClusters.fit(groups, { ...turned, previous: groups }), /previous must be a CustomerClusters/)
})

test('categories come from a catalogue', async () => {
  const shop = { lines: 1500, seed: 2 }
  const [log, catalog] = [await datasets.shop(shop), await datasets.shopCatalog(shop)]
  const options = { nClusters: 3, features: ['categories', 'recency'], maxCategories: 4, nInit: 2 }
  const model = await CustomerClusters.fit(log, { ...options, catalog })
  assert.equal(model.featureNames[4], 'other categories')
  const first = model.categories.rows().filter(({ customer }) => customer === model.table.row(0).customer)
  assert.ok(Math.abs(first.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9)
  await assert.rejects(CustomerClusters.fit(log, options), /got categories, which needs items, and a catalogue/)
  await assert.rejects(model.assign(log), { code: 'KOSAR_PARAM' })
})

test('what cannot be is refused with the names of JavaScript', async () => {
  const refused = [
    [{ nClusters: 'many' }, "nClusters must be a whole number from 1, or 'auto', got 'many'"],
    [{ nClusters: 'auto', kRange: [2] }, 'kRange must be an array of two whole numbers, got an array'],
    [{ features: ['age'] }, /^features must be one of recency, .*, got 'age'$/],
    [{ features: ['channel'], channelColumn: 'source' }, /^features must be among those .* that channelColumn names$/],
    [{ scaling: 'minmax' }, "scaling must be one of log1p_z, z, robust, quantile, none, got 'minmax'"],
    [{ outlierMads: 0 }, 'outlierMads must be a finite number above 0, got 0'],
    [{ resamples: 1 }, 'resamples must be at least 2, got 1'],
  ]
  for (const [options, message] of refused) {
    await assert.rejects(CustomerClusters.fit(groups, { nClusters: 2, ...options }), { code: 'KOSAR_PARAM', message })
  }
})
