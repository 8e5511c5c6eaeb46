/* eslint-disable */

/** What the shop calls a customer, an item or an order; a `bigint` beyond 2^53. */
export type Id = string | number | bigint

/** A value that may be missing. */
type Maybe<T> = T | null | undefined

/** A column of ids. */
export type IdColumn =
  | ArrayLike<Maybe<Id>>
  | BigInt64Array
  | BigUint64Array

/** A column of numbers; a number may come as text. */
export type NumberColumn = ArrayLike<Maybe<number | string | bigint>> | BigInt64Array

/** A column of instants: dates, text, or numbers in `timeUnit` (milliseconds by default) since 1970. */
export type TimeColumn = ArrayLike<Maybe<Date | string | number | bigint>> | BigInt64Array

/** What becomes of a column, whatever the input. */
export interface LogOptions {
  /** What becomes of lines with a negative quantity: they reduce what was spent and owned, are set aside, or count. Default `'net'`. */
  returns?: 'net' | 'drop' | 'keep'
  /** Whether a line equal to one before it is set aside. Default false. */
  dropDuplicates?: boolean
  /** The roles whose ids come as text and are integers. */
  integerIds?: ('customer' | 'order' | 'item')[]
  /** The `strptime` format of times that come as text; ISO 8601 without one. */
  timeFormat?: string
  /** The unit of times that come as numbers. */
  timeUnit?: 's' | 'ms' | 'us' | 'ns'
}

/** Which column plays which role, by name. */
export interface ColumnNames {
  /** Who bought. */
  customer?: string
  /** Which lines belong together; without it each row is an order. */
  order?: string
  /** What was bought; without it the log serves customer segments only. */
  item?: string
  /** When. */
  time?: string
  /** How many; 1 without it. */
  quantity?: string
  /** The price of one. */
  price?: string
  /** The total of the line, in place of a price. */
  amount?: string
  /** Columns to keep. */
  attributes?: string[]
}

/** Which column of a CSV file plays which role, and how it is read. */
export interface CsvOptions extends ColumnNames, LogOptions {
  /** The character between fields. Default a comma. */
  delimiter?: string
}

/** Which property of a row plays which role, and how rows are read. */
export interface RowOptions extends ColumnNames, LogOptions {}

/** Columns of one length. */
export interface LogColumns {
  customer?: IdColumn
  order?: IdColumn
  item?: IdColumn
  time?: TimeColumn
  quantity?: NumberColumn
  price?: NumberColumn
  amount?: NumberColumn
  /** Columns to keep, by name; booleans become the words `true` and `false`. */
  attributes?: Record<string, ArrayLike<Maybe<string | number | bigint | boolean>>>
}

/** How a long computation is stopped. */
export interface Cancellable {
  /** Stops the computation; the promise is then rejected with the code `KOSAR_CANCELLED`. */
  signal?: AbortSignal
}

export interface FrequentItemsetsOptions extends Cancellable {
  /** Below 1 a share of the baskets, from 1 a count. */
  minSupport: number
  /** The greatest number of items in a set; `null` for no limit, the default. */
  maxLen?: number | null
  /** The greatest number of itemsets. Default 10 million. */
  maxItemsets?: number
  /** The greatest number of bytes for the search. Default 2 GiB. */
  maxBytes?: number
}

export interface AssociationRulesOptions extends Cancellable {
  /** Below 1 a share of the baskets, from 1 a count. */
  minSupport: number
  /** The smallest confidence, from 0 to 1. Default 0.5. */
  minConfidence?: number
  /** How many items a rule may conclude. Default `'single'`. */
  consequent?: 'single' | 'any'
  /** The greatest number of items of a rule; `null` for no limit, the default. */
  maxLen?: number | null
  /** The greatest number of itemsets. Default 10 million. */
  maxItemsets?: number
  /** The greatest number of rules. Default 10 million. */
  maxRules?: number
  /** The greatest number of bytes for the search, and for the rules. Default 2 GiB. */
  maxBytes?: number
}

export interface ItemSimilarityOptions extends Cancellable {
  /** The measure of similarity. Default `'cosine'`. */
  measure?: 'cosine' | 'jaccard' | 'dice'
  /** How many neighbours of each item are kept. Default 100. */
  neighbors?: number
  /** What two items must share to be counted together. Default `'customer'`. */
  unit?: 'customer' | 'order'
  /** How many distinct items of a customer count, the latest kept; `null` for all. Default 1000. */
  maxHistory?: number | null
}

/** How values become scores: by the quantiles of the values, or of their ranks. */
export type Scoring = 'quantile' | 'rank'

/** A segment: a name for a rectangle of recency and frequency scores, both ends included. */
export interface GridSegment {
  name: string
  r: [number, number] | number
  f: [number, number] | number
}

