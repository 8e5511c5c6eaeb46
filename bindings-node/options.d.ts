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

/** Which baskets of a log are looked at. */
export interface BasketOptions {
  /**
   * What stands in the baskets: the items; the categories of a depth, from 1, the widest, in their place; or items and all
   * categories above them (`'mixed'`). Default `'item'`; any other needs a `catalog`.
   */
  level?: 'item' | 'mixed' | number
  /** Whose baskets they are: an order's, or all that a customer ever bought. Default `'order'`. */
  unit?: 'order' | 'customer'
  /** What tells the categories of the items. */
  catalog?: Catalog
}

export interface FrequentItemsetsOptions extends BasketOptions, Cancellable {
  /**
   * Below 1 a share of the baskets, from 1 a count: 1 is one basket, not all of them. With a count above the number of
   * baskets nothing is found, and `notes` says so.
   */
  minSupport: number
  /**
   * Which of the frequent sets are wanted: all; those that no larger set equals in its count; those that no larger set is
   * frequent with; those that no smaller set equals in its count. Default `'all'`.
   */
  kind?: 'all' | 'closed' | 'maximal' | 'generators'
  /** The smallest number of items in a set. Default 1. */
  minLen?: number
  /** The greatest number of items in a set; `null` for no limit, the default. */
  maxLen?: number | null
  /** Only so many sets, the most frequent; `null` for all, the default. */
  topK?: number | null
  /** Items that every set must hold. */
  include?: Id[]
  /** Items that no set holds. */
  exclude?: Id[]
  /** Who finds the sets; it changes the time taken and nothing else. Default `'auto'`. */
  miner?: 'auto' | 'eclat' | 'fp_growth'
  /** How many distinct customers must stand behind a set. Default 1. */
  minCustomers?: number
  /** The greatest number of itemsets. Default 10 million. */
  maxItemsets?: number
  /** The greatest number of bytes for the search. Default 2 GiB. */
  maxBytes?: number
  /** The time, in seconds, that the search may take; `null` for no limit, the default. */
  maxSeconds?: number | null
}

/** How candidates are counted in a part: seen as where they were found. */
export interface CandidateCountOptions extends BasketOptions, Cancellable {}

/** The measures of a rule, computed from its counts; the documentation of `Measure` in the crate gives each formula. */
export type Measure =
  | 'support'
  | 'confidence'
  | 'lift'
  | 'leverage'
  | 'conviction'
  | 'zhang'
  | 'jaccard'
  | 'certainty'
  | 'kulczynski'
  | 'representativity'
  | 'chi_squared'
  | 'fisher_p'
  | 'odds_ratio'
  | 'phi'
  | 'cosine'
  | 'all_confidence'
  | 'max_confidence'
  | 'imbalance_ratio'
  | 'hyper_lift'
  | 'hyper_confidence'
  | 'added_value'
  | 'j_measure'
  | 'mutual_information'
  | 'gini'
  | 'kappa'
  | 'yule_q'
  | 'laplace'
  | 'relative_risk'
  | 'count'
  | 'coverage'

/** The names of all measures of rules. */
export declare const MEASURES: readonly Measure[]

/**
 * What a table may tell of a rule: a measure, or how much its confidence is above that of every simpler rule with the same
 * consequent.
 */
export type RuleStatistic = Measure | 'improvement'

/** What one side of a rule may hold; by default anything. */
export interface RuleSide {
  /** The items that may be on this side, and no others; at least one. */
  only?: Id[]
  /** Items that may not be on this side, even where `only` has them. */
  exclude?: Id[]
  /** Items of which this side must hold at least one. */
  anyOf?: Id[]
  /** The smallest number of items. Default 1. */
  minLen?: number
  /** The greatest number of items; `null` for no limit, the default. */
  maxLen?: number | null
}

/** Which rules to make. */
export interface RuleOptions {
  /**
   * Below 1 a share of the baskets, from 1 a count: 1 is one basket, not all of them. With a count above the number of
   * baskets nothing is found, and `notes` says so.
   */
  minSupport: number
  /** The smallest confidence, from 0 to 1. Default 0.5. */
  minConfidence?: number
  /** How many items a rule may conclude. Default `'single'`. */
  consequent?: 'single' | 'any'
  /** The greatest number of items of a rule; `null` for no limit, the default. */
  maxLen?: number | null
  /** What antecedents may hold. Limits narrow the search itself. */
  antecedentItems?: RuleSide
  /** What consequents may hold. */
  consequentItems?: RuleSide
  /** Only rules of at most this p in Fisher's exact test, under the `correction`; `null` for all, the default. */
  maxPValue?: number | null
  /** How `maxPValue` is corrected for the number of rules tested. Default `'bonferroni'`. */
  correction?: 'none' | 'bonferroni' | 'benjamini_hochberg'
  /** Whether to leave out rules that say no more than a simpler one with the same consequent. Default false. */
  dropRedundant?: boolean
  /** Only rules whose confidence is by this much above that of every simpler one; `null` for all, the default. */
  minImprovement?: number | null
  /** The measure that orders the rules. Default `'lift'`. */
  rankBy?: Measure
  /** Only so many rules, the first in their order; `null` for all, the default. */
  topK?: number | null
  /** The days in which a basket loses half of its weight; `null` for baskets that never age, the default. */
  halfLifeDays?: number | null
  /** When baskets have their age, with `halfLifeDays`. Default the time of the latest basket. */
  asOf?: Date | string
  /** How many distinct customers must stand behind a rule. Default 1. */
  minCustomers?: number
  /** The greatest number of itemsets. Default 10 million. */
  maxItemsets?: number
  /** The greatest number of rules. Default 10 million. */
  maxRules?: number
  /** The greatest number of bytes for the search, and for the rules. Default 2 GiB. */
  maxBytes?: number
  /** The time, in seconds, within which the rules are to be there, search and all; `null` for no limit, the default. */
  maxSeconds?: number | null
}

