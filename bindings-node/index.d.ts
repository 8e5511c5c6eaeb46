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

/** Every rule of sufficient support and confidence, and what the rules add to a cart. */
export declare class AssociationRules {
  /** Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count; `minConfidence` is 0.5 by default. */
  static fit(log: OrderLog, options: AssociationRulesOptions): Promise<AssociationRules>
  /**
   * The rules, highest lift first: `antecedent`, `consequent`, `antecedent_support`, `consequent_support`, `count`, and
   * a column for each measure.
   */
  get rules(): Table
  /** Why rules are missing, where a limit ended the computation; `null` when every rule is there. */
  get partial(): string | null
  /** The number of baskets that the rules were made from. */
  get nBaskets(): number
  /** What goes with a cart: for each item the best rule speaks, its confidence is the score. */
  recommend(cart: Id[], n?: number): Array<Recommendation>
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<AssociationRules>
  /** The bytes of the file, in a `Buffer`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** A model from the bytes of a file. */
  static fromBytes(bytes: Uint8Array): AssociationRules
}

/** Customers in clusters by recency, frequency and monetary value. */
export declare class CustomerClusters {
  /** Fits on a log. By default: as of the midnight after the last order, 10 starts, seed 0. */
  static fit(log: OrderLog, options: CustomerClustersOptions): Promise<CustomerClusters>
  /** The cluster of a customer. */
  cluster(customer: Id): number
  /** All customers: the columns of `Rfm`'s table, and `cluster`. */
  get table(): Table
  /** One row a cluster: its number, its name in words, its size, its share of customers and revenue, its medians. */
  get profiles(): Table
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<CustomerClusters>
  /** The bytes of the file, in a `Buffer`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** A model from the bytes of a file. */
  static fromBytes(bytes: Uint8Array): CustomerClusters
}

