import kosar from './index.js'

export const {
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
} = kosar

export default kosar
