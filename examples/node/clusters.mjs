// Clusters of customers: by what, in how many, what they are, who is unlike their own, and what comes later. See
// ../python/clusters.py.

import { CustomerClusters, datasets } from 'kosar'

const shop = { lines: 6_000, seed: 5 }
const [log, catalog] = await Promise.all([datasets.shop(shop), datasets.shopCatalog(shop)])
const earlier = await log.before('2025-11-01')

const features = ['recency', 'frequency', 'tenure', 'order_value', 'basket_size', 'categories']
const common = { features, catalog, maxCategories: 3, nInit: 4, seed: 1, outlierMads: 2 }
const model = await CustomerClusters.fit(earlier, { ...common, nClusters: 'auto', kRange: [2, 5], resamples: 4, references: 3 })
console.log('1. How many clusters')
for (const { n_clusters, silhouette, gap, stability, chosen } of model.evidence) {
  const figures = `silhouette ${silhouette.toFixed(3)}, gap ${gap.toFixed(3)}, stability ${stability.toFixed(3)}`
  console.log(`  ${n_clusters}: ${figures}${chosen ? ' <- chosen' : ''}`)
}

console.log('\n2. What they are')
for (const { cluster, name, customers } of model.profiles) console.log(`  ${cluster}: ${name} (${customers} customers)`)
for (const { cluster, feature, mean, mean_of_all } of model.featureProfiles.rows(0, 2)) {
  console.log(`  ${cluster}: ${feature} ${mean.toFixed(1)}, of all ${mean_of_all.toFixed(1)}`)
}

console.log('\n3. Who is unlike their own')
const outliers = model.table.rows().filter(({ outlier }) => outlier)
for (const { customer, distance, cluster } of outliers.slice(0, 3)) {
  console.log(`  ${customer}: ${distance.toFixed(2)} from the centre of ${cluster}`)
}

console.log('\n4. Where customers stand two months later')
const later = await model.assign(log, { catalog })
const known = new Set(model.table.column('customer'))
const moved = later.rows().filter(({ customer, cluster }) => known.has(customer) && model.cluster(customer) !== cluster)
console.log(`  ${later.length} customers, ${later.length - known.size} of them new; ${moved.length} of the others moved`)

console.log('\n5. Fitted anew, clusters keep what they are called')
const again = await CustomerClusters.fit(log, { ...common, nClusters: model.ids.length + 1, previous: model })
const shown = (ids) => `[${ids.toSorted((a, b) => a - b).join(', ')}]`
console.log(`  ${shown(model.ids)} before, ${shown(again.ids)} now`)
