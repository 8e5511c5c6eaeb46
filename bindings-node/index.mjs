import kosar from './index.js'

export const {
  AssociationRules,
  CandidateCounts,
  Candidates,
  Catalog,
  Comparison,
  CustomerClusters,
  Evaluation,
  FrequentItemsets,
  ItemSimilarity,
  KMeans,
  KosarError,
  MEASURES,
  METRICS,
  OrderLog,
  Popularity,
  Rfm,
  Split,
  Table,
  TemporalRules,
  byCustomer,
  compare,
  datasets,
  evaluate,
  leaveLastBasket,
  leaveOneOut,
  load,
  temporalSplit,
  tune,
} = kosar

export default kosar
