import kosar from './index.js'

export const {
  AssociationRules,
  CustomerClusters,
  FrequentItemsets,
  ItemSimilarity,
  KMeans,
  KosarError,
  OrderLog,
  Rfm,
  Table,
  datasets,
  load,
} = kosar

export default kosar