/** Every set of items that enough baskets hold. */
export declare class FrequentItemsets {
  /** Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count. */
  static fit(log: OrderLog, options: FrequentItemsetsOptions): Promise<FrequentItemsets>
  /** The itemsets, most frequent first: `items`, `count`, `support`. */
  get itemsets(): Table
  /** Why itemsets are missing, where a limit ended the search; `null` when every frequent itemset is there. */
  get partial(): string | null
  /** The number of baskets that were searched. */
  get nBaskets(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<FrequentItemsets>
  /** The bytes of the file, in a `Buffer`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** A model from the bytes of a file. */
  static fromBytes(bytes: Uint8Array): FrequentItemsets
}

/** Items that resemble each other by who bought them, and recommendations from what a customer owns. */
export declare class ItemSimilarity {
  /** Fits on a log. By default: cosine, 100 neighbours an item, counted by customer, the latest 1,000 items of each. */
  static fit(log: OrderLog, options?: ItemSimilarityOptions): Promise<ItemSimilarity>
  /** The items most similar to one, best first. */
  similar(item: Id, n?: number): Array<Recommendation>
  /** The items that resemble most what a customer owns, or the given items; those are left out. */
  recommend(query: { customer: Id } | { items: Id[] }, n?: number): Array<Recommendation>
  /** Recommendations for every customer, off the event loop. */
  recommendAll(n?: number): Promise<AllRecommendations>
  /** The number of customers of whom only the latest items counted. */
  get customersCut(): number
  /** The number of orders that did not count because they have no customer. */
  get anonymousOrders(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<ItemSimilarity>
  /** The bytes of the file, in a `Buffer`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** A model from the bytes of a file. */
  static fromBytes(bytes: Uint8Array): ItemSimilarity
}

/** Rows divided into clusters around their means. */
export declare class KMeans {
  /** Fits on a matrix. By default: 10 starts of greedy k-means++, at most 300 iterations each, seed 0. */
  static fit(data: number[][] | Matrix, options: KMeansOptions): Promise<KMeans>
  /** The cluster of each row of the data, from 0. */
  get labels(): Uint32Array
  /** The mean of each cluster's rows, a row a cluster. */
  get centroids(): Matrix
  /** The number of rows of each cluster. */
  get sizes(): Array<number>
  /** The sum of the squared distances of the rows from the centroids of their clusters. */
  get inertia(): number
  /** How often the centroids moved in the start that was kept. */
  get nIter(): number
  /** Whether the start that was kept ended by itself. */
  get converged(): boolean
  /** The cluster with the nearest centroid for each row of a matrix. */
  predict(data: number[][] | Matrix): Uint32Array
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<KMeans>
  /** The bytes of the file, in a `Buffer`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** A model from the bytes of a file. */
  static fromBytes(bytes: Uint8Array): KMeans
}

/**
 * Order lines: the truth that every model is computed from. Immutable: `append`, `forget`, `before` and `after` give new
 * logs.
 */
export declare class OrderLog {
  /** Reads a CSV file, plain or gzipped, off the event loop. */
  static fromCsv(path: string, columns: CsvOptions): Promise<OrderLog>
  /** The number of orders, those with returns only included. */
  get nOrders(): number
  /** The number of distinct customers. */
  get nCustomers(): number
  /** The number of distinct items. */
  get nItems(): number
  /** The number of lines. */
  get nLines(): number
  /** The times of the first and the last order; `null` without orders or without times. */
  get span(): { first: Date, last: Date } | null
  /** What became of the rows that the log was built from. */
  get report(): IntakeReport
  /** This log and the orders of another; an order that is in this one already is reported, not added. */
  append(log: OrderLog): Promise<OrderLog>
  /** This log without a customer. */
  forget(customer: Id): Promise<OrderLog>
  /** The orders before an instant. */
  before(time: Date | string): Promise<OrderLog>
  /** The orders from an instant on. */
  after(time: Date | string): Promise<OrderLog>
  /** The word that a kept column has for each item. */
  itemWords(name: string): Map<Id, string | null>
}

/** Customers by recency, frequency and monetary value. */
export declare class Rfm {
  /** Fits on a log. By default: as of the midnight after the last order, five classes by quantile, ten segments. */
  static fit(log: OrderLog, options?: RfmOptions): Promise<Rfm>
  /** All customers: `customer`, `recency_days`, `frequency`, `monetary`, `R_score`, `F_score`, `M_score`, `segment`. */
  get table(): Table
  /** One row a segment: its size, its share of customers and revenue, its medians. */
  get profiles(): Table
  /** The cut points that the scores come from. */
  get cutPoints(): CutPoints
  /** The midnight at which recency was taken; `null` when the log was empty and none was given. */
  get asOf(): Date | null
  /** The segment of a customer. */
  segment(customer: Id): string
  /** Everything known of a customer. */
  customer(customer: Id): RfmCustomer
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Rfm>
  /** The bytes of the file, in a `Buffer`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** A model from the bytes of a file. */
  static fromBytes(bytes: Uint8Array): Rfm
}

/** Named columns of one length. Iterating gives one object a row. */
export declare class Table {
  /** The number of rows. */
  get length(): number
  /** The names of the columns. */
  get columns(): Array<string>
  /** A column: numbers as a `Float64Array`, ids, lists of ids and words as arrays. */
  column(name: string): Float64Array | Id[] | Id[][] | string[]
  /** A row, as an object with a key for each column. */
  row(index: number): Row
}

/** The cut points that scores come from, each list rising. */
export interface CutPoints {
  recency: Array<number>
  frequency: Array<number>
  /** `null` in a log without prices. */
  monetary: Array<number> | null
}

/** How often something was found among the rows, and where first. */
export interface Finding {
  /** How often. */
  count: number
  /** The first row numbers, from 0; empty where rows have no number. */
  firstRows: Array<number>
  /** The first ids concerned, where an id says more than a row. */
  examples: Array<string>
}

/** What became of every row: `rows` is `taken` and all that was set aside. */
export interface IntakeReport {
  /** The number of rows read. */
  rows: number
  /** The number of rows taken into the log. */
  taken: number
  /** Rows set aside, by cause. */
  setAside: Record<string, Finding>
  /** What is worth knowing of the rows taken. */
  notes: Record<string, Finding>
  /** The report in words. */
  text: string
}

/** Loads a model of any kind from a file; `instanceof` tells which it is. */
export declare function load(path: string): Promise<Model>

/** A matrix in one array, row after row. */
export interface Matrix {
  data: Float64Array
  rows: number
  columns: number
}

/** A reason without figures. */
export interface OtherReason {
  kind: string
  sentence: string
}

/** An item to show, how strongly it was scored, and why. */
export interface Recommendation {
  /** The item, as the shop calls it. */
  item: Id
  /** The score that ordered the list; comparable within one list only. */
  score: number
  /** Why. */
  reason: Reason
}

/** One customer of an `Rfm`. */
export interface RfmCustomer {
  customer: Id
  /** Whole days from the last order to `asOf`. */
  recencyDays: number
  /** The number of orders. */
  frequency: number
  /** What was spent less what was returned; `null` in a log without prices. */
  monetary: number | null
  rScore: number
  fScore: number
  /** `null` in a log without prices. */
  mScore: number | null
  segment: string
}

/** An association rule whose antecedent is in the cart. */
export interface RuleReason {
  kind: 'rule'
  /** The items of the cart that the rule begins with. */
  antecedent: Id[]
  /** The number of baskets with antecedent and item. */
  count: number
  /** The share of the antecedent's baskets that hold the item too, from 0 to 1. */
  confidence: number
  /** Confidence over the item's share of all baskets; 1 when independent. */
  lift: number
  /** The reason in words. */
  sentence: string
}

/** The item resembles one that was asked about, bought or put into the cart. */
export interface SimilarReason {
  kind: 'similar'
  /** That item; of several, the one that carried most of the score. */
  to: Id
  /** The number of customers (or orders, as the model counts) with both. */
  count: number
  /** The similarity of the two, from 0 to 1. */
  similarity: number
  /** The reason in words. */
  sentence: string
}

export declare namespace datasets {
  /** Ten breakfast baskets, small enough to check every answer by hand. */
  export function breakfast(): Array<Array<string>>
  /** Half a year of a corner shop: five customers, nine purchases, one return. */
  export function cornerShop(): OrderLog
  /** A realistic shop made from a seed. By default 10,000 lines over the year 2025. */
  export function shop(options?: ShopOptions): Promise<OrderLog>
}