export interface AssociationRulesOptions extends RuleOptions, BasketOptions, Cancellable {}

/** How a cart is answered. */
export interface RecommendOptions {
  /** What a rule says for its consequent. Default `'confidence'`. */
  measure?: Exclude<Measure, 'fisher_p'>
  /** How the rules for one item add up; `'noisy_or'` for confidence and laplace only. Default `'max'`. */
  combine?: 'max' | 'sum' | 'noisy_or'
  /** Only items of at least this score; `null` for all, the default. */
  minScore?: number | null
  /** Items never to be answered; others take their places. */
  exclude?: Id[]
}

export interface TemporalRulesOptions extends Cancellable {
  /** The greatest number of days between the two orders, above 0. */
  withinDays: number
  /** Below 1 a share of the customers, from 1 a count of them: 1 is one customer, not all. Default 5. */
  minSupport?: number
  /** The smallest confidence, from 0 to 1. Default 0. */
  minConfidence?: number
  /** Only so many rules, the first in their order; `null` for all, the default. */
  topK?: number | null
  /** Whether an item may follow itself. Default false. */
  repeats?: boolean
  /** Whether an item counts as bought first only where the log goes on for the whole window. Default false. */
  fullWindow?: boolean
  /** The greatest number of rules; beyond it the result is partial. Default 10 million. */
  maxRules?: number
  /** The time, in seconds, within which the rules are to be there; `null` for no limit, the default. */
  maxSeconds?: number | null
}

/** How it is answered what is bought next. */
export interface NextOptions {
  /** What orders the answer. Default `'confidence'`. */
  measure?: 'confidence' | 'lift'
}

/** How the rows of a catalogue are read. */
export interface CatalogOptions {
  /** What stands between the names of a category path. Default `'/'`. */
  separator?: string
  /** Whether item ids that come as text are integers. Default false. */
  integerIds?: boolean
}

/** Which property of a row, or which column, tells what of an item. */
export interface CatalogNames {
  /** The item. */
  item: string
  /** The category as a path, such as `Food/Bread`; or an array of a name for each level, the widest first. */
  category?: string | string[]
  /** The name to show. */
  name?: string
}

/** Which column of a CSV file tells what of an item, and how it is read. */
export interface CatalogCsvOptions extends CatalogNames, CatalogOptions {
  /** The character between fields. Default a comma. */
  delimiter?: string
}

/** Which property of a row tells what of an item, and how rows are read. */
export interface CatalogRowOptions extends CatalogNames, CatalogOptions {}

/** A column of words, some of them missing. */
export type WordColumn = Maybe<string>[]

/** Columns of one length; an item may have several rows, one for each of its categories. */
export interface CatalogColumns {
  item: IdColumn
  /** The categories as paths, such as `Food/Bread`; or a column for each level, the widest first. */
  category?: WordColumn | WordColumn[]
  /** The names to show. */
  name?: WordColumn
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

/** An item to show, how strongly it was scored, and why. */
export interface Recommendation {
  /** The item, as the shop calls it. */
  item: Id
  /** The score that ordered the list; comparable within one list only. */
  score: number
  /** Why. */
  reason: Reason
}

/** Why an item is recommended; never carries a customer's id. */
export type Reason = RuleReason | SimilarReason | SequenceReason

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

/** The item is bought some time after another one. */
export interface SequenceReason {
  kind: 'sequence'
  /** That other item. */
  after: Id
  /** The number of customers who bought the item after it, in time. */
  count: number
  /** Their share of the customers who bought that other item, from 0 to 1. */
  confidence: number
  /** How many days later half of them had bought it. */
  medianDays: number
  /** The reason in words. */
  sentence: string
}

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
export type Model = FrequentItemsets | AssociationRules | TemporalRules | ItemSimilarity | Rfm | KMeans | CustomerClusters

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
  /** What `JSON.stringify` shows. */
  toJSON(): { name: string; code: KosarErrorCode; message: string }
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

export declare namespace Catalog {
  /** Reads columns in slices, so that the event loop is never held up. */
  function fromColumns(columns: CatalogColumns, options?: CatalogOptions): Promise<Catalog>
  /** Reads rows in slices, so that the event loop is never held up. */
  function fromRows(
    rows: Iterable<Record<string, any>> | AsyncIterable<Record<string, any>>,
    columns: CatalogRowOptions,
  ): Promise<Catalog>
}

export interface Table extends Iterable<Row> {
  /** All rows, or those from one index up to another. */
  rows(from?: number, to?: number): Row[]
}