export interface RfmOptions extends Cancellable {
  /** The midnight (UTC) at which recency is taken. Default the one after the last order. */
  asOf?: Date | string
  /** How the three are scored. Default `'quantile'`. */
  scores?: Scoring | { recency?: Scoring; frequency?: Scoring; monetary?: Scoring }
  /** The segment grid: every pair of scores in exactly one segment. */
  segments?: 'default' | GridSegment[]
  /** The number of score classes, 2 to 10. Default 5. */
  bins?: number
}

export interface KMeansOptions extends Cancellable {
  /** The number of clusters. */
  nClusters: number
  /** The number of starts. Default 10. */
  nInit?: number
  /** How often the centroids may move in one start. Default 300. */
  maxIter?: number
  /** The share of the inertia that an iteration must save for another to follow. Default 0. */
  tolerance?: number
  /** The seed of the starts. Default 0. */
  seed?: number | bigint
  /** Where the centroids begin. Default `'k-means++'`. */
  init?: 'k-means++' | number[][] | Matrix
}

export interface CustomerClustersOptions extends Cancellable {
  /** The number of clusters. */
  nClusters: number
  /** The midnight (UTC) at which recency is taken. Default the one after the last order. */
  asOf?: Date | string
  /** The number of starts. Default 10. */
  nInit?: number
  /** The seed of the starts. Default 0. */
  seed?: number | bigint
}

export interface ShopOptions {
  /** The number of order lines, 100 to 10 million. Default 10,000. */
  lines?: number
  seed?: number | bigint
  /** The first day, a midnight in UTC. Default 2025-01-01. */
  start?: Date | string
  /** The number of days. Default 365. */
  days?: number
  /** The number of products. */
  items?: number
  /** How uneven popularity is, 0 to 2. Default 1. */
  zipf?: number
  /** About the mean number of products in an order. Default 4. */
  orderSize?: number
  /** The number of pairs of complements planted. */
  complements?: number
  /** The number of pairs of substitutes planted. */
  substitutes?: number
  /** The chance that a product brings a complement along. Default 0.5. */
  companionRate?: number
  /** The chance that a customer takes a product from earlier orders. Default 0.35. */
  rebuyRate?: number
  /** The share of orders without a customer. Default 0.1. */
  anonymous?: number
  /** The share of lines that are returns. Default 0.02. */
  returnRate?: number
  /** What becomes of returns in the log. Default `net`. */
  returns?: 'net' | 'drop' | 'keep'
  /** The share of lines with a defect. Default 0. */
  dirty?: number
}

export interface SaveOptions {
  /** Whether the customers' histories go into the file. Without them the file names no customer. Default true. */
  histories?: boolean
}

/** Why an item is recommended; never carries a customer's id. */
export type Reason = RuleReason | SimilarReason

/** Recommendations for all customers: arrays of `customers.length * n` slots, customer after customer, best first. */
export interface AllRecommendations {
  /** The customers, by id. */
  customers: Id[]
  /** The number of slots of each customer. */
  n: number
  /** The item of each slot; `null` where nothing more was left to recommend. */
  items: (Id | null)[]
  /** The score of each slot; NaN where it is empty. */
  scores: Float64Array
}

/** A row of a table. */
export type Row = Record<string, any>

/** A model of any kind. */
export type Model = FrequentItemsets | AssociationRules | ItemSimilarity | Rfm | KMeans | CustomerClusters

/** The codes of errors. */
export type KosarErrorCode =
  | 'KOSAR_PARAM'
  | 'KOSAR_UNKNOWN_ID'
  | 'KOSAR_ID_TYPE'
  | 'KOSAR_NO_HISTORIES'
  | 'KOSAR_INTAKE'
  | 'KOSAR_MISSING_COLUMN'
  | 'KOSAR_OVERFLOW'
  | 'KOSAR_IO'
  | 'KOSAR_MODEL_FILE'
  | 'KOSAR_CANCELLED'
  | 'KOSAR_INTERNAL'

/** Every error of this package: `error instanceof KosarError` holds for each, whatever its built-in class. */
export declare class KosarError extends Error {
  readonly code: KosarErrorCode
}

export declare namespace OrderLog {
  /** Reads columns in slices, so that the event loop is never held up. */
  function fromColumns(columns: LogColumns, options?: LogOptions): Promise<OrderLog>
  /** Reads rows in slices, so that the event loop is never held up. */
  function fromRows(
    rows: Iterable<Record<string, any>> | AsyncIterable<Record<string, any>>,
    columns: RowOptions,
  ): Promise<OrderLog>
  /** Reads plain baskets in slices, so that the event loop is never held up. */
  function fromBaskets(baskets: Iterable<Iterable<Id>> | AsyncIterable<Iterable<Id>>): Promise<OrderLog>
}

export interface Table extends Iterable<Row> {
  /** All rows, or those from one index up to another. */
  rows(from?: number, to?: number): Row[]
}

