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

/** A column of numbers; some or all of them may come as text, and what is no number, a boolean too, is in the report. */
export type NumberColumn = ArrayLike<Maybe<number | string | bigint>> | BigInt64Array

/** A column of instants: dates, text, or numbers in `timeUnit` (milliseconds by default) since 1970; these may be mixed. */
export type TimeColumn = ArrayLike<Maybe<Date | string | number | bigint>> | BigInt64Array

/** What becomes of a column, whatever the input. */
export interface LogOptions {
  /** What becomes of lines with a negative quantity: they reduce what was spent and owned, are set aside, or count. Default `'net'`. */
  returns?: 'net' | 'drop' | 'keep'
  /** Whether a line equal to one before it is set aside. Default false. */
  dropDuplicates?: boolean
  /**
   * The instant up to which lines are taken, itself included; later ones, of a wrong clock, are set aside. A date is its first instant
   * (UTC). Without a column of times it has no effect. Default none.
   */
  until?: Date | string
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

/** What an event may be. Searches and messages may do without an item, all others need one. */
export type EventKind =
  | 'view'
  | 'search'
  | 'impression'
  | 'click'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'add_to_wishlist'
  | 'purchase'
  | 'message_sent'
  | 'message_opened'
  | 'message_clicked'
  | 'message_unsubscribed'

/** How events are read, whatever the input. */
export interface EventLogOptions {
  /**
   * Minutes without an event after which a customer's next one begins a new session, where no session id is given. Default
   * 30.
   */
  gapMinutes?: number
  /** The instant up to which events are taken, itself included; later ones are set aside. A date is its first instant (UTC). */
  until?: Date | string
  /** The shop's own words for kinds of events, such as `{ pdp: 'view' }`, beside the names of the kinds. */
  kinds?: Record<string, EventKind>
  /** The roles whose ids come as text and are integers. */
  integerIds?: ('customer' | 'session' | 'item')[]
  /** The `strptime` format of times that come as text; ISO 8601 without one. */
  timeFormat?: string
  /** The unit of times that come as numbers. */
  timeUnit?: 's' | 'ms' | 'us' | 'ns'
}

/** Which column of events plays which role, by name: a time, a session or a customer, and an item or a kind are needed. */
export interface EventColumnNames {
  /** When. */
  time: string
  /** What it was about. */
  item?: string
  /** Which visit. */
  session?: string
  /** Who. */
  customer?: string
  /** What happened; without it all events are views. */
  kind?: string
  /** How many; 1 without it. */
  quantity?: string
  /** Where in a list an item was shown. */
  position?: string
  /** How probable it was that it would be shown, above 0 and at most 1. */
  propensity?: string
  /** Columns to keep beside, such as the device or where a visitor came from. Events that differ in one of them are two. */
  attributes?: string[]
}

/** Which column of a CSV file of events plays which role, and how it is read. */
export interface EventCsvOptions extends EventColumnNames, EventLogOptions {
  /** The character between fields. Default a comma. */
  delimiter?: string
}

/** Which property of a row plays which role, and how rows are read. */
export interface EventRowOptions extends EventColumnNames, EventLogOptions {}

/** Columns of events, of one length. */
export interface EventColumns {
  time: TimeColumn
  item?: IdColumn
  session?: IdColumn
  customer?: IdColumn
  kind?: IdColumn
  quantity?: NumberColumn
  position?: NumberColumn
  propensity?: NumberColumn
  /** Columns to keep beside, by name; booleans become the words `true` and `false`. */
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

/** The names of the 30 measures of rules; `table` knows `improvement` too. */
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
  /** When baskets have their age, with `halfLifeDays`; that of the latest basket by default, or with `null`. */
  asOf?: Date | string | null
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
  /** What stands between tags in one text. Default a comma. */
  tagSeparator?: string
  /** The strptime format of launches that are text; ISO 8601 without it. */
  timeFormat?: string
  /** The unit of launches that are numbers since 1970; by default milliseconds, in a CSV file none: they are text. */
  timeUnit?: 's' | 'ms' | 'us' | 'ns'
}

/** Which property of a row, or which column, tells what of an item. */
export interface CatalogNames {
  /** The item. */
  item: string
  /** The category as a path, such as `Food/Bread`; or an array of a name for each level, the widest first. */
  category?: string | string[]
  /** The name to show. */
  name?: string
  brand?: string
  /** The price of one. */
  price?: string
  /** What one costs the shop. */
  cost?: string
  /** How many are in stock. */
  stock?: string
  /** When it was launched. */
  launched?: string
  /** The tags: an array of strings (not in a CSV file), or all in one string. */
  tags?: string
  /** The description. */
  text?: string
  /** Free attributes, kept as words under these names. */
  attributes?: string[]
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
  brand?: WordColumn
  /** The prices of one. */
  price?: NumberColumn
  /** What one costs the shop. */
  cost?: NumberColumn
  /** How many are in stock. */
  stock?: NumberColumn
  /** When items were launched. */
  launched?: TimeColumn
  /** The tags: an array of strings for each row, or all in one string. */
  tags?: WordColumn | Maybe<string[]>[]
  /** The descriptions. */
  text?: WordColumn
  /** Free attributes, kept as words. */
  attributes?: Record<string, ArrayLike<Maybe<string | number | bigint | boolean>>>
}

/** How rows of customers are read, whatever the input. */
export interface CustomersOptions {
  /** What stands between preferences in one text. Default a comma. */
  separator?: string
  /** Whether customer ids that come as text are integers. Default false. */
  integerIds?: boolean
  /** The strptime format of dates that are text; ISO 8601 without it. */
  dateFormat?: string
}

/** Which property of a row, or which column, tells what of a customer. */
export interface CustomersNames {
  /** The customer. */
  customer: string
  /** Attributes as they come: words, numbers, booleans or dates; in a CSV file words. */
  attributes?: string[]
  /** Attributes that are numbers, also where they come as text. */
  numbers?: string[]
  /** Attributes that are days, also where they come as text; of an instant the day in UTC is taken. */
  dates?: string[]
  /** Attributes that are yes or no, also where they come as text (`yes`, `no`, `true`, `false`, `y`, `n`, `t`, `f`) or as 1 and 0. */
  flags?: string[]
  /** The IANA name of the time zone, such as `Europe/Budapest`. */
  timeZone?: string
  /** What customers like, by kind, such as `{ brand: 'likes' }`: an array of strings (not in a CSV file), or all in one string. */
  preferences?: Record<string, string>
  /** Consents, by channel and purpose, as `{ 'email/marketing': 'mailOk' }`: yes where given, no where withdrawn. */
  consent?: Record<string, string>
}

/** Which column of a CSV file tells what of a customer, and how it is read. */
export interface CustomersCsvOptions extends CustomersNames, CustomersOptions {
  /** The character between fields. Default a comma. */
  delimiter?: string
}

/** Which property of a row tells what of a customer, and how rows are read. */
export interface CustomersRowOptions extends CustomersNames, CustomersOptions {}

/** A column of yes and no. */
export type FlagColumn = ArrayLike<Maybe<boolean | string | number>>

/** Columns of one length; a customer may have several rows. */
export interface CustomersColumns {
  customer: IdColumn
  /** Attributes as they come, by name. */
  attributes?: Record<string, ArrayLike<Maybe<string | number | bigint | boolean | Date>>>
  numbers?: Record<string, NumberColumn>
  /** Numbers are milliseconds since 1970. */
  dates?: Record<string, TimeColumn>
  flags?: Record<string, FlagColumn>
  timeZone?: WordColumn
  /** By kind: an array of strings for each row, or all in one string. */
  preferences?: Record<string, WordColumn | Maybe<string[]>[]>
  /** By `channel/purpose`. */
  consent?: Record<string, FlagColumn>
}

/** A matrix of users and items, compressed by row: the items of user `u` are `indices[indptr[u]..indptr[u + 1]]`. */
export interface SparseMatrix {
  /** The numbers of users and of items. */
  shape: [number, number]
  indptr: Uint32Array
  indices: Uint32Array
  /** The values of the pairs, at least 0; by default each is 1. They count with `strength: 'quantity'` of `ItemSimilarity`. */
  data?: Float64Array
}

/**
 * With `c` customers (or orders) who have both items of a pair, `a` and `b` who have one, `n` of them all; where pairs have
 * weights these are sums of products of weights.
 */
export interface ItemSimilarityOptions extends Cancellable {
  /**
   * `'cosine'` c / sqrt(a b), the default; `'tanimoto'` c / (a + b - c); `'dice'` 2 c / (a + b); `'conditional'` c / a, of the
   * item that one has; `'dot'` c; and on counts only `'jaccard'` c / (a + b - c), `'lift'` n c / (a b), `'pmi'` its logarithm,
   * `'log_likelihood'`, negative below chance.
   */
  measure?:
    | 'cosine'
    | 'tanimoto'
    | 'dice'
    | 'conditional'
    | 'dot'
    | 'jaccard'
    | 'lift'
    | 'pmi'
    | 'log_likelihood'
  /** How many neighbours of each item are kept. Default 100. */
  neighbors?: number
  /** Which end of a pair chooses its neighbours: the item that one has, or the candidate. Default `'source'`. */
  side?: 'source' | 'target'
  /** What two items must share to be counted together. Default `'customer'`. */
  unit?: 'customer' | 'order'
  /** What a pair is worth: 1, its orders, or the quantity left (of a matrix its value). Default `'binary'`. */
  strength?: 'binary' | 'orders' | 'quantity'
  /** How strengths become weights; users are to items what words are to documents. Default `'plain'`. */
  weighting?: 'plain' | 'tf_idf' | 'bm25'
  /** Of BM25: how soon more of the same counts less. Default 1.2. */
  k1?: number
  /** Of BM25: how much an item's length counts, from 0 to 1. Default 0.75. */
  b?: number
  /** What a user counts for: their number of items to this power, from -4 to 4. Default 0. */
  userExponent?: number
  /** Multiplies a similarity by c / (c + shrinkage). Default 0. */
  shrinkage?: number
  /** Of the cosine: c / (a^asymmetry b^(1 - asymmetry)), from 0 to 1. Default 0.5. */
  asymmetry?: number
  /** Divides a similarity by the candidate's number of users to this power, from 0 to 4. Default 0. */
  popularityDamping?: number
  /** The days in which a purchase loses half of its weight; `null`, the default, for none. */
  halfLifeDays?: number | null
  /** The days between two purchases that halve what they say of each other; `null`, the default, for none. */
  pairHalfLifeDays?: number | null
  /** When purchases have their age; that of the latest one by default. */
  asOf?: Date | string
  /** How many customers must have both items of a pair. Default 1. */
  minCustomers?: number
  /** How many distinct items of a customer count, the latest kept; `null` for all. Default 1000. */
  maxHistory?: number | null
}

/** How a customer is recommended to. */
export interface SimilarityRecommendOptions extends FilterOptions {
  /** Items that one dislikes: they are never answered, and what resembles them loses. */
  dislikes?: Id[]
  /** How much what resembles a returned item loses, from 0 to 1. Default 0. */
  returnedWeight?: number
  /** Whether what the customer owns, or the items given, may be answered too. Default false. */
  keepOwned?: boolean
}

/** What an owned item adds to the score of a recommended one. */
export interface Contribution {
  item: Id
  similarity: number
  /** The number of customers (or orders) with both. */
  count: number
}

/** A customer that resembles another: the cosine of what both own, and how many items both own. */
export interface SimilarCustomer {
  customer: Id
  similarity: number
  count: number
}

export interface PopularityOptions extends Cancellable {
  /** In how many days a purchase loses half of its weight. Default: never. */
  halfLifeDays?: number
  /** The instant at which age is taken; later purchases do not count. Default the last order. */
  asOf?: Date | string
  /** How many days up to `asOf` are the recent ones of a trend. Default 7. */
  trendDays?: number
  /** How many days before those they are compared with, in windows of `trendDays`. Default 28. */
  baselineDays?: number
  /**
   * How sure a rise must be, from 0.5 and below 1: an item that did not rise is taken for a trend with a probability of at most
   * 1 less this. Large assortments need 0.99 or more. Default 0.95.
   */
  confidence?: number
  /** How many distinct recent customers a trend needs. Default 5. */
  minCustomers?: number
  /** For how many days an item is new. Default 30. */
  newDays?: number
  /** How many customers everyone's purchases stand for in the list of a group. Default 20. */
  groupPrior?: number
  /**
   * Fitted on an `EventLog`, the kinds of events that count. Default views, clicks, wishes, adds to the cart, purchases and
   * clicks in messages. Such a model forgets, and is not updated.
   */
  kinds?: EventKind[]
  /** Gives the categories, and the days on which items were launched. */
  catalog?: Catalog
  /**
   * Ways of parting the customers by name: the group of each, or the name of a column that the log has kept, whose most
   * frequent word beside a customer is their group. An empty group is none.
   */
  groups?: Record<string, string | Map<Id, string> | Iterable<[customer: Id, group: string]>>
}

/** For whom, and of what, a list of popular items is. */
export interface PopularListOptions extends PopularItemsOptions {
  /** Only items in or below a category of the catalogue, by its path. */
  category?: string
  /** For the customers of a group: one name and its group, such as `{ country: 'AT' }`. */
  group?: Record<string, string>
  /** Without what this customer has. */
  customer?: Id
}

/** A side of what customers buy and do. The first five and attributes are of items; the others of orders and sessions. */
export type Facet =
  | 'category'
  | 'brand'
  | 'price_band'
  | 'tag'
  | `attribute:${string}`
  | 'weekday'
  | 'hour'
  | `column:${string}`

/** What an affinity takes in beside its first log. */
export interface AffinityUpdateOptions extends Cancellable {
  /** What was done, beside orders. */
  events?: EventLog
  /** Gives the time zone of each customer, for weekday and hour. */
  customers?: Customers
}

export interface AffinityOptions extends AffinityUpdateOptions {
  /** By what customers are told apart. Default category, brand, price band, weekday and hour, as far as the data tells them. */
  facets?: Facet[]
  /** Gives categories, brands, tags and attributes, and the prices of what was looked at. */
  catalog?: Catalog
  /**
   * The weight of each kind of event; kinds that are not named count nothing. Default 1 a view or click, 2 a wish, 3 an add to
   * the cart and -3 its removal, 5 a purchase, 1 the click in a message. An item of an order weighs as much as a purchase.
   */
  weights?: Partial<Record<EventKind, number>>
  /** Whether events of the kind purchase count. Default: where there are no orders. */
  purchaseEvents?: boolean
  /** In how many days what was done loses half of its weight. Default: never. */
  halfLifeDays?: number
  /** The instant at which something done weighs in full. Default the midnight after the last order or event of the fit. */
  asOf?: Date | string
  /** How much weight the population's shares stand for beside a customer's own. Default 100, twenty purchases. */
  prior?: number
  /**
   * How many bands prices are dealt into, by quantiles of what was paid for one, over the items of all orders of known customers.
   * Default 5.
   */
  priceBands?: number
  /** Cut points of the bands, in place of quantiles. */
  priceCutPoints?: number[]
  /** The IANA time zone of customers whose own is not known. Default UTC. */
  timeZone?: string
  /** How many customers must have a value before anything is told of it. Default 1. */
  minCustomers?: number
  /** What values are ordered by: what a customer will most probably turn to, or what sets them apart. Default share. */
  order?: 'share' | 'lift'
}

/** How a customer stands to one value of a facet, and what that rests on. */
export interface Leaning {
  value: string
  /** The customer's share over the population's; 1 where nothing is known. */
  lift: number
  /** The customer's share, shrunk towards the population's. */
  share: number
  /** The population's share; 0 for a value that nobody turned to, or fewer than `minCustomers`. */
  populationShare: number
  /** The number of items of the customer's orders with it; of weekday, hour and kept columns, the number of orders. */
  purchases: number
  /** The number of the customer's events with it; of weekday, hour and kept columns, the number of sessions. */
  events: number
  /** The midnight, UTC, of the last day. */
  last?: Date
  /** All of it in a sentence. */
  text: string
}

/** One value of a facet, over all customers. */
export interface PopulationValue {
  value: string
  /** Its share of the weight of all customers in the facet. */
  share: number
  /** The number of customers who have it. */
  customers: number
}

/** How what a search found is mixed with what a customer leans to. */
export interface RerankOptions {
  /** What the search said of each item, finite and at least 0. Default their order: one at place r is 1/r as relevant as the first. */
  scores?: number[]
  /** How much the customer counts beside the search, from 0 to 100. Default 1. */
  weight?: number
  /** The facets of items that count. Default all that the model has. */
  facets?: Facet[]
}

/** An item of a search result in its new place. */
export interface Reranked {
  item: Id
  /** What it is ordered by. */
  score: number
  /** Its place in the search result, from 0. */
  before: number
  /** How much more the customer turns to such items than others do; 1 where nothing is known. */
  lift: number
  /** The facets and values that say most, the strongest first. */
  reasons: { facet: Facet; leaning: Leaning }[]
}

/** How probable it is that a customer turns to the shop at an hour (0 to 23), or on a day of the week (0 for Monday to 6). */
export interface TimeShare {
  at: number
  share: number
  lift: number
}

/** When to send something to a customer, where they are; lists have the best first. */
export interface SendTime {
  hour: number
  /** 0 for Monday to 6. */
  weekday: number
  hours: TimeShare[]
  weekdays: TimeShare[]
  /** The number of orders behind it. */
  purchases: number
  /** The number of sessions behind it. */
  events: number
}

/** How a model of repeat purchases is fitted. */
export interface ReplenishmentOptions extends Cancellable {
  /** Within how many days from the day asked about, that day included, a purchase counts for the probability. Default 7. */
  horizonDays?: number
  /** The share of next purchases between `earliest` and `latest`, of those that come at all. Default 0.8. */
  coverage?: number
  /** On how many days at least a customer bought an item that is in a list. Default 1. */
  minPurchases?: number
  /** Whether a larger quantity may last longer. Default true. */
  useQuantities?: boolean
  /** Items are drawn towards their category. */
  catalog?: Catalog
}

/** What may be answered. */
export interface BuyAgainOptions extends PopularItemsOptions {
  /** The least probability that is answered, from 0 to 1; what has none at all never is. Default 0. */
  minProbability?: number
  /** Another horizon than the model's. */
  horizonDays?: number
}

/** A kind of trouble that a diagnosis finds. */
export type FindingKind =
  | 'bots'
  | 'wholesalers'
  | 'not_merchandise'
  | 'duplicates'
  | 'bursts'
  | 'gaps'
  | 'out_of_time'
  | 'midnight'
  | 'same_instant'
  | 'out_of_order'

/** How a log is diagnosed. */
export interface DiagnoseOptions {
  /** A kept column of an order log that has the names of the items. */
  names?: string
  /** Where the names are, otherwise. Without names duplicates are not looked for. */
  catalog?: Catalog
  /** When the log was written: what is later has a wrong clock. */
  now?: Date | string
  /** How many examples of each finding are given at most. Default 5. */
  examples?: number
  /** The kinds of trouble to look for. Default all. */
  only?: FindingKind[]
}

/** What a filter takes out of a log. */
export interface LogFilterParts {
  customers?: Id[]
  items?: Id[]
  orders?: Id[]
  sessions?: Id[]
  /** What is from an instant on and before another. */
  spans?: { from: Date | string; to: Date | string }[]
  /** Codes of items that are replaced, each with the one to keep. */
  rename?: [code: Id, keep: Id][]
  /** Orders of a customer, or of nobody known, whose ids others may use, too. */
  customerOrders?: [customer: Id | null, order: Id][]
  /** Sessions of a customer, or of nobody known, whose ids others may use, too. */
  customerSessions?: [customer: Id | null, session: Id][]
  /** What a customer, or nobody known, did from an instant on and before another. */
  customerSpans?: { customer: Id | null; from: Date | string; to: Date | string }[]
}

/** Where a customer stands. */
export type Stage = 'prospect' | 'new' | 'active' | 'loyal' | 'slipping' | 'dormant' | 'lost' | 'won_back'

/** From where customers are known, besides the order log. */
export interface LifecycleSources extends Cancellable {
  /** Who is named in it is known from the day of their first event. Purchases among the events do not count as such. */
  events?: EventLog
  /** Ids that have always been known, such as those of a table of customers. */
  prospects?: Id[]
}

/** How stages are found. */
export interface LifecycleOptions extends LifecycleSources {
  /** The midnight (UTC) at which stages are taken; the one after the last order without it. What is at it or later does not count. */
  asOf?: Date | string
  /** The share of intervals of a customer that are expected to be over when the customer is called slipping. Default 0.8. */
  slipping?: number
  /** The same for dormant. Default 0.9. */
  dormant?: number
  /** The same for lost. Default 0.97. */
  lost?: number
  /** From how many purchases without having gone dormant a customer is loyal, at least 2. Default 4. */
  loyalPurchases?: number
}

/** A value in a condition; dates as texts such as `'2026-11-26'`. */
export type AudienceScalar = string | number | boolean

/** What a value must be; one that is not known passes nothing but `{ known: false }`. */
export type AudienceTest =
  | { is: AudienceScalar }
  | { in: AudienceScalar[] }
  | { above: AudienceScalar }
  | { at_least: AudienceScalar }
  | { below: AudienceScalar }
  | { at_most: AudienceScalar }
  | { between: [AudienceScalar, AudienceScalar] }
  | { starts_with: string }
  | { contains: string }
  | { known: boolean }

/** A span of time before the present. */
export type AudienceWindow =
  | { last_days: number }
  | { days_ago: { from: number; to?: number } }
  | { calendar_days: number }
  | { between: { from?: string; to?: string } }

/** Hours, from the first to the second, and weekdays in the customer's time zone. */
export interface AudienceTimes {
  hours?: [number, number]
  weekdays?: ('monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday')[]
}

/** A choice of items. */
export type AudienceItems =
  | { ids: (string | number)[] }
  | { category: string[] }
  | { brand: string[] }
  | { tag: string[] }
  | { attribute: { name: string; values: string[] } }
  | { price: { min?: number; max?: number } }
  | { and: AudienceItems[] }
  | { or: AudienceItems[] }
  | { not: AudienceItems }

/** A test of a kept column. */
export interface AudienceColumnTest {
  name: string
  test: AudienceTest
}

/** What lines of orders or events have. */
export type AudienceLineValue = 'amount' | 'quantity' | { column: string }

/** What is measured of orders. */
export type AudienceOrderMeasure =
  | { count: 'orders' | 'lines' | 'items' | 'days' }
  | { sum: AudienceLineValue }
  | { avg: AudienceLineValue }
  | { min: AudienceLineValue }
  | { max: AudienceLineValue }
  | { days_since: 'first' | 'last' }

/** What is measured of events. */
export type AudienceEventMeasure =
  | { count: 'events' | 'sessions' | 'items' | 'days' }
  | { sum: 'quantity' | { column: string } }
  | { avg: 'quantity' | { column: string } }
  | { min: 'quantity' | { column: string } }
  | { max: 'quantity' | { column: string } }
  | { days_since: 'first' | 'last' }

/** A condition on a customer; the keys are those of the JSON form, which is the same in every language. */
export type AudienceTree =
  | { and: AudienceTree[] }
  | { or: AudienceTree[] }
  | { not: AudienceTree }
  | { audience: string }
  | { attribute: { name: string; test: AudienceTest } }
  | { age: { of?: string; test: AudienceTest } }
  | { anniversary: { of?: string; next_days: number } }
  | { consent: { channel: string; purpose: string; state?: 'given' | 'withdrawn' | 'unknown' } }
  | { preference: { kind: string; test: AudienceTest } }
  | {
      orders: {
        items?: AudienceItems
        columns?: AudienceColumnTest[]
        window?: AudienceWindow
        at?: AudienceTimes
        measure?: AudienceOrderMeasure
        test?: AudienceTest
      }
    }
  | {
      events: {
        kinds?: EventKind[]
        items?: AudienceItems
        columns?: AudienceColumnTest[]
        window?: AudienceWindow
        at?: AudienceTimes
        same_item?: boolean
        not_bought?: 'since' | 'ever'
        within_days?: number
        measure?: AudienceEventMeasure
        test?: AudienceTest
      }
    }
  | {
      sessions: {
        with?: EventKind[]
        without?: EventKind[]
        window?: AudienceWindow
        measure?: 'count' | 'share'
        test?: AudienceTest
      }
    }
  | { segment: AudienceTest }
  | { rfm: { of: 'recency_days' | 'frequency' | 'monetary' | 'r_score' | 'f_score' | 'm_score'; test: AudienceTest } }
  | { stage: AudienceTest }
  | { cluster: AudienceTest }
  | { affinity: { facet: string; value: string; test: AudienceTest } }
  | { value: { name: string; test: AudienceTest } }

/** What audiences are asked of; every part may be left out. */
export interface AudienceParts extends Cancellable {
  /** A log with customers and times. */
  orders?: OrderLog
  /** Views, carts and the like. */
  events?: EventLog
  /** Attributes, preferences, consent and time zones. */
  customers?: Customers
  /** For conditions on categories, brands and the like. */
  catalog?: Catalog
  /** For segments and scores. */
  rfm?: Rfm
  /** For stages. */
  lifecycle?: Lifecycle
  /** For clusters. */
  clusters?: CustomerClusters
  /** For lifts of what customers lean to. */
  affinity?: Affinity
  /** Numbers computed elsewhere, such as predictions: by name a `Map` or pairs of customer and number; NaN is unknown. */
  values?: Record<string, Iterable<readonly [Id, number | null]>>
  /** The IANA name of the time zone of customers of whom it is not known; UTC without it. */
  timeZone?: string
}

/** When audiences are asked for. */
export interface AudiencesOptions {
  /** The present. */
  asOf?: Date | string
}

/** How a size is estimated. */
export interface EstimateOptions {
  /** How many customers are looked at, at most. Default 10,000. */
  sample?: number
  /** The same seed looks at the same customers. Default 0. */
  seed?: number
}

/** The size of an audience, as a sample of the customers tells it. */
export interface SizeEstimate {
  /** The number of members: counted where everybody was looked at, and else estimated. */
  members: number
  /** The lower bound of the 95 % interval. */
  low: number
  /** The upper bound. */
  high: number
  /** How many customers were looked at. */
  sampled: number
  /** How many there are. */
  customers: number
}

/** A condition of an audience, whether a customer meets it, and what was measured. */
export interface Explanation {
  /** Where in the tree; `.` is the whole. */
  path: string
  /** The condition in words. */
  condition: string
  /** Whether the customer meets it. */
  holds: boolean
  /** What was measured; `null` where nothing is known, and for `and`, `or`, `not` and other audiences. */
  value: number | string | boolean | null
  /** The conditions that it is made of; of another audience its own. */
  parts: Explanation[]
}

/** What sets the members of an audience apart from everybody. */
export interface AudienceProfile {
  /** The number of members. */
  members: number
  /** The number of customers. */
  customers: number
  /** Words, each field's most telling first. */
  words: { field: string; word: string; members: number; share: number; shareOfAll: number; lift: number }[]
  /** Numbers; `null` where undefined. */
  numbers: { field: string; known: number; mean: number | null; meanOfAll: number | null; ratio: number | null }[]
}

/** Who is asked for: a customer, a session that goes on, or both. */
export interface VisitQuery extends PopularItemsOptions {
  customer?: Id
  /** The id of the session that goes on, where its events are in the log. */
  session?: Id
  /**
   * The events of the session that goes on which are not in the log yet; without a kind they are views. They come after
   * those of the log, even where their clock is behind.
   */
  ongoing?: { item: Id, time: Date | string, kind?: EventKind }[]
}

/** An item that someone looked at and did not buy since. */
export interface Seen {
  item: Id
  /** Whether it was left in the cart. */
  kind: 'in_cart' | 'viewed'
  /** How often it was viewed since it was bought last, if it was. */
  views: number
  /** When it was viewed, wished for or put into the cart last. */
  last: Date
}

/** Which items may be answered; both lists may name items that nobody bought. */
export interface PopularItemsOptions {
  /** Items never to be answered; others take their places. */
  exclude?: Id[]
  /** Only these items. */
  only?: Id[]
}

/** What an item is like, as a tree; the same in every language. A fact that is not known passes no test but `not`. */
export type ItemTest =
  | { all: ItemTest[] }
  | { any: ItemTest[] }
  | { not: ItemTest }
  /** In the category of this path, or below it. */
  | { category: string }
  | { brand: string }
  | { tag: string }
  /** A free attribute: its name and value. */
  | { attribute: [string, string] }
  /** From `min` to `max`, both included. */
  | { price: { min?: number; max?: number } }
  /** `(price - cost) / price`. */
  | { margin: { min?: number; max?: number } }
  | { in_stock: boolean }
  /** Launched in the last days, counted from the latest order. */
  | { launched_within_days: number }
  /** One of these items. */
  | { item: Id[] }

/** A placement of a shop that is answered with items. */
export type Placement =
  | 'similar'
  | 'bought_together'
  | 'for_customer'
  | 'next_in_session'
  | 'buy_again'
  | 'trending'
  | 'recently_viewed'
  | 'rerank'

/** The rules of a shop, all of which hold; keys are those of the JSON form, which is the same in every language. */
export interface RecommenderRules {
  /** What may be shown: all of these must let an item in. Default none. */
  filters?: { only: ItemTest; placements?: Placement[] }[]
  /** Items that are never shown. Default none. */
  blocked?: Id[]
  /** What comes sooner (a factor above 1, at most 1,000) or later (above 0); factors of several multiply. Default none. */
  boosts?: { items: ItemTest; factor: number; placements?: Placement[] }[]
  /** Items at fixed places, from 1; of several for a place the first that may be shown. Default none. */
  pins?: { item: Id; position: number; placements?: Placement[] }[]
  /** At most so many of one kind, at least 1; items without that fact are not counted. Default none. */
  caps?: { by: 'brand' | { category: number } | { attribute: string }; max: number; placements?: Placement[] }[]
  /**
   * How much a list is mixed, from 0 (not) to 1: each place goes to the item with the most of `(1 - diversity)` of its score less
   * `diversity` of its likeness to what stands above it. Alike are items of one category, brand and price. Default 0.
   */
  diversity?: number
  /**
   * After how many days, from 0 on, what was bought may be shown to its buyer again, `null` for never; without `category` all items, of
   * several rules the one with the deepest category. Default none: never. `buyAgain` shows it always.
   */
  rebuy?: { category?: string; after_days: number | null }[]
  /**
   * In `similar`, only dearer things of the same kind: prices from `from` (above 0) to `to` as multiples of that of the item asked
   * about, in the same category at the depth `same_category` (at least 1). Default none.
   */
  upsell?: { from: number; to: number; same_category: number }
  /** In `boughtTogether`, only things of other categories than those in the cart, at this depth, at least 1. Default none. */
  cross_sell?: number
  /** The share of places, from 0 to 1, that go to items by chance, so that something is learnt of them. Default 0. */
  explore?: number
  /** How many days an item that was shown is not shown again, from 0 on; for what a request tells in `shown`. Default 0. */
  cool_down_days?: number
  /** How often an item must have been shown within these days not to be shown again, at least 1. Default 1. */
  cool_down_after?: number
}

/** How much each way of scoring weighs in a blend, from 0 to 1,000,000; each way's scores are brought to at most 1 before. */
export interface BlendWeights {
  /** Sessions like the ongoing one, or like the last one. Default 1. */
  session?: number
  /** Customers like this one. Default 1. */
  customers?: number
  /** What the customer bought before, by how often and how lately. Default 1. */
  repeat?: number
  /** How many bought it. Default 0.05. */
  popular?: number
}

/** What a recommender looks at, and how it weighs that; keys are those of the JSON form, as `Recommender.paramsSchema()` tells. */
export interface RecommenderParams {
  /**
   * What fewer distinct customers support is not shown: pairs, neighbours, trends, counts of reasons; at least 1. An order without a
   * customer counts as a customer of its own. Default 5.
   */
  min_customers?: number
  /**
   * How many of the latest purchases of an item are looked at for what resembles it and what goes with it, at least 1; several items
   * share them, fifty for each at least. More see rarer pairs and take longer. Default 200.
   */
  latest_purchases?: number
  /** Customers with more distinct items than this say nothing about what resembles what, at least 1. Default 150. */
  max_items?: number
  /** How many of the latest purchases of each of a customer's items are searched for customers like them, at least 1. Default 100. */
  neighbor_purchases?: number
  /** How many of a customer's items, the latest bought, are searched so, at least 1. Default 20. */
  latest_items?: number
  /** How many customers like one are added up, at least 1. Default 50. */
  neighbors?: number
  /** In how many days a purchase loses half of its weight, above 0. Default 120. */
  half_life_days?: number
  /** How many of the latest sessions with each item of a session are searched, at least 1. Default 500. */
  latest_sessions?: number
  /** How many sessions like the ongoing one are added up, at least 1. Default 100. */
  session_neighbors?: number
  /** How many items of a session count, the last ones, at least 1. Default 10. */
  session_items?: number
  /** After how many minutes without an event a session of events without a session id ends, above 0. Default 30. */
  session_gap_minutes?: number
  /** How many days are recent in a trend, and long are the spans before, at least 1. Default 7. */
  trend_days?: number
  /** How many spans before the recent days are compared with, at least 1. Default 4. */
  trend_spans?: number
  /** How sure a rise must be, above 0 and below 1. Default 0.95. */
  trend_confidence?: number
  /** For how many days an item counts as new, above 0. Default 30. */
  new_days?: number
  /** At which depth of the tree categories are ordered and fallen back on, at least 1. Default 1. */
  category_depth?: number
  /** From how many orders of a customer on `readiness` counts `forCustomer` as ready for them, at least 1. Default 1. */
  personal_orders?: number
  /** From how many buyers of an item on `readiness` counts `similar` and `boughtTogether` as ready for it, at least 1. Default 5. */
  item_customers?: number
  /**
   * How many lists of what stands beside an item are kept for the next request, at most eight for each item; 0 keeps none. A list takes
   * eight bytes for each item in it; longer ones than 1,024 are not kept. Answers do not depend on it. Default 16,384.
   */
  remembered_lists?: number
  /** The weights of the blend, by how much is known of a visitor. */
  blend?: {
    /**
     * The number of orders from which a customer is regular, at least 2; with fewer they are new, without any they are cold. Orders
     * of returns alone do not count. Default 3.
     */
    regular_orders?: number
    /** The number of orders from which a customer is loyal, above `regular_orders`. Default 10. */
    loyal_orders?: number
    /** For who never bought. */
    cold?: BlendWeights
    /** For who bought once or so. */
    new?: BlendWeights
    /** For who bought some times. */
    regular?: BlendWeights
    /** For who bought often. */
    loyal?: BlendWeights
  }
}

/** What a recommender is built from, beside orders. */
export interface RecommenderOptions extends Cancellable {
  /** Clicks, for sessions and for what was viewed. */
  events?: EventLog
  /** For rules, categories, content, and items that nobody bought yet. */
  catalog?: Catalog
  /** For segments, levels and consent. */
  customers?: Customers
  /** What is looked at, and how it is weighed. What is not named has its default. */
  params?: RecommenderParams | string
  /** The rules of the shop. */
  rules?: RecommenderRules | string
  /**
   * The attribute of the customers whose words are their segments, such as the country. Who comes with an `update` and is not among the
   * customers has no segment until a new fit.
   */
  segmentBy?: string
  /** The attribute of the customers that says how far answers may follow them: `none`, `session` or `full`; missing is full. */
  levelBy?: string
  /**
   * The channel and the purpose of the consent to profiling: whoever withdrew it gets the answers that anybody gets, whatever `levelBy`
   * says. What `setLevel` says later goes before both.
   */
  consent?: readonly [channel: string, purpose: string]
}

/** What the weights of a recommender are chosen on; what stands in `params` is kept but for its blend. */
export interface RecommenderTuneOptions extends RecommenderOptions {
  /** Orders before it are learnt, what is bought from it on is to be found. */
  cut: Date | string
  /** The length of a list, at least 1. Default 10. */
  n?: number
  /** How many customers are asked for at most, drawn by the seed; at least 1. Default 20,000. */
  maxCustomers?: number
  /** Default 0. */
  seed?: number
}

/** Weights that were chosen, and what they bring. */
export interface RecommenderTuning {
  /** The parameters with the blend chosen. */
  params: RecommenderParams
  /** By level; those with customers only. */
  levels: TunedLevel[]
}

/** What the customers of a level were found by. */
export interface TunedLevel {
  /** Cold customers have no history to be tuned on. */
  level: 'new' | 'regular' | 'loyal'
  /** How many were asked for. */
  customers: number
  /** The mean share of what they bought that the list had, of at most as many as it is long; with the weights before. */
  recallBefore: number
  /** The same with the weights chosen. */
  recallAfter: number
}

/** What is compared of two recommenders. */
export interface RecommenderDiffOptions {
  /** The length of the lists compared. Default 10. */
  n?: number
  /** The items whose `similar` and `boughtTogether` are compared; by default those that most customers bought. */
  items?: Id[]
  /** How many these are. Default 100. */
  top?: number
  /** The customers whose `forCustomer` is compared; by default nobody. */
  customers?: Id[]
  /**
   * How many of the latest purchases of an item are looked at for the orders behind a change; orders from before these are not
   * counted. Default 10,000.
   */
  latestPurchases?: number
  /** Stops the comparison. */
  signal?: AbortSignal
}

/** An answer that is another now. */
export interface AnswerChange {
  placement: 'similar' | 'bought_together' | 'for_customer' | 'trending'
  /** The item, or the customer, asked about; `null` for what rises. */
  of: Id | null
  /** Items that are in the list now, in its order. */
  entered: Id[]
  /** Items that are no more. */
  left: Id[]
  /** Whether what is in both stands in another order. */
  reordered: boolean
  /**
   * How many orders are only in the new one, of what was asked about, of what entered or left and, where what stayed is in another
   * order, of all that is in the list now; some may have nothing to do with the change.
   */
  ordersAdded: number
  /** How many are only in the old one. */
  ordersRemoved: number
  /** The ids of some of these, at most ten, those of what was asked about first; none where orders have no ids. */
  orders: Id[]
}

/** Who asks a recommender. */
export interface VisitorOptions {
  /** Their history takes part as far as they let it, and what they own is left out. */
  customer?: Id
  /** The items of the ongoing session, the latest last. */
  session?: Id[]
  /** The id of the ongoing session, where its events were learnt. Where `session` has an item that is known, that goes first. */
  sessionId?: Id
}

/** What is asked of a recommender. */
export interface AskOptions extends VisitorOptions {
  /** How many. Default 10. */
  n?: number
  /** What is in the cart: never answered. */
  cart?: Id[]
  /**
   * The instant of the request; the end of the latest order's day without it. It says how long ago purchases were, for `buyAgain`,
   * `forCustomer` and `nextInSession`, for the rules of buying again and of cooling down. Trends, what is new and `similar` go by the
   * latest order.
   */
  now?: Date | string
  /** Only these items, such as what this branch has. */
  only?: Id[]
  /** Not these items. */
  exclude?: Id[]
  /** What answers must be like. */
  like?: ItemTest | string
  /** What was shown to the visitor, and when: for the rule of cooling down. */
  shown?: (readonly [item: Id, time: Date | string])[]
  /** What the rule of exploring goes by: the same seed, the same items. Default 0. */
  seed?: number
  /** Whether answers have `sql`. Default false. */
  explain?: boolean
}

/** How a list is put in the order of a visitor. */
export interface RecommenderRerankOptions extends Omit<AskOptions, 'seed'> {
  /** From 0 to 1: how much goes to what the visitor leans to; the rest to the order given. Default 0.3. */
  weight?: number
}

/** Which step of the way gave an item. */
export type AnswerStep =
  | 'pinned'
  | 'given'
  | 'item'
  | 'content'
  | 'session'
  | 'repeat'
  | 'customer'
  | 'segment'
  | 'category'
  | 'trending'
  | 'popular'
  | 'new'
  | 'catalogue'
  | 'explored'

/** Why a recommender answers an item; `String(reason)` is its `sentence`. Counts below `min_customers` do not occur. */
export type AnswerReason = { sentence: string } & (
  /** A rule of the shop put it there; it is in the catalogue and nothing else is known of it; chance put it there. */
  | { kind: 'pinned' | 'catalogue' | 'explored' | 'other' }
  /** It was given at this place, from 1 on; what the visitor's history adds, from 0 to 1. */
  | { kind: 'given'; position: number; affinity: number }
  /** `customers` of the `of` buyers of `to` who were looked at bought it too; `itemCustomers` bought it in all. */
  | {
      kind: 'similar'
      to: Id
      customers: number
      of: number
      itemCustomers: number
      /** `customers / of`, times the root of the buyers of `to` over `itemCustomers`; at most 1. */
      similarity: number
      /** From when on purchases were looked at; `null` for all. */
      since: Date | null
      /** Buyers of more items were not looked at. */
      maxItems: number
    }
  /** `customers` of the `of` buyers of `with` took both in one order. */
  | { kind: 'together'; with: Id; customers: number; of: number; lift: number; since: Date | null; maxItems: number }
  /** By what the catalogue says. */
  | { kind: 'alike'; to: Id; similarity: number }
  | { kind: 'session'; sessions: number }
  | { kind: 'customers'; customers: number }
  /** In how many of the customer's orders it was, those of returns alone left out, and the first instant of the last. */
  | { kind: 'repeat'; orders: number; of: number; last: Date }
  | { kind: 'segment'; segment: string; customers: number; of: number }
  | { kind: 'category'; category: string; customers: number }
  /**
   * Its share of the recent days is above that of the spans before; `baseline` is how many bought it in these, `null` for fewer than
   * `min_customers`.
   */
  | { kind: 'trending'; recent: number; days: number; end: Date; baseline: number | null; spans: number; lowerBound: number }
  | { kind: 'popular'; customers: number }
  | { kind: 'new'; launched: Date }
  | { kind: 'viewed'; views: number; last: Date; inCart: boolean }
)

/** An item that a recommender answers. */
export interface RecommenderAnswer {
  item: Id
  /** From 0 to 1; orders the list and says nothing beyond it. */
  score: number
  step: AnswerStep
  reason: AnswerReason
  /**
   * With `explain`: a query that gives the reason's count again, over a table `orders` of columns `customer`, `"order"`, `item`,
   * `time` and `quantity`; `null` where there is no count, or where it is taken among the nearest of a visitor.
   */
  sql?: string | null
}

/** A category in the order of a visitor. */
export interface CategoryAnswer {
  /** Its path. */
  category: string
  /** The share of purchases expected in it, from 0 to 1. */
  share: number
  /** The visitor's own purchases in it, items times orders, and the items of the session. */
  purchases: number
  /** The share among everybody's: buyers, counted item by item. */
  populationShare: number
}

/** Something that may stand in a slot of a page: a banner, a block, an overlay. */
export interface RecommenderContent {
  id: string
  /** The items that it is about. */
  about: ItemTest
  /** How much it is worth to the shop, at least 0. Default 1. */
  priority?: number
}

/** What was chosen for a slot of a page. */
export interface Choice {
  slot: string
  /** The id of what was chosen. */
  content: string
  /** Its worth: priority times the share of the visitor's purchases expected in what it is about. */
  score: number
  /** The visitor's own purchases, and items of the session, in what it is about. */
  purchases: number
  /** How probable it was that this would be chosen, for later estimates; above 0. */
  propensity: number
  /** Whether chance chose it. */
  explored: boolean
}

/** What a customer leans to. */
export interface RecommenderLeaning {
  name: string
  /** The share of their purchases. */
  share: number
  /** Items times orders. */
  purchases: number
}

/** How far answers may follow a customer: not at all, within a session, or wholly. */
export type Level = 'none' | 'session' | 'full'

/** Who a customer is. */
export interface RecommenderProfile {
  customer: Id
  level: Level
  segment: string | null
  /** The number of orders that count as purchases: in a shop with prices those that something was paid for. */
  orders: number
  firstOrder: Date | null
  lastOrder: Date | null
  recencyDays: number | null
  /** What was spent, returns taken off. */
  spent: number
  /** Scores from 1 to 5, the best, by the cut points of the last refresh; `monetary` is `null` in a shop without prices. */
  rfm: { recency: number; frequency: number; monetary: number | null; segment: string } | null
  /** By the rhythm of the last refresh. */
  stage: Stage | null
  stageSince: Date | null
  nextChange: Date | null
  categories: RecommenderLeaning[]
  brands: RecommenderLeaning[]
  /** What they bought more of than they returned. */
  owned: Id[]
  /** The number of sessions with an id in which they were named. */
  sessions: number
}

/** Everything that is held about a customer; keys are those of the JSON form, instants are text, ids beyond 2^53 are `bigint`. */
export interface CustomerExport {
  customer: Id
  level: Level
  segment: string | null
  orders: { order: Id | null; time: string; amount: number | null; lines: { item: Id; quantity: number }[] }[]
  events: { session: Id | null; item: Id; kind: EventKind; time: string }[]
  profile: Record<string, unknown>
}

/** What an update took in. */
export interface UpdateReport {
  orders: number
  lines: number
  events: number
  /** Orders that were there already, by their ids, and are not added twice. */
  repeatedOrders: number
  /** Their ids, ten at most. */
  repeated: Id[]
  repeatedEvents: number
  newCustomers: number
  newItems: number
  /** The version that has them. */
  version: number
}

/** What was removed of a customer. */
export interface ForgetReceipt {
  /** Whether the customer was known; all numbers are 0 where not. */
  found: boolean
  orders: number
  lines: number
  /** Items whose counts were taken back. */
  items: number
  sessions: number
  events: number
  /** The version from which on no answer rests on them. */
  version: number
  /** How many versions with them requests that began before still read. */
  versionsInUse: number
  /** What must be computed again, by `refresh`, to be without them; it names nobody. */
  toRefresh: string[]
}

/** How much is known, and what answers rest on. */
export interface Readiness {
  /** Without histories only items and buyers are counted, and what else there was is told as 0. */
  hasHistories: boolean
  customers: number
  anonymousOrders: number
  orders: number
  lines: number
  events: number
  items: number
  /**
   * For each placement how many of `total` (`of` says what) have the `needs` (`unit` says of what) for answers of its own; a
   * customer is ready for `forCustomer` with an item that `min_customers` others bought. `isPossible` is false where there can be no
   * such answer, however much is sold: for customers and sessions in a file without histories.
   */
  placements: {
    placement: Placement
    of: string
    ready: number
    total: number
    needs: number
    unit: string
    isPossible: boolean
  }[]
}

/** What is wanted of relations, and which items may be answered. */
export interface RelatedOptions extends PopularItemsOptions {
  /** What goes with the items, or what stands in for them. Default `'complement'`. */
  relation?: 'complement' | 'substitute'
}

/** How neighbours are found, and what their items count. */
export interface SessionKnnOptions extends Cancellable {
  /**
   * How many of its most recent sessions are kept for each item, and how many of the most recent sessions with any item of
   * the ongoing one are compared with it. Default 500.
   */
  sessionsPerItem?: number
  /** How many of the most similar sessions are neighbours, up to 65,536. Default 200. */
  neighbors?: number
  /** How many distinct known items of the session count, the last ones, up to 100. Default 9. */
  lastItems?: number
  /**
   * How much less an item counts d clicks before the last: 1 / (1 + d), the default; the same; 1 - d / 10, at least 0;
   * 1 / (1 + d)^2.
   */
  decay?: 'harmonic' | 'none' | 'linear' | 'inverse_square'
  /** The power of its inverse document frequency by which an item in common counts, from 0 to 8. Default 2. */
  matchIdf?: number
  /** The power of 1 + its inverse document frequency by which the score of an item is multiplied, from 0 to 8. Default 1. */
  itemIdf?: number
  /** What each further step after the item in common counts of the step before, from 0 to 1. Default 0.8. */
  forward?: number
  /** What each step before the item in common counts of the one behind it, from 0 to 1. Default 0.75. */
  backward?: number
  /** In how many days a neighbour loses half of its weight; `null` for no decay. Default 30. */
  halfLifeDays?: number | null
  /** By what the score of the last item itself is multiplied, from 0 (it is never answered, the default) to 1. */
  lastItemWeight?: number
  /** What an event of a kind counts, from 0 (as if it had not been) to 100; kinds that are not named count 1. */
  kindWeights?: Partial<Record<EventKind, number>>
  /** An item that fewer neighbours hold is not answered. Default 1. */
  minSessions?: number
}

/** Which pairs of clicks are counted, and what each counts. */
export interface SequentialRulesOptions extends Cancellable {
  /**
   * Whether to begin with what makes association rules of two items: `stepWeight` `'same'`, `maxSteps` 100, `bothWays`
   * true. Default false.
   */
  association?: boolean
  /** What a pair counts by the steps from one click to the other: 1 / steps, the default; 1; 1 / steps^2. */
  stepWeight?: 'inverse' | 'same' | 'inverse_square'
  /** The greatest number of steps between the clicks of a pair, up to 100. Default 10. */
  maxSteps?: number
  /** Whether an item that comes before counts as one that comes after does. Default false. */
  bothWays?: boolean
  /** Whether an item may follow itself. Default false. */
  repeats?: boolean
  /** What an event of a kind counts, as of `SessionKnn`; a pair counts by the click on the item that is recommended. */
  kindWeights?: Partial<Record<EventKind, number>>
  /** A rule that fewer sessions bear out is not answered. Default 1. */
  minSessions?: number
}

/** How a session is asked about; the lists of items may name some that nobody clicked. */
export interface SessionRecommendOptions {
  /** The kind of each click of the session, as many as items. Default: all are views. */
  kinds?: EventKind[]
  /** Items never to be answered; others take their places. */
  exclude?: Id[]
  /** Only these items. */
  only?: Id[]
}

/** How many sessions are asked about at once; all their clicks are views. */
export interface SessionsRecommendOptions extends PopularItemsOptions, Cancellable {}

/** A model that tells what comes next in a session. */
export type SessionModel = SessionKnn | SequentialRules | PopularInSessions

/** How a model of sessions is measured. */
export interface EvaluateSessionsOptions extends Cancellable {
  /** The length of the lists. Default 20. */
  k?: number
  /** How often sessions are drawn anew for the intervals; 0 for no intervals. Default 1000. */
  nResamples?: number
  /** The confidence of the intervals. Default 0.95. */
  confidence?: number
  /** The seed of the resamples. Default 0. */
  seed?: number | bigint
}

/** What may come next in a session, or why nothing can be said. */
export interface SessionAnswer {
  /** At most as many as asked for, best first. */
  recommendations: Recommendation[]
  /** The items of the session that the model does not know, each as often as it was given. */
  unknown: Id[]
  /** Why there is no recommendation, in a word; `null` where there is one, and where none was asked for. */
  empty: 'no_items' | 'unknown_items' | 'too_few_sessions' | 'none_allowed' | 'nothing_else' | 'other' | null
  /** The same as a sentence. */
  whyEmpty: string | null
}

/** What counts as right in a split. */
export interface SplitOptions {
  /**
   * Whether what a customer bought in the training part is not asked for again. Default true; with false, all models but
   * `NextBasket` miss every repeat purchase.
   */
  newItemsOnly?: boolean
  /** Whether items unknown to the training part are left out, and counted, or stay as misses. Default `'drop'`. */
  unknownItems?: 'drop' | 'miss'
}

/** Where the past ends: exactly one of the three. */
export interface CutOptions {
  /** The first instant of the test part. */
  at?: Date | string
  /** How many days before the last order, or event, it is. */
  lastDays?: number
  /** The share of the orders, or sessions, the latest, that is the test part. */
  fraction?: number
}

export interface TemporalSplitOptions extends SplitOptions, CutOptions {}

export interface LeaveOneOutOptions extends SplitOptions {
  /** The item that was new to the customer last, or any. Default `'last'`. */
  pick?: 'last' | 'random'
  seed?: number | bigint
}

export interface ByCustomerOptions extends SplitOptions {
  /** The share of customers to hold out. Default 0.1. */
  share?: number
  seed?: number | bigint
}

/** A metric; with `@` and a number that of lists of this length, such as `ndcg@20`. */
export type MetricName =
  | 'recall'
  | 'precision'
  | 'ndcg'
  | 'map'
  | 'mrr'
  | 'hit_rate'
  | 'revenue'
  | 'coverage'
  | 'novelty'
  | 'diversity'
  | 'category_diversity'
  | 'popularity'
  | 'popularity_bias'
export type Metric = MetricName | `${MetricName}@${number}`

/** The names of all metrics. */
export declare const METRICS: readonly MetricName[]

/** How models are evaluated. */
export interface EvaluateOptions extends Cancellable {
  /** The length of the lists. Default 20. */
  k?: number
  /** What is measured. Default all that the data allow: revenue needs prices, category_diversity a `catalog`. */
  metrics?: Metric[]
  /** For category_diversity. */
  catalog?: Catalog
  /** How often customers are drawn anew for the bootstrap intervals; 0 for no intervals. Default 1000. */
  nResamples?: number
  /** The confidence of the intervals. Default 0.95. */
  confidence?: number
  seed?: number | bigint
}

/** A list, best first. */
export type RecommendedList = Iterable<Id | null | { item: Id }>

/** Whoever recommends: a model (a `Recommender` by `forCustomer`, and its rules hold), or the lists of any other program. */
export type Evaluable =
  | ItemSimilarity
  | Ease
  | GraphFilter
  | NextBasket
  | Popularity
  | Replenishment
  | AssociationRules
  | Recommender
  | Iterable<[Id, RecommendedList]>
  | AsyncIterable<[Id, RecommendedList]>
  | ((customer: Id) => RecommendedList | Promise<RecommendedList>)

/** How options are chosen. */
export interface TuneOptions extends TemporalSplitOptions, Omit<EvaluateOptions, 'catalog'> {
  /** What to maximise. Default `'ndcg@20'`. */
  metric?: Metric
  /** The options of every fit that are not in the grid. */
  fixed?: Record<string, any>
  /** At most so many points, where there are more a choice drawn by the seed. */
  maxPoints?: number
  /** Is told how many points are done. */
  onProgress?: (done: number, total: number) => void
}

/** What was tried, and what was best. */
export interface Tuning<Options> {
  /** The options of the best point. */
  bestOptions: Options
  /** The value that they reached on the validation part. */
  bestValue: number
  /** What was maximised. */
  metric: string
  /** The options of each point that come from the grid. */
  points: Record<string, any>[]
  /** What each reached. */
  evaluations: Evaluation[]
  /** A row for each point and metric: the options, then the value and its interval. */
  rows: Row[]
}

/**
 * Fits and evaluates a model at each point of a grid, and says which was best. The log is split in time, by a fifth of its
 * orders unless told, or comes as a `Split`; give the training part of the split that you report on.
 */
export declare function tune<Options>(
  Model: { fit(log: OrderLog, options?: Options): Promise<Evaluable> },
  grid: { [Name in keyof Options]?: readonly Options[Name][] },
  log: OrderLog | Split,
  options?: TuneOptions,
): Promise<Tuning<Options>>

export interface EaseOptions extends Cancellable {
  /** What is added to the diagonal, above 0: the more, the smaller the weights. Default 200. */
  l2?: number
  /** How many weights that lead to each item are kept, the greatest; `null` for all. Default `null`. */
  neighbors?: number | null
  /** What two items must share to be counted together. Default `'customer'`. */
  unit?: 'customer' | 'order'
  /** How many distinct items of a customer count, the latest kept; `null` for all. Default 1000. */
  maxHistory?: number | null
  /** The largest number of items; fitting takes 8 bytes for each pair. Default 20,000. */
  maxItems?: number
  /** Whether a larger catalogue is refused, or cut to the items that most customers have. Default `'all'`. */
  items?: 'all' | 'top'
}

export interface GraphFilterOptions extends Cancellable {
  /** How many of the smoothest directions pass whole; 0 for none. Default 256. */
  factors?: number
  /** The weight of that part, at least 0. Default 0.3. */
  alpha?: number
  /**
   * What each customer counts where two items are compared: the number of its items to this power, from -2 to 0. Nearer to 0,
   * those with long histories say more. Default -1, as published.
   */
  userExponent?: number
  /**
   * What each of two items is multiplied by: the number of its customers to this power, from -1 to 0. Nearer to 0, popular
   * items come first. Default -0.5, as published.
   */
  itemExponent?: number
  /** Whose items make the graph. Default `'customer'`. */
  unit?: 'customer' | 'order'
  /** How many distinct items of a customer count, the latest kept; `null` for all. Default 1000. */
  maxHistory?: number | null
  /** How often the random start is multiplied by the matrix: the more, the more exact the directions. Default 8. */
  powerIterations?: number
  /** The seed of the random start. Default 0. */
  seed?: number
}

/**
 * What the customer's own baskets say, how neighbours are found, and what each source weighs. The defaults suit thousands of
 * customers with some baskets each; where customers are fewer or their histories longer, try 50 neighbours and a weight of 1.
 */
export interface NextBasketOptions extends Cancellable {
  /**
   * What the other options begin with: the blend of all sources, the default; personal frequency, then general
   * frequency (GP-TopFreq); or TIFU-kNN with the parameters that its authors chose for Ta-Feng.
   */
  preset?: 'blend' | 'top_frequency' | 'tifu_knn'
  /**
   * What the customer's own baskets say of an item: how probably it is bought again, the default, or its weight in the
   * customer's vector.
   */
  personal?: 'repurchase' | 'frequency'
  /** Of `'repurchase'`: what a basket weighs against the one after it, above 0 and at most 1. Default 0.9. */
  repeatDecay?: number
  /** Of `'repurchase'`: for how many of the customer's baskets the item's general probability counts, above 0. Default 10. */
  customerPrior?: number
  /** Of `'repurchase'`: for how many baskets with an item the mean of all items counts, above 0. Default 100. */
  itemPrior?: number
  /** Of how many following baskets a group of the vector is, counted back from the last; `null` for one group. Default 7. */
  groupSize?: number | null
  /** What a basket of the vector weighs against the one after it, above 0 and at most 1. Default 0.9. */
  withinDecay?: number
  /** What a group of the vector weighs against the one after it, above 0 and at most 1. Default 0.7. */
  groupDecay?: number
  /** How many nearest customers are asked. Default 300. */
  neighbors?: number
  /** What the customer's own baskets weigh, at least 0. Default 1. */
  personalWeight?: number
  /** What the mean vector of the nearest customers weighs, at least 0. Default 2. */
  neighborsWeight?: number
  /** What the share of all baskets with the item weighs, at least 0. Default 0.1. */
  popularityWeight?: number
}

/** What a next basket may hold. Ids of items that the model does not know are passed over. */
export interface NextBasketRecommendOptions {
  /** Only what the customer bought before, or only what is new to them; both by default. */
  novelty?: 'repeat' | 'explore' | null
  /** Items never to be answered; others take their places. */
  exclude?: Id[]
  /** Only these items, such as those in stock. */
  only?: Id[]
}

/** Which items may be answered. Ids that the model does not know are passed over. */
export interface FilterOptions {
  /** Items to choose from; all by default. */
  only?: Id[]
  /** Items never to be answered; others take their places. */
  exclude?: Id[]
  /** Only items of at least this score. */
  minScore?: number | null
}

/** Which items may be in an answer. */
export interface Filter {
  /** These may not be. */
  exclude?: Id[]
  /** Only these may be. */
  only?: Id[]
}

export interface ContentSimilarityOptions extends Cancellable {
  /** The weight of the categories, each with all above it. Default 2. */
  category?: number
  /** The weight of the brand. Default 1. */
  brand?: number
  /** The weight of the tags. Default 1. */
  tags?: number
  /** The weight of the free attributes. Default 1. */
  attributes?: number
  /** The weight of the price, which counts where something else is shared. Default 0.5. */
  price?: number
  /** The weight of the words of the name. Default 2. */
  title?: number
  /** The weight of the words of the description. Default 1. */
  text?: number
  /** Compare pieces of words of so many characters, such as `[3, 5]`, in place of whole words. */
  ngrams?: [number, number] | null
  /** How many times as high one price may be as another before they have nothing in common. Default 2. */
  priceRatio?: number
  /** What more than this share of the items have counts for nothing. Default 0.5. */
  maxDf?: number
}

/** What a hybrid similarity is fitted on. */
export interface HybridSources {
  log: OrderLog
  /** The similarity by customers, fitted on the log. */
  collaborative: ItemSimilarity
  /** The similarity by content. */
  content: ContentSimilarity
}

export interface HybridSimilarityOptions extends Cancellable {
  /** The number of customers of the less bought item of a pair at which both similarities count the same. Default 20. */
  evidence?: number
  /**
   * The weight of content, above 0 and at most 1; by default, and with `null`, what makes the nearest neighbours by content
   * as near as those by customers, on average.
   */
  contentWeight?: number | null
  /** How many neighbours of each item are kept. Default 50. */
  neighbors?: number
}

export interface ItemRelationsOptions extends Cancellable {
  /** With a catalogue only items of one category are substitutes. */
  catalog?: Catalog
  /** In how many baskets an item must be for anything to be said of it. Default 10. */
  minOrders?: number
  /** In how many baskets complements must be together. Default 3. */
  minTogether?: number
  /** How many customers must have bought substitutes only apart. Default 0. */
  minApart?: number
  /** The lift from which on two items are complements. Default 3. */
  minLift?: number
  /** The lift up to which two items can be substitutes. Default 0.5. */
  maxLift?: number
  /** The context from which on two items can be substitutes. Default 0.2. */
  minContext?: number
  /** How many baskets with a lift of 1 are added to what is seen. Default 3. */
  shrinkage?: number
  /** Within how many days of each other orders count as one in place of the other; by default, and with `null`, any time. */
  windowDays?: number | null
  /** How many items a profile has at most. Default 200. */
  profile?: number
  /** How many complements and how many substitutes of each item are kept. Default 50. */
  neighbors?: number
}

/**
 * How values become scores: by the quantiles of the values, ties together; by the quantiles of their ranks, ties by customer; by
 * natural breaks; by rank within each class of the dimensions before, in the order recency, frequency, monetary value; by cut
 * points given, one less than there are classes.
 */
export type Scoring = 'quantile' | 'rank' | 'jenks' | 'nested' | readonly number[] | Float64Array

/** A segment: a name for a box of scores, both ends included. */
export interface GridSegment {
  name: string
  /** Recency scores. */
  r: [number, number] | number
  /** Frequency scores. */
  f: [number, number] | number
  /** Monetary scores; any by default. */
  m?: [number, number] | number
  /** Means of the frequency and the monetary score, halves rounded up; any by default. */
  fm?: [number, number] | number
}

export interface RfmOptions extends Cancellable {
  /** The midnight (UTC) at which recency is taken; the one after the last order by default, or with `null`. */
  asOf?: Date | string | null
  /** How the three are scored. Default `'quantile'`. */
  scores?: Scoring | { recency?: Scoring; frequency?: Scoring; monetary?: Scoring }
  /** The segment grid: every cell of scores in exactly one segment, unless `other` is given. */
  segments?: 'default' | 'rfm-package' | 'eleven' | GridSegment[]
  /** The number of score classes, 2 to 10. Default 5. */
  bins?: number
  /** The name of what no segment holds. With it the segments are rules in order: the first that holds a cell has it. */
  other?: string | null
  /** To which class a value equal to a cut point belongs: to the one below, or the one above. Default `'right'`. */
  closed?: 'right' | 'left'
  /** How much the scores of recency, frequency and monetary value count in the column `score`. Default all alike. */
  weights?: [number, number, number]
  /** Cut points of another model, in place of the model's own. */
  cutPoints?: CutPoints
  /** Counts the orders of so many days before `asOf` only: a rolling window. */
  windowDays?: number
  /**
   * How returns count, in place of what the log says: they reduce monetary value, do not count, or are purchases like any
   * other. What the log has dropped does not come back.
   */
  returns?: 'net' | 'drop' | 'keep'
}

export interface RfmApplyOptions {
  /** The midnight (UTC) at which recency is taken; the one after the last order by default, or with `null`. */
  asOf?: Date | string | null
}

/** Values to be scored, as many of each. */
export interface RfmValues {
  /** Days since the last order, at least 0. */
  recencyDays: readonly number[] | Float64Array
  /** Numbers of orders, at least 1. */
  frequency: readonly number[] | Float64Array
  /** What was spent; needed where the model has monetary values, and only there. */
  monetary?: readonly number[] | Float64Array
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
  /** A weight for each row, from 0: a row of weight 2 counts as two, one of weight 0 moves no centroid. Default 1 each. */
  sampleWeight?: number[] | Float64Array
}

/** What customers may be clustered by. */
export type ClusterFeature =
  | 'recency'
  | 'frequency'
  | 'monetary'
  | 'tenure'
  | 'interval'
  | 'basket_size'
  | 'order_value'
  | 'discount'
  | 'returns'
  | 'day_part'
  | 'weekend'
  | 'categories'
  | 'channel'

export interface CustomerClustersOptions extends Cancellable {
  /**
   * The number of clusters, or `'auto'`: of the numbers in `kRange` with a stability of 0.8 or more the one with the best
   * silhouette, and if there is none of them the most stable one; the smaller of equals. `evidence` tells the figures.
   */
  nClusters: number | 'auto'
  /** The smallest and the greatest number of clusters that `'auto'` tries. Default `[2, 10]`. */
  kRange?: [number, number]
  /** The midnight (UTC) at which recency is taken; the one after the last order by default, or with `null`. */
  asOf?: Date | string | null
  /** The number of starts. Default 10. */
  nInit?: number
  /** The seed of the starts, and of all that is drawn where the number of clusters is chosen. Default 0. */
  seed?: number | bigint
  /**
   * What customers are clustered by: `'rfm'` (the default: recency, frequency and, in a log with prices, monetary value),
   * `'all'` (whatever the log can tell), or a list.
   */
  features?: 'rfm' | 'all' | ClusterFeature[]
  /** How features are brought to a common scale. Default `'log1p_z'`. */
  scaling?: 'log1p_z' | 'z' | 'robust' | 'quantile' | 'none'
  /** What tells the categories. */
  catalog?: Catalog | null
  /** An earlier fit whose clusters go on: those that continue them keep their ids, new ones have ids that none had before. */
  previous?: CustomerClusters | null
  /** The most categories that have a column of their own. Default 8. */
  maxCategories?: number
  /** The kept column that tells of a discount, by a number above 0 or a word. Default `'discount'`. */
  discountColumn?: string
  /** The kept column of words that tells the channel. Default `'channel'`. */
  channelColumn?: string
  /** What another channel counts for beside the squared difference of a scaled feature. */
  gamma?: number
  /** From how many deviations above the median distance from the centroid a customer is an outlier. Default 3.5. */
  outlierMads?: number
  /** How many subsamples the stability is taken over, with `'auto'`. Default 10. */
  resamples?: number
  /** How many sets of references the gap statistic is taken over, with `'auto'`. Default 10. */
  references?: number
}

export interface AssignOptions {
  /** What tells the categories, where they are among the features. */
  catalog?: Catalog | null
  /** The midnight (UTC) at which recency is taken; the one after the last order by default, or with `null`. */
  asOf?: Date | string | null
}

export interface ShopOptions {
  /** The number of order lines, 100 to 10 million. Default 10,000. */
  lines?: number
  seed?: number | bigint
  /** The first day, a midnight in UTC. Default 2025-01-01. */
  start?: Date | string
  /** The number of days. Default 365. */
  days?: number
  /** The number of products, 40 to a million. */
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
  /** The number of events that lead to the orders, at most 10 million. Default 0. */
  clicks?: number
  /** The share of the products looked at in a session that are put into the cart, 0.02 to 1. Default 0.2. */
  cartRate?: number
  /** The share of the products put into the cart in a session that are bought, 0.02 to 1. Default 0.4. */
  buyRate?: number
  /** The parameters of BG/NBD by which customers buy again; rates are orders a week. Default: types of customers instead. */
  repeat?: { r: number; alpha: number; a: number; b: number }
  /** How much the categories sell by the time of the year, 0 to 1. Default 0. */
  yearly?: number
  /** How much the categories sell by the day of the week, 0 to 1. Default 0. */
  weekly?: number
  /** The share of products that are used up and bought again when they are, 0 to 0.3; not with `repeat`. Default 0. */
  consumables?: number
  /**
   * Plants what spoils recommendations, on top of the rest: bots in the events, postage lines, second codes, a burst, a gap, wrong
   * clocks; an object says how much of each. Default false.
   */
  troubles?: boolean | { bots?: number; services?: number; duplicates?: number; bursts?: number; gaps?: number; clocks?: number; midnights?: number }
}

/** A generated shop and what was planted in it. */
export interface ShopData {
  log: OrderLog
  /** The events that lead to the orders; none without `clicks`. */
  events: EventLog
  catalog: Catalog
  truth: ShopTruth
}

/** What was planted in a generated shop. */
export interface ShopTruth {
  /** Pairs of items bought together far above chance. */
  complements: Array<[string, string]>
  /** Pairs of items that are never in the same order. */
  substitutes: Array<[string, string]>
  /** The type of each customer; none where they buy again by BG/NBD. */
  customerTypes: Array<[string, string]>
  returnLines: number
  anonymousLines: number
  /** Rows with a defect, from 0. */
  defects: Array<[number, string]>
  /** Customers who buy again by BG/NBD: the rate a week, the chance to drop out, whether they are still customers. */
  repeatBuyers: Array<{ customer: string; lambda: number; p: number; alive: boolean }>
  /** When each category sells best: the day of the year from 1, the day of the week from 0, Monday. */
  seasons: Array<{ category: string; peakDay: number; peakWeekday: number }>
  /** Products that are used up, and for how many days one lasts. */
  consumables: Array<{ item: string; daysPerUnit: number }>
  /** How many products, once a session, came how far. */
  funnel: { viewed: number; carted: number; bought: number; idle: number }
  /** Sessions that ended with an order. */
  sessionOrders: Array<[number, string]>
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
export type Reason =
  | RuleReason
  | SimilarReason
  | SequenceReason
  | PopularReason
  | PopularInReason
  | TrendingReason
  | NewArrivalReason
  | ContributionReason
  | AlikeReason
  | ComplementReason
  | SubstituteReason
  | SessionReason
  | NextReason
  | RepeatReason
  | ExploreReason

/** The item goes with one that was asked about or bought. */
export interface ComplementReason {
  kind: 'complement'
  /** That item; of several, the one that added most to the score. */
  to: Id
  /** The number of baskets with both. */
  together: number
  /** How many times more often the two are together than by chance. */
  lift: number
  /** All of it in words. */
  sentence: string
}

/** The item stands in for one that was asked about or bought. */
export interface SubstituteReason {
  kind: 'substitute'
  /** That item; of several, the one that added most to the score. */
  to: Id
  /** The number of baskets with both. */
  together: number
  /** How alike what stands beside them in baskets is, from 0 to 1. */
  context: number
  /** All of it in words. */
  sentence: string
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

/** The item is like one that was asked about, bought or put into the cart, by what the catalogue says of both. */
export interface AlikeReason {
  kind: 'alike'
  /** That item; of several, the most similar one. */
  to: Id
  /** The similarity of the two, from 0 to 1. */
  similarity: number
  /** The path of the rarest category that both stand in or below. */
  category: string | null
  /** The brand of both. */
  brand: string | null
  /** The tags of both, the rarest first; at most five. */
  tags: string[]
  /** The free attributes with their values that both have, at most five. */
  attributes: string[]
  /** The words that both have in name or description, or pieces of them; the most telling first, at most five. */
  words: string[]
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

/** The item was clicked in sessions like the one asked about. */
export interface SessionReason {
  kind: 'session'
  /** The item of the session that carried most of the score. */
  from: Id
  /** Its share of the score, from 0 to 1. */
  share: number
  /** The number of neighbouring sessions with the item. */
  sessions: number
  /** The reason in words. */
  sentence: string
}

/** The item is clicked after (or with) the last one of the session. */
export interface NextReason {
  kind: 'next'
  /** That last item. */
  after: Id
  /** The number of sessions that bear it out. */
  sessions: number
  /** Their share of the sessions with that last item, from 0 to 1. */
  confidence: number
  /** The reason in words. */
  sentence: string
}

/** The item is bought by many. */
export interface PopularReason {
  kind: 'popular'
  /** The number of customers who bought it; an order without a customer counts as one. */
  count: number
  /** The reason in words. */
  sentence: string
}

/** The item is bought by many of a group of customers. */
export interface PopularInReason {
  kind: 'popular_in'
  /** The group, such as a country. */
  group: string
  /** The number of the group's customers who bought it. */
  count: number
  /** The number of the group's customers. */
  customers: number
  /** The reason in words. */
  sentence: string
}

/** The item's share of what is bought lately is above its share of what was bought before. */
export interface TrendingReason {
  kind: 'trending'
  /** The number of customers who bought it in the recent days. */
  recent: number
  /** How many days these are. */
  days: number
  /** The number of customers who bought it before, each counted once in each span of as many days. */
  baseline: number
  /** How many times its share before its share is now; `null` where it was not bought in the days compared with. */
  rise: number | null
  /** The rise that is exceeded at the confidence asked for, above 1. */
  lowerBound: number
  /** The reason in words. */
  sentence: string
}

/** The item arrived lately. */
export interface NewArrivalReason {
  kind: 'new_arrival'
  /** How many days ago. */
  days: number
  /** The number of customers who bought it. */
  count: number
  /** The reason in words. */
  sentence: string
}

/** The customer bought the item before. */
export interface RepeatReason {
  kind: 'repeat'
  /** The number of the customer's orders with it. */
  orders: number
  /** The number of all their orders. */
  of: number
  /** The reason in words. */
  sentence: string
}

/** The item is new to the customer. */
export interface ExploreReason {
  kind: 'explore'
  /** The number of customers with it among those most like this one. */
  neighbors: number
  /** The number of all orders with it. */
  orders: number
  /** The reason in words. */
  sentence: string
}

/** The score is a sum over the items asked about, bought or in the cart; this one added most to it. */
export interface ContributionReason {
  kind: 'contribution'
  /** That item. */
  from: Id
  /** What it added. */
  weight: number
  /** Its share of all that speaks for the item, from 0 to 1; 0 where nothing does. */
  share: number
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

declare module './index' {
  interface ItemSimilarity {
    /** Recommendations for all customers, some at a time, so that memory is bounded. `batchSize` is 10,000 by default. */
    recommendBatches(
      n?: number,
      options?: SimilarityRecommendOptions & { batchSize?: number },
    ): AsyncGenerator<AllRecommendations, void, undefined>
  }
  interface Recommender {
    /** What `exportJson` gives, as an object. */
    export(customer: Id): CustomerExport
  }
}

/** A row of a table. */
export type Row = Record<string, any>

/** A model of any kind. */
export type Model = FrequentItemsets | AssociationRules | TemporalRules | ItemSimilarity | Rfm | KMeans | CustomerClusters | Popularity | Ease | GraphFilter | ContentSimilarity | HybridSimilarity | ItemRelations | SessionKnn | SequentialRules | NextBasket | Replenishment | Visits | Lifecycle | Affinity | Recommender

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
  /** Reads columns in slices, so that the event loop runs every millisecond or two. */
  function fromColumns(columns: LogColumns, options?: LogOptions): Promise<OrderLog>
  /** Reads rows in slices, so that the event loop runs every millisecond or two. */
  function fromRows(
    rows: Iterable<Record<string, any>> | AsyncIterable<Record<string, any>>,
    columns: RowOptions,
  ): Promise<OrderLog>
  /** Reads plain baskets in slices, so that the event loop runs every millisecond or two. */
  function fromBaskets(baskets: Iterable<Iterable<Id>> | AsyncIterable<Iterable<Id>>): Promise<OrderLog>
}

export declare namespace Rfm {
  /**
   * Scores the customers of columns of order lines, without a log: what `Rfm.fit` gives on the log of the same columns, sooner.
   * Columns are read in slices, so that the event loop runs every millisecond or two; `report` tells what became of the rows.
   */
  function fitColumns(columns: LogColumns, reading?: LogOptions, options?: Omit<RfmOptions, 'signal'>): Promise<Rfm>
}

export declare namespace EventLog {
  /** Reads columns in slices, so that the event loop runs every millisecond or two. */
  function fromColumns(columns: EventColumns, options?: EventLogOptions): Promise<EventLog>
  /** Reads rows in slices, so that the event loop runs every millisecond or two. */
  function fromRows(
    rows: Iterable<Record<string, any>> | AsyncIterable<Record<string, any>>,
    columns: EventRowOptions,
  ): Promise<EventLog>
}

export declare namespace Catalog {
  /** Reads columns in slices, so that the event loop runs every millisecond or two. */
  function fromColumns(columns: CatalogColumns, options?: CatalogOptions): Promise<Catalog>
  /** Reads rows in slices, so that the event loop runs every millisecond or two. */
  function fromRows(
    rows: Iterable<Record<string, any>> | AsyncIterable<Record<string, any>>,
    columns: CatalogRowOptions,
  ): Promise<Catalog>
}

export declare namespace Customers {
  /** Reads columns in slices, so that the event loop runs every millisecond or two. */
  function fromColumns(columns: CustomersColumns, options?: CustomersOptions): Promise<Customers>
  /** Reads rows in slices, so that the event loop runs every millisecond or two. */
  function fromRows(
    rows: Iterable<Record<string, any>> | AsyncIterable<Record<string, any>>,
    columns: CustomersRowOptions,
  ): Promise<Customers>
}

/** What a customer says: given (`true`), withdrawn (`false`), or unknown. */
export type ConsentLike = boolean | 'given' | 'withdrawn' | 'unknown' | null

export interface Customers {
  /**
   * The table with what a customer said to a channel and a purpose, whatever was said before; a customer who is new to the
   * table gets a row.
   */
  withConsent(customer: Id, channel: string, purpose: string, consent: ConsentLike): Promise<Customers>
  /** The same of many, one after the other. */
  withConsents(said: Iterable<[customer: Id, channel: string, purpose: string, consent: ConsentLike]>): Promise<Customers>
}

export interface Table extends Iterable<Row> {
  /**
   * A column: numbers as a `Float64Array`; ids (`null` where missing), lists of ids, words, days (as text, `null` where
   * missing), booleans (`null` where missing) and instants as arrays.
   */
  column(name: string): Float64Array | (Id | null)[] | Id[][] | string[] | (boolean | null)[] | Date[]
  /** All rows, or those from one index up to another. */
  rows(from?: number, to?: number): Row[]
  /** The rows, for `JSON.stringify`: integers beyond 2^53 as text; JSON says NaN as `null`. */
  toJSON(): Record<string, unknown>[]
}

export interface Evaluation {
  /** What `JSON.stringify` shows: the numbers of customers, the notes and the table. */
  toJSON(): { nCustomers: number; nEmpty: number; notes: string[]; table: Table }
}

export interface Comparison {
  /** What `JSON.stringify` shows: the names and the table. */
  toJSON(): { names: string[]; table: Table }
}

/**
 * What each customer leans to beside everybody: categories, brands, price bands, tags, days, hours, channels.
 *
 * The affinity of a customer to a value of a facet is the share of their weight that it has, shrunk towards the
 * population's: (w + k p) / (W + k) with w the weight of what they bought and did with the value, W that of all they did in
 * the facet, p the population's share and k the `prior`. The lift is this over p.
 */
export declare class Affinity {
  /**
   * Fits on what was bought, what was done (`options.events`), or both; `options.catalog` gives categories, brands, tags and
   * attributes, `options.customers` the time zones.
   */
  static fit(log: OrderLog | EventLog, options?: AffinityOptions): Promise<Affinity>
  /**
   * The model with what is new, orders and sessions that it has not seen: the one that a fit on all would give, to the byte.
   * The time zones of customers are not kept: give `options.customers` of the fit again, or else what is new is told in
   * `timeZone`. This one goes on answering as before.
   */
  update(log: OrderLog | EventLog, options?: AffinityUpdateOptions): Promise<Affinity>
  /**
   * The model without a customer: the one that a fit without them would give, to the byte. This one goes on answering as
   * before.
   */
  forget(customer: Id, options?: Cancellable): Promise<Affinity>
  /** The `n` values of a facet, 10 by default, that a customer leans to most, among those that they have to do with. */
  of(customer: Id, facet: Facet, n?: number): Leaning[]
  /**
   * Orders values of a facet, such as the entries of a menu, for a customer; all of them come back. A value that nobody
   * turned to, or fewer than `minCustomers`, has a lift of 1 and a share of 0; ties stay in the order given.
   */
  rank(customer: Id, facet: Facet, values: string[]): Leaning[]
  /** The lift of one value for a customer. */
  lift(customer: Id, facet: Facet, value: string): number
  /**
   * Orders what a search found, best first, for a customer; all items come back. An item's score is what the search said
   * times its lift to the power of `weight`; its lift is the geometric mean over its facets. What is not in the catalogue, or of
   * whose values nothing is known, keeps what the search said.
   */
  rerank(customer: Id, items: Id[], options?: RerankOptions): Reranked[]
  /**
   * The hours and days at which a customer is most probably there for a message. Hours are smoothed around the clock: half of
   * an hour's weight stays, a quarter goes to each neighbour.
   */
  sendTime(customer: Id): SendTime
  /** What all customers together lean to in a facet, the largest share first. */
  population(facet: Facet): PopulationValue[]
  /**
   * What every customer leans to in a facet, the `n` first values of each, 10 by default, off the event loop: columns
   * `customer`, `value`, `lift`, `share`, `population_share`, `purchases`, `events` and, where everything has a time, `last`.
   */
  table(facet: Facet, n?: number): Promise<Table>
  /** The facets. */
  get facets(): Facet[]
  /** The ids of the customers, sorted. */
  get customers(): Id[]
  /** Where price bands end: band 1 is up to the first, the last above the last. */
  get priceCutPoints(): Array<number>
  /** The instant at which weights are whole; `null` without a half-life. */
  get asOf(): Date | null
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Affinity>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Affinity
}

/** Every rule of sufficient support and confidence, or of these the ones asked for, and what the rules add to a cart. */
export declare class AssociationRules {
  /**
   * Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count; `minConfidence` is 0.5 by default. A
   * `level` of categories needs a `catalog`.
   */
  static fit(log: OrderLog, options: AssociationRulesOptions): Promise<AssociationRules>
  /**
   * Makes rules from itemsets that were found before, such as those of several parts, or those that several sets of
   * rules begin with: the rules of exactly the itemsets given. Where these are all of the baskets, they are the rules
   * that `fit` makes; an item that `exclude` kept out of the itemsets is in no rule. `unplaced` is that of the itemsets.
   *
   * The itemsets must be all that are frequent, with a `minSupport` of at most that of the rules.
   */
  static fromItemsets(itemsets: FrequentItemsets, options: RuleOptions & Cancellable): Promise<AssociationRules>
  /**
   * The rules, by `rankBy`, highest lift first unless told: `antecedent`, `consequent`, `antecedent_support`,
   * `consequent_support`, `count`, and a column for each of the ten usual measures. Nothing is computed before it is read.
   */
  get rules(): Table
  /**
   * The rules with a column for each of the statistics asked for, behind the first five of `rules`: measures (see
   * `MEASURES`), or `improvement`; computed off the event loop.
   */
  table(statistics: RuleStatistic[]): Promise<Table>
  /** Why rules are missing, where a limit ended the computation; `null` when every rule is there. */
  get partial(): string | null
  /** The number of baskets that the rules were made from; of weighted ones what they weigh together. */
  get nBaskets(): number
  /**
   * What is allowed and hardly meant in the options of a fit, such as a `minSupport` above the number of baskets; empty
   * for a model that was loaded.
   */
  get notes(): Array<string>
  /**
   * What the catalogue could not place, of a fit with a `level` of categories; `null` of any other, and of a model that
   * was loaded.
   */
  get unplaced(): Unplaced | null
  /**
   * What goes with a cart: the rules whose antecedents are in it speak for their consequents, each by its measure, the
   * confidence unless told; the one that says most is the reason. At most `n`, 10 by default; items of the cart are
   * never among them.
   */
  recommend(cart: Id[], n?: number, options?: RecommendOptions): Recommendation[]
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<AssociationRules>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): AssociationRules
}

/**
 * A rule-based audience: a tree of conditions, as an object or as JSON text. Keys are those of the JSON form, which is the
 * same in every language; `Audience.schema()` describes it.
 */
export declare class Audience {
  /** Reads a tree and checks its form. Whether fields exist is checked against the data, by `Audiences.build`. */
  static of(tree: AudienceTree | Audience | string): Audience
  /** What a tree may be, as the text of a JSON Schema (draft 2020-12). */
  static schema(): Record<string, unknown>
  /** The tree, without what is left at its default. */
  toJSON(): AudienceTree
  /** The conditions as a sentence. */
  toString(): string
}

/**
 * The shop's data as audiences are asked of it, laid out once, customer by customer. Its customers are all that any of its
 * parts knows of.
 */
export declare class AudienceData {
  /** Lays the data out, off the event loop. Every part may be left out; a condition that needs it is then refused. */
  static build(parts: AudienceParts): Promise<AudienceData>
  /** The ids of all customers, sorted. */
  get customers(): Id[]
  /** The number of customers. */
  get length(): number
}

/** Audiences by name, made ready for the shop's data at an instant. Nothing is computed ahead: every answer looks at the data. */
export declare class Audiences {
  /**
   * Makes audiences ready, by name; one may contain another with `{ audience: name }`. `asOf` is the present: nothing at
   * it or after it counts, windows end there, ages are taken on its day; the midnight (UTC) after the last order and
   * event without it.
   */
  static build(data: AudienceData, audiences: Record<string, AudienceTree | Audience | string>, options?: AudiencesOptions): Promise<Audiences>
  /** The names, in the order given. */
  get names(): Array<string>
  /** What looks like a slip, with its path: words that no customer, line or event has. */
  get notes(): Array<string>
  /** The present. */
  get asOf(): Date
  /** Whether a customer is in an audience. */
  contains(name: string, customer: Id): boolean
  /** The names of the audiences that a customer is in. */
  of(customer: Id): Array<string>
  /** The members of an audience, off the event loop: a table with the column `customer`, sorted. */
  members(name: string, options?: Cancellable): Promise<Table>
  /** The number of members of an audience, off the event loop. */
  size(name: string, options?: Cancellable): Promise<number>
  /** The number of members of each audience: the columns `audience`, `members` and `share` of all customers. */
  sizes(options?: Cancellable): Promise<Table>
  /**
   * How each two audiences overlap: the columns `a`, `b`, `members_a`, `members_b`, `both`, `share_of_a`, `share_of_b`
   * and `jaccard`; NaN where nobody is there to share.
   */
  overlap(options?: Cancellable): Promise<Table>
  /** Why a customer is in an audience, or is not: every condition with what was measured. */
  explain(name: string, customer: Id): Explanation
  /** Estimates the size of an audience from a random sample of customers, 10,000 by default; exact where there are no more. */
  estimate(name: string, options?: EstimateOptions): Promise<SizeEstimate>
  /** What sets the members of an audience apart from everybody, off the event loop. */
  profile(name: string, options?: Cancellable): Promise<AudienceProfile>
}

/** How many baskets of a part, or of several parts, hold each candidate. Made by `Candidates.count`. */
export declare class CandidateCounts {
  /** The number of baskets that were counted. */
  get nBaskets(): number
  /** The counts of these parts and of others, of the same candidates; no basket may be in both. */
  merge(other: CandidateCounts): Promise<CandidateCounts>
  /** The frequent itemsets of all parts together; every part must have been searched and counted once. */
  finish(): Promise<FrequentItemsets>
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<CandidateCounts>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): CandidateCounts
}

/**
 * The itemsets that are frequent in a part of the baskets, or in one of several parts: all that may be frequent in the
 * whole. Made by `FrequentItemsets.candidates`.
 */
export declare class Candidates {
  /** The number of itemsets. */
  get length(): number
  /** The number of baskets that were searched. */
  get nBaskets(): number
  /** The candidates of these parts and of others, found with the same options; no basket may be in both. */
  merge(other: Candidates): Promise<Candidates>
  /** Counts the candidates in a part of the baskets, seen with the options of `FrequentItemsets.candidates`. */
  count(log: OrderLog, options?: CandidateCountOptions): Promise<CandidateCounts>
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Candidates>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Candidates
}

/**
 * What the shop knows of its items beside who bought them: name, categories, brand, price, cost, stock, launch, tags,
 * free attributes, text.
 *
 * A catalogue and a log know items by the same ids and nothing else. Immutable.
 */
export declare class Catalog {
  /** Reads a CSV file, plain or gzipped, off the event loop. */
  static fromCsv(path: string, columns: CatalogCsvOptions): Promise<Catalog>
  /** The number of items. */
  get nItems(): number
  /** What became of the rows that the catalogue was built from. */
  get report(): IntakeReport
  /** The items, by id. */
  items(): Id[]
  /** The name to show for an item; `null` where it has none. */
  name(item: Id): string | null
  /** The paths of the deepest categories that an item stands in; those above them follow. */
  categoriesOf(item: Id): Array<string>
  /** The items that stand in a category or below it, by id, each once. */
  itemsIn(path: string): Id[]
  /** All that is known of an item; what is not known is `null`, or empty. */
  item(item: Id): ItemFacts
  /** The brands, sorted. */
  brands(): Array<string>
  /** The tags, sorted. */
  tags(): Array<string>
  /** The names of the free attributes, sorted. */
  attributes(): Array<string>
  /** The items of a brand, by id. */
  itemsOfBrand(brand: string): Id[]
  /** The items with a tag, by id. */
  itemsWithTag(tag: string): Id[]
  /** The items whose free attribute has a value, by id. */
  itemsWithAttribute(name: string, value: string): Id[]
  /**
   * The items with a price from `min` to `max`, both included and either left open, by id; an error in a catalogue
   * without prices.
   */
  itemsPriced(range: { min?: number, max?: number }): Id[]
  /** The items with a stock above zero, by id; an error in a catalogue without stocks. */
  itemsInStock(): Id[]
  /** The items launched at a time or after it, by id; an error in a catalogue without launches. */
  itemsLaunchedSince(time: Date | string): Id[]
  /** All categories, each before what is below it. */
  categories(): Array<Category>
}

/** Several models on the same customers; the most popular items come first, as the baseline. */
export declare class Comparison {
  /** The names of the models, `popularity` first. */
  get names(): Array<string>
  /** The evaluation of a model. */
  evaluation(name: string): Evaluation
  /**
   * All values: `model`, `metric`, `value`, `low`, `high`, `n`, `n_undefined`; and by how much the model exceeds the
   * baseline: `difference`, `difference_low`, `difference_high`, `verdict` (better, worse, higher, lower, undecided).
   */
  get table(): Table
  /** As `table`, with the differences to another model. */
  tableTo(name: string): Promise<Table>
  /** A line for each model with its values; `+` and `-` say which differences to the baseline chance does not explain. */
  get text(): string
  /** The name of the model with the highest value of a metric that was measured. */
  best(metric: string): string
}

/**
 * Items that resemble each other by what the catalogue says of them, from the day of their launch: category, brand, tags,
 * attributes, words, price.
 */
export declare class ContentSimilarity {
  /** Weighs what a catalogue says of its items. */
  static fit(catalog: Catalog, options?: ContentSimilarityOptions): Promise<ContentSimilarity>
  /** The similarity of two items, from 0 to 1. */
  similarity(a: Id, b: Id): number
  /** The items most similar to one, best first. */
  similar(item: Id, n?: number, filter?: Filter): Recommendation[]
  /** The items most similar to all of the given ones together; those are left out. */
  recommend(query: { items: Id[] }, n?: number, filter?: Filter): Recommendation[]
  /** The items, by id. */
  items(): Id[]
  /** The number of features that two items can share. */
  get nFeatures(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<ContentSimilarity>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): ContentSimilarity
}

/** Customers in clusters by what they have in common. */
export declare class CustomerClusters {
  /**
   * Fits on a log. By default: by recency, frequency and monetary value, as of the midnight after the last order, 10 starts,
   * seed 0.
   */
  static fit(log: OrderLog, options: CustomerClustersOptions): Promise<CustomerClusters>
  /**
   * The clusters of the customers of another log, by the features and scales of this fit: the columns of `table` and of
   * `features`.
   */
  assign(log: OrderLog, options?: AssignOptions): Promise<Table>
  /** The cluster of a customer. */
  cluster(customer: Id): number
  /** All customers: the columns of `Rfm`'s table, `cluster`, `distance` from the centroid, and `outlier`. */
  get table(): Table
  /** One row a cluster: its number, its name in words, its size, its share of customers and revenue, its medians. */
  get profiles(): Table
  /** One row for each cluster and feature: `mean`, `mean_of_all`, and how many standard `deviations` it lies above that. */
  get featureProfiles(): Table
  /** The features of each customer, before scaling. */
  get features(): Table
  /** One row for each customer and category of theirs: its `share`. */
  get categories(): Table
  /**
   * Where the number of clusters was chosen one row for each: `inertia`, `silhouette` (exact up to 10,000 customers, beyond
   * it of so many drawn by the seed), `calinski_harabasz`, `davies_bouldin`, `gap` and `gap_error`, `stability` under
   * resampling, `chosen`.
   */
  get evidence(): Table
  /** The cluster of each customer, in the order of `table`. */
  get labels(): Uint32Array
  /** What the clusters are called, in the order of `centroids`. */
  get ids(): Array<number>
  /** The features that are numbers, in the order of the columns of `centroids`. */
  get featureNames(): Array<string>
  /** The means of the scaled features, a row a cluster. */
  get centroids(): Matrix
  /** The sum of the squared distances of the customers from the centroids. */
  get inertia(): number
  /** A sentence for each cluster. */
  describe(): Array<string>
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<CustomerClusters>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): CustomerClusters
}

/**
 * Customers with what they said of themselves: attributes, stated preferences, consents by channel and purpose, and the time
 * zone that they live in.
 *
 * The table and a log know customers by the same ids and nothing else. Immutable: `append`, `update`, `withConsent`, `forget`
 * and `mergeCustomers` give new ones.
 */
export declare class Customers {
  /** Reads a CSV file, plain or gzipped, off the event loop. */
  static fromCsv(path: string, columns: CustomersCsvOptions): Promise<Customers>
  /** The number of customers. */
  get nCustomers(): number
  /** The ids of the customers, sorted. */
  get ids(): Id[]
  /** The names of the attributes, sorted. */
  get attributes(): Array<string>
  /** The kinds of preferences, sorted. */
  get preferences(): Array<string>
  /** The names of the consents that rows told of, as `channel/purpose`, sorted. */
  get consents(): Array<string>
  /** What became of the rows that the table was built from. */
  get report(): IntakeReport
  /** All that is held of a customer. */
  customer(customer: Id): CustomerFacts
  /** What a customer said to a channel and a purpose; `unknown` also where no row ever told of them. */
  consent(customer: Id, channel: string, purpose: string): 'given' | 'withdrawn' | 'unknown'
  /** Both tables in one, as if it had been built from the rows of both. */
  append(customers: Customers): Promise<Customers>
  /**
   * What another table tells in the place of what this one does: attributes and time zones that are not missing, preferences
   * of each kind that it has any of, consents that are not unknown. Everything else stays.
   */
  update(customers: Customers): Promise<Customers>
  /** This table without a customer: nothing that only they had is left. */
  forget(customer: Id): Promise<Customers>
  /**
   * This table with a customer joined into another: what is known of `into` stays, what is missing is filled by `customer`;
   * preferences are united; a withdrawal of a consent beats a grant. `into` may be new. `OrderLog` and `EventLog` do the same
   * to what customers did.
   */
  mergeCustomers(customer: Id, into: Id): Promise<Customers>
  /**
   * The same of many customers, one after the other. Customers who are not in the table are passed over, so that one list
   * will do for all tables and logs.
   */
  mergeAllCustomers(customers: Map<Id, Id> | Iterable<[customer: Id, into: Id]>): Promise<Customers>
  /**
   * The customers in the columns `customer`, `time_zone` where any is known, each attribute by its name, `preference:KIND`
   * with arrays of words, and `consent:CHANNEL/PURPOSE`, which is `given`, `withdrawn` or `unknown`. Days are text.
   */
  toTable(): Promise<Table>
}

/** What is wrong with a log, as far as it can be seen. */
export declare class Diagnosis {
  /** The findings, one of a kind at most. */
  get findings(): DiagnosisFinding[]
  /** The finding of a kind; `null` where there is no such trouble. */
  finding(kind: FindingKind): DiagnosisFinding | null
  /** The lines, in an event log the events, that were looked at. */
  get lines(): number
  /** What takes out the findings of some kinds; without kinds all, of no kinds (`[]`) nothing. */
  filter(kinds?: FindingKind[]): LogFilter
  /** Whether nothing was found. */
  get isClean(): boolean
  /** A row for each finding: `kind`, `count`, `lines`, `orders`, `customers`, `share`. */
  get table(): Table
  /** The findings in words. */
  toString(): string
}

/** EASE: a weight for each pair of items, in closed form, and recommendations from what a customer owns. */
export declare class Ease {
  /**
   * Fits on a log, or on a matrix of users and items, who are called by their positions; each entry above 0
   * counts alike.
   */
  static fit(data: OrderLog | SparseMatrix, options?: EaseOptions): Promise<Ease>
  /** The items that one speaks for most, best first; only those it speaks for at all. */
  similar(item: Id, n?: number): Recommendation[]
  /** Recommends from what a customer owns, or from the given items; those are left out. */
  recommend(query: { customer: Id } | { items: Id[] }, n?: number, options?: FilterOptions): Recommendation[]
  /** Recommendations for every customer, off the event loop. */
  recommendAll(n?: number, options?: FilterOptions): Promise<AllRecommendations>
  /** The number of customers of whom only the latest items counted. */
  get customersCut(): number
  /** The number of orders that did not count because they have no customer. */
  get anonymousOrders(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Ease>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Ease
  /** The number of items that the model does not know because others are more popular. */
  get itemsLeftOut(): number
}

/** How good a model is on a split. */
export declare class Evaluation {
  /** The values: `metric`, `value`, `low`, `high`, `n`, `n_undefined`. */
  get table(): Table
  /** The value of a metric with its interval, such as that of `ndcg@20`. */
  estimate(metric: string): Estimate
  /** The value of a metric for each customer: `customer`, `value` (NaN where it is undefined). */
  perCustomer(metric: string): Table
  /** The number of customers asked about. */
  get nCustomers(): number
  /** The number of customers whom the model recommended nothing to. */
  get nEmpty(): number
  /**
   * What of the model hardly was meant: that it names items which `split.train` has not, as one that was fitted on the
   * whole log does.
   */
  get notes(): Array<string>
  /** Every value with its interval, in words. */
  get text(): string
}

/**
 * What visitors and customers did, session by session. Immutable: `append`, `forget`, `link`, `mergeCustomers`, `before` and `after` give
 * new logs.
 *
 * A session is what one customer did under one session id, or, where no session id is given, what they did without a gap
 * longer than `gapMinutes`. Events of a session that name no customer belong to the one who is named next in it, those
 * behind the last to the last. Equal events are one.
 */
export declare class EventLog {
  /** Reads a CSV file, plain or gzipped, off the event loop. */
  static fromCsv(path: string, columns: EventCsvOptions): Promise<EventLog>
  /** The number of events. */
  get nEvents(): number
  /** The number of sessions. */
  get nSessions(): number
  /** The number of distinct customers. */
  get nCustomers(): number
  /** The number of distinct items. */
  get nItems(): number
  /** The ids of the items, sorted. */
  get items(): Id[]
  /** The ids of the customers, sorted. */
  get customers(): Id[]
  /** The names of the columns that are kept beside. */
  get attributes(): Array<string>
  /** Minutes without an event after which a new session begins, where there are no session ids. */
  get gapMinutes(): number
  /** The times of the first and the last event; `null` without events. */
  get span(): { first: Date, last: Date } | null
  /** What became of the rows that the log was built from. */
  get report(): IntakeReport
  /** This log and the events of another; an event that is in this one already is reported, not added. */
  append(log: EventLog): Promise<EventLog>
  /** This log without the sessions of a customer. */
  forget(customer: Id): Promise<EventLog>
  /** This log without the events of a session id, whoever used it. */
  forgetSession(session: Id): Promise<EventLog>
  /**
   * Tells whose sessions are: the log as it would be, had their events named them. Events that name a customer keep
   * theirs.
   */
  link(customers: Map<Id, Id> | Iterable<[session: Id, customer: Id]>): Promise<EventLog>
  /**
   * This log with a customer joined into another: the log that it would be, had its rows named `into` in the place of
   * `customer` from the start, events that become equal being one. `into` may be new. Models know customers by the log that they were fitted on: fit them
   * anew.
   */
  mergeCustomers(customer: Id, into: Id): Promise<EventLog>
  /**
   * The same of many customers, one after the other. Customers who are not in the log are passed over, so that one list will
   * do for all logs and for `Customers`.
   */
  mergeAllCustomers(customers: Map<Id, Id> | Iterable<[customer: Id, into: Id]>): Promise<EventLog>
  /** Looks for what will spoil recommendations; nothing is changed. Off the event loop. */
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>
  /** The log without what a filter takes, and how much that was; ids that only what was taken had are gone, too. */
  filter(filter: LogFilter): Promise<FilteredEventLog>
  /** The events before an instant; a session that goes on behind it is cut. */
  before(time: Date | string): Promise<EventLog>
  /** The events from an instant on; a session that began before it is cut. */
  after(time: Date | string): Promise<EventLog>
  /**
   * The events, session after session, in the columns `session` (its number), `session_id`, `customer`, `item`, `kind`,
   * `time`, where the log has any, `quantity`, `position` and `propensity`, and the kept ones by their names. Ids and words
   * that are not known are `null`.
   */
  toTable(): Promise<Table>
  /**
   * How much each customer cares for each item, as `ItemSimilarity.fit` takes it: rows in the order of `customers`,
   * columns in that of `items`. A value is the sum of the weights of the events of the pair; pairs with a sum of 0 or
   * less are left out. Kinds that are not named count nothing; by default a view or a click counts 1, a wish 2, an add
   * to the cart 3 and its removal -3, a purchase 5, the click in a message 1.
   */
  customerItems(weights?: { [Kind in EventKind]?: number }): Promise<Required<SparseMatrix>>
  /** The same with a row for each session, in the order of the table's numbers. */
  sessionItems(weights?: { [Kind in EventKind]?: number }): Promise<Required<SparseMatrix>>
}

/** A log that is left, and how much was taken. */
export declare class FilteredEventLog {
  get log(): EventLog
  get report(): FilterReport
}

/** A log that is left, and how much was taken. */
export declare class FilteredOrderLog {
  get log(): OrderLog
  get report(): FilterReport
}

/** Every set of items that enough baskets hold, or of these the ones asked for. */
export declare class FrequentItemsets {
  /**
   * Fits on a log. `minSupport` below 1 is a share of the baskets, from 1 a count. A `level` of categories needs a
   * `catalog`.
   */
  static fit(log: OrderLog, options: FrequentItemsetsOptions): Promise<FrequentItemsets>
  /**
   * Counts the itemsets that `fit` would find, without holding any: what a minimum support would bring. `maxItemsets`
   * does not apply.
   */
  static count(log: OrderLog, options: FrequentItemsetsOptions): Promise<ItemsetCounts>
  /**
   * The itemsets that are frequent in a part of the baskets, at the same share as in the whole: where a search in parts
   * begins. `minSupport` must be a share.
   *
   * Each part gives its candidates; `merge` puts them together; each part counts all of them; the counts are merged, and
   * `finish` gives the itemsets of the whole, exactly. Candidates and counts travel as bytes.
   */
  static candidates(log: OrderLog, options: FrequentItemsetsOptions): Promise<Candidates>
  /** The itemsets, most frequent first: `items`, `count`, `support`. Nothing is computed before it is read. */
  get itemsets(): Table
  /** Why itemsets are missing, where a limit ended the search; `null` when every frequent itemset is there. */
  get partial(): string | null
  /** The number of baskets that were searched. */
  get nBaskets(): number
  /**
   * What is allowed and hardly meant in the options of a fit, such as a `minSupport` above the number of baskets; empty
   * for a model that was loaded.
   */
  get notes(): Array<string>
  /**
   * What the catalogue could not place, of a fit with a `level` of categories; `null` of any other, and of a model that
   * was loaded.
   */
  get unplaced(): Unplaced | null
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<FrequentItemsets>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): FrequentItemsets
}

/** GF-CF: histories smoothed over the graph of customers and items, for catalogues too large for `Ease`. */
export declare class GraphFilter {
  /**
   * Fits on a log, or on a matrix of users and items, who are called by their positions; each entry above 0
   * counts alike.
   */
  static fit(data: OrderLog | SparseMatrix, options?: GraphFilterOptions): Promise<GraphFilter>
  /** The items that one speaks for most, best first; only those it speaks for at all. */
  similar(item: Id, n?: number): Recommendation[]
  /** Recommends from what a customer owns, or from the given items; those are left out. */
  recommend(query: { customer: Id } | { items: Id[] }, n?: number, options?: FilterOptions): Recommendation[]
  /** Recommendations for every customer, off the event loop. */
  recommendAll(n?: number, options?: FilterOptions): Promise<AllRecommendations>
  /** The number of customers of whom only the latest items counted. */
  get customersCut(): number
  /** The number of orders that did not count because they have no customer. */
  get anonymousOrders(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<GraphFilter>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): GraphFilter
  /** The singular values of the directions that pass, falling from at most 1. */
  get singularValues(): Float64Array
}

/** Items that resemble each other by who bought them where many did, and by what they are where few did. */
export declare class HybridSimilarity {
  /** Blends two fitted models; the log tells who owns what and how many bought each item. */
  static fit(sources: HybridSources, options?: HybridSimilarityOptions): Promise<HybridSimilarity>
  /** The items most similar to one, best first. */
  similar(item: Id, n?: number, filter?: Filter): Recommendation[]
  /** The items that resemble most what a customer owns, or the given items; those are left out. */
  recommend(query: { customer: Id } | { items: Id[] }, n?: number, filter?: Filter): Recommendation[]
  /** The items of log and catalogue, by id. */
  items(): Id[]
  /** The number of customers of an item; 0 for one that only the catalogue has. */
  evidence(item: Id): number
  /** What the similarity by content was multiplied with. */
  get contentWeight(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<HybridSimilarity>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): HybridSimilarity
}

/** What items are to each other: complements, which go together, or substitutes, of which one stands in for the other. */
export declare class ItemRelations {
  /** Judges the pairs of a log; with a catalogue only items of one category are substitutes. */
  static fit(log: OrderLog, options?: ItemRelationsOptions): Promise<ItemRelations>
  /** What two items are to each other. */
  relation(a: Id, b: Id): PairRelation
  /** What the items of each of many pairs are to each other, off the event loop. */
  label(pairs: [Id, Id][]): Promise<PairRelation[]>
  /** The items that go with one, the highest lift first. */
  complements(item: Id, n?: number): Array<RelatedItem>
  /** The items that stand in for one, the nearest context first. */
  substitutes(item: Id, n?: number): Array<RelatedItem>
  /**
   * Recommends what goes with the items that a customer owns, or with the given ones, or what stands in for them; those are
   * left out. Whoever bought a sofa is offered the armchair that goes with it, not another sofa.
   */
  recommend(query: { customer: Id } | { items: Id[] }, n?: number, options?: RelatedOptions): Recommendation[]
  /** The customers, by id; none where the model knows none. */
  customers(): Id[]
  /** The items, by id. */
  items(): Id[]
  /** The number of baskets. */
  get nBaskets(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<ItemRelations>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): ItemRelations
}

/** Items that resemble each other by who bought them, and recommendations from what a customer owns. */
export declare class ItemSimilarity {
  /**
   * Fits on a log, or on a matrix of users and items, who are called by their positions. By default: cosine, 100 neighbours
   * an item, counted by customer, the latest 1,000 items of each.
   */
  static fit(data: OrderLog | SparseMatrix, options?: ItemSimilarityOptions): Promise<ItemSimilarity>
  /**
   * Computes off the event loop what `similar` beyond the kept lists and `similarCustomers` need of the histories. Without it
   * the first such request computes it on the event loop: a pass over the histories.
   */
  prepare(): Promise<void>
  /** The items most similar to one, best first. What the lists do not hold is computed from the histories. */
  similar(item: Id, n?: number, options?: FilterOptions): Recommendation[]
  /** The items that resemble most what a customer owns, or the given items; those are left out. */
  recommend(query: { customer: Id } | { items: Id[] }, n?: number, options?: SimilarityRecommendOptions): Recommendation[]
  /** What each owned item, or each of the given ones, adds to the score of an item, the greatest first. */
  explain(item: Id, query: { customer: Id } | { items: Id[] }): Contribution[]
  /** The customers whose items are most like those of one, best first. */
  similarCustomers(customer: Id, n?: number): SimilarCustomer[]
  /** Recommendations for every customer, off the event loop. */
  recommendAll(n?: number, options?: SimilarityRecommendOptions): Promise<AllRecommendations>
  /** The number of customers of whom only the latest items counted. */
  get customersCut(): number
  /** The number of orders that did not count because they have no customer. */
  get anonymousOrders(): number
  /**
   * The model with more orders, which must be new ones: the one that a fit on both logs would give, to the byte, with the
   * same catalogue and groups where it has them. This one goes on answering as before.
   */
  update(log: OrderLog, options?: Cancellable): Promise<ItemSimilarity>
  /**
   * The model without a customer: the one that a fit without their orders would give, to the byte. This one goes on
   * answering as before.
   */
  forget(customer: Id, options?: Cancellable): Promise<ItemSimilarity>
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<ItemSimilarity>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
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
  /** The distance of each row of a matrix from each centroid: as many rows, and a column a cluster. */
  transform(data: number[][] | Matrix): Matrix
  /** The inertia of the rows of a matrix in these clusters, each row by its weight where weights are given. */
  inertiaOf(data: number[][] | Matrix, sampleWeight?: number[] | Float64Array): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<KMeans>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): KMeans
}

/**
 * Customers by the stage of their life with the shop, each by their own rhythm: prospect, new, active, loyal, slipping,
 * dormant, lost, won back.
 *
 * A purchase is a day (UTC) with an order that counts. The silence since the last is held against quantiles of the
 * customer's own intervals, which are drawn towards those of all, the more the less is known. A run begins with the first
 * purchase, and with each that comes after having been dormant or lost; within the rhythm, a customer with one purchase in
 * the run is new (first run) or won back (a later one), from the second on active, from `loyalPurchases` on loyal.
 */
export declare class Lifecycle {
  /** Fits on a log with customers and times. By default as of the midnight after the last order. */
  static fit(log: OrderLog, options?: LifecycleOptions): Promise<Lifecycle>
  /**
   * The model with more orders, and customers known from elsewhere: the one that a fit on all would give, to the byte.
   * Orders must be new ones; `append` of a log tells where they are not. One that comes again on the same day changes
   * nothing, on another day it is a purchase more. What is at `asOf` or later does not count; who is known from an event after
   * the last order is kept until an order is later still. This one goes on answering as before.
   */
  update(log: OrderLog, options?: LifecycleSources): Promise<Lifecycle>
  /**
   * The model without a customer: the one that a fit without them would give, to the byte. This one goes on answering as
   * before.
   */
  forget(customer: Id, options?: Cancellable): Promise<Lifecycle>
  /** The stage of a customer. */
  stage(customer: Id): Stage
  /** The stages of many customers, in their order. */
  stagesOf(customers: Id[]): Stage[]
  /**
   * The stage of a customer at the midnight (UTC) at which the day of an instant begins, by what they had bought by then;
   * `null` where nobody knew them. After `asOf` it is what the stage will be if nothing is bought.
   */
  stageAt(customer: Id, time: Date | string): Stage | null
  /** All that is known of a customer. */
  customer(customer: Id): LifecycleCustomer
  /** The customers of a stage, by id. */
  customers(stage: Stage): Id[]
  /** How many customers are in each stage. */
  get counts(): Record<Stage, number>
  /**
   * All customers, by id: `customer`, `stage`, `since`, `next_change`, `next_stage`, `rhythm_days`, `silence_days`,
   * `purchases`.
   */
  get table(): Table
  /**
   * Who was in which stage at one date and in which at a later one; customers who are not there at the later one are left
   * out. Off the event loop.
   */
  movements(from: Date | string, to: Date | string): Promise<StageMovements>
  /** The ids of the customers, sorted. */
  get ids(): Id[]
  /** The midnight at which stages were taken; `null` without orders. */
  get asOf(): Date | null
  /** The median days between two purchases of a customer of whom nothing is known; `null` where nobody bought on two days. */
  get rhythmDays(): number | null
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Lifecycle>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Lifecycle
}

/**
 * What is to be left out of a log: ids, spans of time, and codes to rename. Made by a diagnosis or by hand, united, written as
 * JSON, and applied by `log.filter` to order logs and event logs. Ids that a log does not have are passed over.
 */
export declare class LogFilter {
  /**
   * A filter of what is named: `customers`, `items`, `orders`, `sessions` (arrays of ids), `spans` (of `from` and `to`),
   * `rename` (pairs of a code and the one to keep); of one customer `customerOrders` and `customerSessions` (pairs of a
   * customer, or `null`, and an id that others may use, too), and `customerSpans` (of `customer`, `from` and `to`).
   */
  static of(parts?: LogFilterParts): LogFilter
  /**
   * Reads the JSON text of a filter, as `JSON.stringify(filter)` and `String(filter)` write it; keys that are absent are
   * empty.
   */
  static fromJson(text: string): LogFilter
  /**
   * The filter for `JSON.stringify`: an object with the names of other languages (`customer_orders`). Integers beyond
   * 2^53 lose digits in it; `String(filter)` has them all.
   */
  toJSON(): Record<string, unknown>
  /** The filter as JSON text, exactly. */
  toString(): string
  /** What either takes; where both rename a code, as the other does. */
  union(other: LogFilter): LogFilter
  /** Whether it takes and renames nothing. */
  get isEmpty(): boolean
  /** The customers whose lines are taken, sorted. */
  get customers(): Id[]
  /** The items whose lines are taken, sorted. */
  get items(): Id[]
  /** The orders whose lines are taken, sorted. */
  get orders(): Id[]
  /** The sessions whose events are taken, sorted. */
  get sessions(): Id[]
  /** The spans of time that are taken, sorted. */
  get spans(): TimeSpan[]
  /** The orders of customers that are taken, sorted; of nobody known (`null`) first. */
  get customerOrders(): [customer: Id | null, order: Id][]
  /** The sessions of customers that are taken, sorted; of nobody known (`null`) first. */
  get customerSessions(): [customer: Id | null, session: Id][]
  /**
   * The spans of time of customers that are taken, sorted; of nobody known (`null`) first. A `Date` has whole
   * milliseconds; the JSON has microseconds.
   */
  get customerSpans(): CustomerSpan[]
  /** The codes that are replaced, each with the one to keep. */
  get rename(): [Id, Id][]
}

/** The next basket of a customer: what they buy again, what the customers most like them buy, and what everybody buys. */
export declare class NextBasket {
  /** Fits on the baskets of customers, in the order of their times; in a log without times in the order of the order ids. */
  static fit(log: OrderLog, options?: NextBasketOptions): Promise<NextBasket>
  /**
   * The `n` likeliest items, 10 by default, of the next basket of a customer; or of someone whom the model need not know,
   * by their baskets, the earliest first. Each reason tells whether the item was bought before or is new.
   */
  recommend(query: { customer: Id } | { baskets: Id[][] }, n?: number, options?: NextBasketRecommendOptions): Recommendation[]
  /** The next basket of every customer, off the event loop. */
  recommendAll(n?: number, options?: NextBasketRecommendOptions): Promise<AllRecommendations>
  /** The ids of the items, sorted. */
  get items(): Id[]
  /** The ids of the customers, sorted; none where the model knows none. */
  get customers(): Id[]
  /** The number of baskets with each item, in the order of `items`. */
  get counts(): Float64Array
  /**
   * How probably each item is bought again in a basket after the first one that holds it, over all customers, in the order
   * of `items`.
   */
  get repurchaseProbabilities(): Float64Array
  /** The number of all baskets, those without a customer too. */
  get nBaskets(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<NextBasket>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): NextBasket
}

/**
 * Order lines: the truth that every model is computed from. Immutable: `append`, `forget`, `mergeCustomers`, `before` and `after` give new
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
  /** The ids of the items, sorted; `null` in a log without them. */
  get items(): Id[] | null
  /** The ids of the customers, sorted; `null` in a log without them. */
  get customers(): Id[] | null
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
  /**
   * This log with a customer joined into another: the log that it would be, had its rows named `into` in the place of
   * `customer` from the start, an order that both have being one. `into` may be new. Models know customers by the log that they were fitted on: fit them
   * anew.
   */
  mergeCustomers(customer: Id, into: Id): Promise<OrderLog>
  /**
   * The same of many customers, one after the other. Customers who are not in the log are passed over, so that one list will
   * do for all logs and for `Customers`.
   */
  mergeAllCustomers(customers: Map<Id, Id> | Iterable<[customer: Id, into: Id]>): Promise<OrderLog>
  /** Looks for what will spoil recommendations; nothing is changed. Off the event loop. */
  diagnose(options?: DiagnoseOptions): Promise<Diagnosis>
  /** The log without what a filter takes, and how much that was; ids that only what was taken had are gone, too. */
  filter(filter: LogFilter): Promise<FilteredOrderLog>
  /** The orders before an instant. */
  before(time: Date | string): Promise<OrderLog>
  /** The orders from an instant on. */
  after(time: Date | string): Promise<OrderLog>
  /** The word that a kept column has most often beside each item; items without one are not in the map. */
  itemWords(name: string): Map<Id, string>
}

/** The items in the most sessions, whatever the session is: the baseline of models of sessions, for `evaluateSessions`. */
export declare class PopularInSessions {
  /** Counts the sessions of an event log with each item. */
  static of(log: EventLog): Promise<PopularInSessions>
}

/**
 * Items by how many customers bought them: the baseline that every other model must beat. An order without a customer
 * counts as one customer.
 */
export declare class Popularity {
  /** Fits on a log, of orders or of events. By default every customer of an item counts one, and every purchase counts. */
  static fit(log: OrderLog | EventLog, options?: PopularityOptions): Promise<Popularity>
  /**
   * The `n` items, 10 by default, that most customers bought, best first. In a group the score is the share of its
   * customers who buy an item, shrunk towards that of all by `groupPrior`; what nobody of the group bought comes as it is
   * liked by all.
   */
  recommend(n?: number, options?: PopularListOptions): Recommendation[]
  /**
   * At most `n` items, 10 by default, whose share of all sales rises, the surest rise first; the score is the rise that is
   * exceeded at `confidence` (the exact lower bound of Clopper and Pearson), above 1. New items and those with fewer than
   * `minCustomers` recent customers are no trends.
   */
  trending(n?: number, options?: PopularListOptions): Recommendation[]
  /**
   * At most `n` items, 10 by default, that came within `newDays`, by the launch that the catalogue tells or with their
   * first sale where that is earlier; those that sell fastest first: the score is the number of customers for each day since.
   */
  newArrivals(n?: number, options?: PopularListOptions): Recommendation[]
  /** The ids of the items, sorted: those of the log, and of the catalogue where there is one. */
  get items(): Id[]
  /** The ids of the customers, sorted; none where the model knows none. */
  get customers(): Id[]
  /** How many customers bought each item, in the order of `items`. */
  get counts(): Array<number>
  /** The groups of each way of parting the customers. */
  get groups(): Record<string, string[]>
  /** The `n` items, 10 by default, that most customers bought and this one does not have. */
  recommendForCustomer(customer: Id, n?: number): Recommendation[]
  /** Recommendations for every customer, off the event loop. */
  recommendAll(n?: number): Promise<AllRecommendations>
  /** The instant at which age was taken; `null` for a log without times. */
  get asOf(): Date | null
  /**
   * The model with more orders, which must be new ones: the one that a fit on both logs would give, to the byte, with the
   * same catalogue and groups where it has them. This one goes on answering as before.
   */
  update(log: OrderLog, options?: Cancellable): Promise<Popularity>
  /**
   * The model without a customer: the one that a fit without their orders would give, to the byte. This one goes on
   * answering as before.
   */
  forget(customer: Id, options?: Cancellable): Promise<Popularity>
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Popularity>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Popularity
}

/**
 * The shop's recommender: one object that answers every placement of a shop in microseconds, and learns while it answers.
 *
 * A list has as many items as were asked for wherever so many may be shown: behind what a placement has to say come, in
 * this order, the customer's segment, the categories at hand, what rises, what many bought, what is new, and the rest of
 * the catalogue. Each answer says which step gave it, and why, in numbers that can be reckoned again. Unknown customers,
 * sessions and items are no errors.
 *
 * Requests are answered in place. What changes it runs off the event loop, and answers go on meanwhile; afterwards every
 * answer is that of a recommender fitted anew, bit for bit. Only what `profile` is measured by is computed when `refresh` is called.
 *
 * Changes happen one after the other, in the order of the calls, whether these are awaited or not; one that fails does not stop
 * those behind it. `save`, `readiness`, `diff` and `sweep` wait for the changes called before them, and no change waits for
 * them: one that is called before they have ended may be in what they give, or not. Await them first where it must not be.
 * What answers at once, `toBytes` and `export` too, sees the changes that have ended.
 */
export declare class Recommender {
  /** Builds from what the shop has: a log with items and times, and where there are events, a catalogue, customers and rules. */
  static fit(log: OrderLog, options?: RecommenderOptions): Promise<Recommender>
  /**
   * Chooses the weights of the blend by what customers bought from `cut` on, off the event loop: level by level, one weight after
   * the other, each the one of a grid with the greatest recall; of equal ones the one before. The rules hold, so what they never
   * show, such as what is owned already, is not found either. Fit with the `params` found.
   *
   * Weights are as good as the span that they were chosen on: report what they bring on a later one, which `log.before`
   * leaves out here. It takes a fit, and some hundred requests for each customer.
   *
   * ```js
   * const { params, levels } = await Recommender.tune(log, { cut: '2025-12-01', catalog })
   * const recommender = await Recommender.fit(log, { catalog, params })
   * ```
   */
  static tune(log: OrderLog, options: RecommenderTuneOptions): Promise<RecommenderTuning>
  /** What `params` may be, as a JSON Schema (draft 2020-12). */
  static paramsSchema(): Record<string, unknown>
  /** What `rules` may be, as a JSON Schema (draft 2020-12). */
  static rulesSchema(): Record<string, unknown>
  /** What resembles an item: what its buyers bought as well, then what the catalogue says. */
  similar(item: Id, options?: AskOptions): RecommenderAnswer[]
  /** What goes with a cart: what buyers of its items took in the same orders. */
  boughtTogether(cart: Id[], options?: Omit<AskOptions, 'cart'>): RecommenderAnswer[]
  /**
   * What for a customer: a blend of customers like them, their session and their own history. Who is not known, or wants no
   * profiling, gets what anybody gets.
   */
  forCustomer(customer: Id, options?: Omit<AskOptions, 'customer'>): RecommenderAnswer[]
  /** What next in a session, by its items, the latest last, or by its id. */
  nextInSession(options?: AskOptions): RecommenderAnswer[]
  /**
   * What a customer may buy again, of what they bought: the only list, with `recentlyViewed`, that may be shorter than asked
   * for.
   */
  buyAgain(customer: Id, options?: Omit<AskOptions, 'customer' | 'session' | 'sessionId'>): RecommenderAnswer[]
  /** What rises. */
  trending(options?: Omit<AskOptions, 'session' | 'sessionId'>): RecommenderAnswer[]
  /** What a customer or a session looked at and did not buy since, the latest first. */
  recentlyViewed(options?: Omit<AskOptions, 'seed'>): RecommenderAnswer[]
  /**
   * Search results, or any list, in the order of a visitor: all of them, or the first `n`. Items that rules do not let in are
   * left out, and so are unknown ones.
   */
  rerank(items: Id[], options?: RecommenderRerankOptions): RecommenderAnswer[]
  /** The categories in the order of a visitor, for a navigation. */
  categories(options?: VisitorOptions & { n?: number }): CategoryAnswer[]
  /** Which of some contents a slot of a page shows; `null` where there are none. */
  choose(slot: string, contents: RecommenderContent[] | string, options?: VisitorOptions & { seed?: number }): Choice | null
  /**
   * Who a customer is: orders, RFM scores and segment, stage, leanings, what they own. What is measured against all customers
   * goes by the last `refresh`.
   */
  profile(customer: Id): RecommenderProfile
  /**
   * Everything that is held about a customer, to be handed over to them, as JSON text: the same in every language.
   * In place, as `export`: of thousands of lines it takes milliseconds, so ask for it where no visitor waits.
   */
  exportJson(customer: Id): string
  /** What is known, and for how many items or customers each placement has answers of its own. */
  readiness(): Promise<Readiness>
  /**
   * Which answers are others than those of an older recommender, and which orders did it, off the event loop. A change without
   * such orders comes from the sales of all, such as a trend that falls behind; or from rules, parameters or the catalogue.
   *
   * It takes four requests for each item and two for each customer and, once for each item in the lists that changed, a look at
   * as many buyers as `latestPurchases` says. By default these are seconds in a shop of twenty million lines; for all items of such a
   * shop, minutes.
   *
   * ```js
   * const old = await Recommender.load('last week.kosar')
   * for (const { placement, of, entered, orders } of await recommender.diff(old)) console.log(placement, of, entered, orders)
   * ```
   */
  diff(old: Recommender, options?: RecommenderDiffOptions): Promise<AnswerChange[]>
  /** The parameters that it was fitted with, those with their defaults as well. */
  get params(): RecommenderParams
  /** The rules that hold. */
  get rules(): RecommenderRules
  /**
   * What of the rules hardly was meant: items that are neither sold nor in the catalogue. They are not refused, since an item may be
   * blocked before it comes, or after it went.
   */
  get notes(): Array<string>
  /**
   * Changes the rules, off the event loop; requests that begin afterwards follow them. What is wrong is refused with its path,
   * and the old rules hold on; items that are not known are told in `notes`. `null` takes all rules away.
   */
  setRules(rules: RecommenderRules | string | null): Promise<void>
  /**
   * Changes what is in stock of some items of the catalogue, off the event loop. The keys of an object are strings: items whose ids are
   * integers come in a `Map`, or in pairs. What is below zero, as where more was sold than there is, is not in stock.
   */
  setStock(stock: Iterable<readonly [Id, number]> | Record<string, number>): Promise<void>
  /**
   * Changes the catalogue, off the event loop; items that it has and nobody bought may be answered from now on. Where it is
   * stopped, nothing is changed.
   */
  setCatalog(catalog: Catalog, options?: Cancellable): Promise<void>
  /**
   * Sets how far answers may follow a customer. One who is not known is no error: whoever objects before their first order is
   * heard from it on.
   */
  setLevel(customer: Id, level: Level): Promise<void>
  /**
   * Takes orders in, off the event loop, while requests run: afterwards everything is as if it had been fitted with them. An
   * order of a customer that is there already is told of, not added twice.
   */
  update(log: OrderLog): Promise<UpdateReport>
  /** Takes events in, off the event loop, while requests run; those that are there already are passed over. */
  updateEvents(log: EventLog): Promise<UpdateReport>
  /**
   * Removes a customer from everything: afterwards it is as if they had never been there. Runs off the event loop, as an
   * update may be under way.
   */
  forget(customer: Id): Promise<ForgetReceipt>
  /** Computes anew, off the event loop, what profiles are measured by: cut points and rhythms of all customers. */
  refresh(): Promise<void>
  /** Lets go of versions that nobody reads any more; gives the number of those still read. */
  sweep(): Promise<number>
  /**
   * Puts everything of another recommender, built or loaded elsewhere, in the place of this one's. Requests that began before
   * end with the old one.
   */
  replace(other: Recommender): Promise<void>
  /** The number of the version that answers now; it rises with every change. */
  get version(): number
  /** Whether it can learn and forget: not where it was saved without histories. */
  get hasHistories(): boolean
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Recommender>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Recommender
}

/**
 * When each customer will buy again what they bought before: the interval of customer and item, drawn towards those of the
 * item, its category and all; the chance of a purchase within a horizon; and the chance that there is another at all.
 */
export declare class Replenishment {
  /**
   * Fits on a log with customers, items and times; with a catalogue items are drawn towards their category. By default
   * purchases within a week count for the probability, and intervals hold 80 % of next purchases.
   */
  static fit(log: OrderLog, options?: ReplenishmentOptions): Promise<Replenishment>
  /**
   * The `n` items, 10 by default, that a customer bought before and will most likely buy from the day `now` (UTC) on,
   * within the horizon; the likeliest first, of equal ones those bought more often.
   */
  buyAgain(customer: Id, now: Date | string, n?: number, options?: BuyAgainOptions): Array<Due>
  /**
   * When a customer will buy an item again, seen from the day `now`; `null` where they never bought it, or nobody ever
   * bought an item twice.
   */
  due(customer: Id, item: Id, now: Date | string): Due | null
  /**
   * What `buyAgain` gives for every customer, one list below the other, off the event loop: the columns `customer`,
   * `item`, `due`, `earliest`, `latest`, `probability`, `repurchase`, `interval_days`, `last_bought`, `purchases` and
   * `basis`; customers by id, those without an answer left out.
   */
  dueAll(now: Date | string, n?: number, options?: BuyAgainOptions): Promise<Table>
  /** The usual interval of an item, and how likely it is bought again; `null` where nobody bought anything twice. */
  interval(item: Id): ItemInterval | null
  /** The ids of the items, sorted. */
  get items(): Id[]
  /** The ids of the customers, sorted. */
  get customers(): Id[]
  /**
   * By how much a larger quantity lasts longer, from 0 to 1: an interval grows with this power of it. `null` where nobody
   * bought anything twice.
   */
  get quantityExponent(): number | null
  /** The day after the last purchase of all. */
  get end(): Date
  /**
   * The model with more orders, which must be new ones: the one that a fit on both logs would give, to the byte, with the
   * same catalogue and groups where it has them. This one goes on answering as before.
   */
  update(log: OrderLog, options?: Cancellable): Promise<Replenishment>
  /**
   * The model without a customer: the one that a fit without their orders would give, to the byte. This one goes on
   * answering as before.
   */
  forget(customer: Id, options?: Cancellable): Promise<Replenishment>
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Replenishment>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Replenishment
}

/** Customers by recency, frequency and monetary value. */
export declare class Rfm {
  /** Fits on a log. By default: as of the midnight after the last order, five classes by quantile, ten segments. */
  static fit(log: OrderLog, options?: RfmOptions): Promise<Rfm>
  /**
   * The model with the orders of another, which was fitted on other orders with the same parameters: the one that a fit on
   * all of them would give, to the byte.
   */
  merge(other: Rfm): Promise<Rfm>
  /** What became of the rows that `fitColumns` was given; `null` after `fit`, which was given a log. */
  get report(): IntakeReport | null
  /** The segment grids that have a name. */
  static grids(): Array<SegmentGridData>
  /**
   * All customers: `customer`, `recency_days`, `frequency`, `monetary`, `R_score`, `F_score`, `M_score`, `segment`, `score`,
   * `RFM`.
   */
  get table(): Table
  /** One row a segment: its size, its share of customers and revenue, its medians and means. */
  get profiles(): Table
  /** The cut points that the scores come from. */
  get cutPoints(): CutPoints
  /** The names of the segments, in the order of results. */
  get segmentNames(): Array<string>
  /** The midnight at which recency was taken; `null` when the log was empty and none was given. */
  get asOf(): Date | null
  /** The segment of a customer. */
  segment(customer: Id): string
  /** The segments of many customers, in their order. */
  segmentsOf(customers: Id[]): Array<string>
  /** The customers of a segment, by id. */
  customers(segment: string): Id[]
  /**
   * Scores values by the model's cut points: a row for each, with the columns of `table` from `R_score` on. Ties that the
   * model itself split by rank stay together.
   */
  score(values: RfmValues): Table
  /** The customers of another model, scored by the cut points of this one. */
  rescore(other: Rfm): Rfm
  /**
   * The customers of another log, scored by the cut points of this model; as of the midnight after the log's last order, or
   * of `asOf`.
   */
  apply(log: OrderLog, options?: RfmApplyOptions): Promise<Rfm>
  /**
   * Who went from which segment of this model to which of a later one with the same segments: `before`, `after`,
   * `customers`, and `share`, the part of those who were in the segment before. Who is in one model only comes from
   * `(not yet a customer)` or goes to `(no longer counted)`.
   */
  migration(after: Rfm): Table
  /** Everything known of a customer. */
  customer(customer: Id): RfmCustomer
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Rfm>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Rfm
  /**
   * The model with more orders, which must be new ones: the one that a fit on both logs would give, to the byte, with the
   * same catalogue and groups where it has them. This one goes on answering as before.
   */
  update(log: OrderLog, options?: Cancellable): Promise<Rfm>
  /**
   * The model without a customer: the one that a fit without their orders would give, to the byte. This one goes on
   * answering as before.
   */
  forget(customer: Id, options?: Cancellable): Promise<Rfm>
}

/** What comes next in a session, by what followed its last known item in finished sessions: the baseline. */
export declare class SequentialRules {
  /** Counts what follows what in the sessions of an event log. */
  static fit(log: EventLog, options?: SequentialRulesOptions): Promise<SequentialRules>
  /** The number of rules: pairs of items that any session bears out. */
  get nRules(): number
  /**
   * The model of its sessions and further finished ones, equal to a fit on all of them; this one stays as it is.
   * A session that goes on after it was given is another one.
   */
  append(log: EventLog): Promise<SequentialRules>
  /** The `n` items, 10 by default, that come next in a session, given by its items in the order of their clicks. */
  recommend(session: Id[], n?: number, options?: SessionRecommendOptions): SessionAnswer
  /**
   * The same for many sessions, whose clicks are views: an answer for each, in their order. All cores are at
   * work, and the event loop is free.
   */
  recommendMany(sessions: Iterable<Id[]>, n?: number, options?: SessionsRecommendOptions): Promise<SessionAnswer[]>
  /** The ids of the items, sorted. */
  get items(): Id[]
  /** The number of sessions that it was fitted on. */
  get nSessions(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<SequentialRules>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): SequentialRules
}

/** How well a model tells the next clicks of test sessions. */
export declare class SessionEvaluation {
  /** The share of the clicks asked for that are among the first `k` answers. */
  get hitRate(): SessionEstimate
  /** The mean of 1 over the place of the click, 0 where it is not among the first `k`. */
  get mrr(): SessionEstimate
  /** The length of the lists. */
  get k(): number
  /** The number of clicks asked for: of every test session all but the first. */
  get n(): number
  /** By how much this evaluation exceeds another one of the same test sessions and `k`, with intervals of the differences. */
  minus(other: SessionEvaluation): Promise<SessionDifference>
  /** Both values with their intervals, in words. */
  get text(): string
}

/**
 * What comes next in a session, by the finished sessions that resemble it most (VMIS-kNN and STAN). Asked with the items
 * of the session so far; no state of sessions is kept.
 */
export declare class SessionKnn {
  /** Fits on the sessions of an event log: on views, clicks, wishes, adds to the cart, purchases and clicks in messages. */
  static fit(log: EventLog, options?: SessionKnnOptions): Promise<SessionKnn>
  /** The number of sessions with each item, in the order of `items`. */
  get counts(): Array<number>
  /** The number of the sessions that are kept, because they are among the most recent of an item. */
  get nKept(): number
  /** What the index takes, in bytes, without the ids of the items. */
  get nBytes(): number
  /**
   * The model of its sessions and further finished ones, equal to a fit on all of them; this one stays as it is.
   * A session that goes on after it was given is another one.
   */
  append(log: EventLog): Promise<SessionKnn>
  /** The `n` items, 10 by default, that come next in a session, given by its items in the order of their clicks. */
  recommend(session: Id[], n?: number, options?: SessionRecommendOptions): SessionAnswer
  /**
   * The same for many sessions, whose clicks are views: an answer for each, in their order. All cores are at
   * work, and the event loop is free.
   */
  recommendMany(sessions: Iterable<Id[]>, n?: number, options?: SessionsRecommendOptions): Promise<SessionAnswer[]>
  /** The ids of the items, sorted. */
  get items(): Id[]
  /** The number of sessions that it was fitted on. */
  get nSessions(): number
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<SessionKnn>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): SessionKnn
}

/** A log to train on, and for each customer asked about the items that they bought afterwards. */
export declare class Split {
  /** Takes two logs that are apart already, such as the two files of a published data set. */
  static fromLogs(train: OrderLog, test: OrderLog, options?: SplitOptions): Promise<Split>
  /** The log to fit models on; it holds nothing of what is asked for. */
  get train(): OrderLog
  /** The customers asked about, by id. */
  customers(): Id[]
  /** The items that should be recommended to a customer, by id. */
  truth(customer: Id): Id[]
  /** The items that a customer has before the test part, by id. */
  history(customer: Id): Id[]
  /** How much is asked for, and what was left out. */
  get counts(): SplitCounts
  /** The same in words. */
  get text(): string
}

/** The numbers of customers by their stages at two dates. */
export declare class StageMovements {
  /** How many went from one stage to another; `null` for not there yet. */
  count(before: Stage | null, after: Stage | null): number
  /** The number of customers who are there at the later date. */
  get total(): number
  /**
   * A row for each pair: `before`, `after`, `customers`, and `share`, the part of those who were in the stage before. Who was
   * not known before comes from `(not there yet)`.
   */
  get table(): Table
}

/** Named columns of one length. Iterating gives one object a row. */
export declare class Table {
  /** The number of rows. */
  get length(): number
  /** The names of the columns. */
  get columns(): Array<string>
  /** A row, as an object with a key for each column. */
  row(index: number): Row
}

/** What customers buy after what, within a number of days. */
export declare class TemporalRules {
  /**
   * Fits on a log with customers and times. By default: at least 5 customers a rule, any confidence, no item after
   * itself.
   */
  static fit(log: OrderLog, options: TemporalRulesOptions): Promise<TemporalRules>
  /**
   * The rules, highest lift first: `antecedent`, `consequent`, `count`, `support`, `confidence`, `lift` of customers,
   * and the quartiles of the days between: `median_days`, `q1_days`, `q3_days`. Nothing is computed before it is read.
   */
  get rules(): Table
  /** Why rules are missing, where a limit ended the computation; `null` when every rule is there. */
  get partial(): string | null
  /** The number of customers who bought anything. */
  get nCustomers(): number
  /** The number of orders that did not count because they have no customer. */
  get anonymousOrders(): number
  /** What is bought next after an item, at most `n`, 10 by default, best first by the measure, the confidence unless told. */
  next(item: Id, n?: number, options?: NextOptions): Recommendation[]
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<TemporalRules>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): TemporalRules
}

/**
 * What customers and sessions looked at and did not buy since; answers in microseconds. When the logs grow, it is made anew.
 *
 * A view, a click, the click in a message, a wish and an add to the cart are looks at an item; a purchase takes away all
 * looks up to its instant. An item whose last add to the cart was not taken back is in the cart.
 */
export declare class Visits {
  /** Reads an event log, and the orders of the same customers where these are not among the events; they need times. */
  static of(events: EventLog, options?: { orders?: OrderLog }): Promise<Visits>
  /**
   * The `n` items, 10 by default, that someone looked at last and did not buy since, the latest first: of a customer in
   * all sessions, else of the session that goes on.
   */
  recentlyViewed(who: VisitQuery, n?: number): Seen[]
  /**
   * The `n` items, 10 by default, of earlier sessions with which a customer may go on: what was left in the cart, then what
   * was viewed, each the latest first; nothing that was bought since or touched in the session that goes on (looked at, put
   * into the cart or taken out, bought; not what it was only shown). Without a customer, the items of that session in the
   * same order.
   */
  continueShopping(who: VisitQuery, n?: number): Seen[]
  /** Saves to a file in one step: a reader sees the old file or the new one, whole. */
  save(path: string, options?: SaveOptions): Promise<void>
  /** Loads from a file. */
  static load(path: string): Promise<Visits>
  /** The bytes of the file, in a `Buffer`; synchronous, unlike `save`. */
  toBytes(options?: SaveOptions): Uint8Array
  /** One from the bytes of a file; synchronous, unlike `load`. */
  static fromBytes(bytes: Uint8Array): Visits
}

/**
 * Holds a share of the customers out, a tenth unless told, and asks for one in five of the items of each; the others are
 * the history that a model is told.
 */
export declare function byCustomer(log: OrderLog, options?: ByCustomerOptions): Promise<Split>

/** A category of a catalogue. */
export interface Category {
  /** The names from the widest category down to it, joined by the separator. */
  path: string
  /** Its own name. */
  name: string
  /** The path of the category right above it; `null` for the widest. */
  parent: string | null
  /** How many categories its path has, itself included: from 1. */
  depth: number
  /** The number of items that stand in it or below it. */
  nItems: number
}

/**
 * Measures several models, and the most popular items as `popularity`, on the same customers.
 *
 * Differences are taken customer by customer. Each says what chance explains, one at a time: of twenty differences of
 * nothing, one is expected to be called something.
 */
export declare function compare(models: Record<string, Evaluable>, split: Split, options?: EvaluateOptions): Promise<Comparison>

/** All that is held of a customer; what is not known is left out, or `null`. */
export interface CustomerFacts {
  customer: Id
  /** The attributes that are known, by name; a day as text such as `1980-02-29`. */
  attributes: Record<string, string | number | boolean>
  /** The IANA name of the time zone. */
  timeZone: string | null
  /** The words of each kind of preferences that has any. */
  preferences: Record<string, string[]>
  /** The consents that were given or withdrawn, by `channel/purpose`. */
  consents: Record<string, 'given' | 'withdrawn'>
}

/** What a customer did in a span of time. */
export interface CustomerSpan {
  /** `null` for who is not known. */
  customer: Id | null
  from: Date
  to: Date
}

/**
 * The cut points that scores come from, each list in rising order: of values, also where customers are scored by rank. By
 * nested scores one list for each recency score, for monetary value one for each pair of recency and frequency scores.
 */
export interface CutPoints {
  recency: number[] | number[][]
  frequency: number[] | number[][]
  /** `null` in a log without prices. */
  monetary: number[] | number[][] | null
}

/** One of those found, and why. */
export interface DiagnosisExample {
  /** What it is; a place is that of an order or session without an id. */
  what: 'customer' | 'item' | 'order' | 'session' | 'span' | 'place'
  /** Which it is. */
  subject: Id | TimeSpan
  /** A few words. */
  why: string
}

/** Trouble of one kind. */
export interface DiagnosisFinding {
  kind: FindingKind
  /** How many customers, items, orders, sessions or spans of time it concerns. */
  count: number
  /** The lines that are concerned, of an event log the events. */
  lines: number
  /** The orders (sessions) that have such a line. */
  orders: number
  /** The customers who have one. */
  customers: number
  /** The share of these lines in all. */
  share: number
  /** The worst. */
  examples: Array<DiagnosisExample>
  /** The spans of time that it concerns. */
  spans: Array<TimeSpan>
  /** What takes it out; empty where there is nothing to take out (gaps, midnights). */
  filter: LogFilter
}

/** When a customer will buy an item again. Days are those of UTC, given by their midnight. */
export interface Due {
  item: Id
  /** The day of the median interval after the last purchase; it may be past. */
  due: Date
  /** The day before which the share `(1 - coverage) / 2` of next purchases comes, of those that come at all. */
  earliest: Date
  /** The day behind which as many come. */
  latest: Date
  /** The chance of a purchase within the horizon, given that there was none since the last one: from 0 to 1. */
  probability: number
  /** The chance that it is bought again at all, given the same: from 0 to 1. */
  repurchase: number
  /** The median interval after the last purchase, in days. */
  intervalDays: number
  /** The day of the last purchase. */
  lastBought: Date
  /** On how many days it was bought. */
  purchases: number
  /** Whose intervals weigh most. */
  basis: 'customer' | 'item' | 'category' | 'all'
}

/** The value of a metric. */
export interface Estimate {
  /** Its name with the length of the lists, such as `ndcg@20`. */
  metric: string
  /** The mean over the customers for whom it is defined; for coverage the share. NaN where it is defined for nobody. */
  value: number
  /** The lower end of the interval; NaN where there is none. */
  low: number
  /** The upper end of the interval; NaN where there is none. */
  high: number
  /** The number of customers for whom it is defined. */
  n: number
  /** The number of customers for whom it is not. */
  nUndefined: number
}

/**
 * Measures a model, or the lists of any other program, on a split.
 *
 * The model should be fitted on `split.train`. Recommendations of any origin are a `Map` or an iterable of customers with
 * their lists, best first, or a function from a customer to a list, which may be asynchronous.
 */
export declare function evaluate(model: Evaluable, split: Split, options?: EvaluateOptions): Promise<Evaluation>

/**
 * Measures how well a model tells the next click: of every test session each beginning is given, and the click behind it is
 * the one item asked for. An item that the model does not know is a miss; items of the session may be answered again.
 * Values are means over all clicks asked for, intervals are over sessions.
 */
export declare function evaluateSessions(model: SessionModel, test: EventLog, options?: EvaluateSessionsOptions): Promise<SessionEvaluation>

/** How much a filter took. What several parts of it name counts under the first of them. */
export interface FilterReport {
  /** The lines of an order log, or the events of an event log, before. */
  before: number
  byCustomers: number
  byOrders: number
  bySessions: number
  byItems: number
  bySpans: number
  /** Kept under another item code. */
  renamed: number
  /** Kept. */
  left: number
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
  /**
   * A sentence where the input has no rows, or more of them were set aside than taken: the most frequent cause and its
   * count; `null` otherwise.
   */
  warning: string | null
  /** The report in words. */
  text: string
}

/** All that a catalogue says of an item. */
export interface ItemFacts {
  name: string | null
  /** The paths of the deepest categories. */
  categories: Array<string>
  brand: string | null
  price: number | null
  cost: number | null
  /** Below zero where more are sold than there were. */
  stock: number | null
  launched: Date | null
  tags: Array<string>
  /** The free attributes that the item has. */
  attributes: Record<string, string>
  text: string | null
}

/** The usual interval of an item. */
export interface ItemInterval {
  /** The median days until the next purchase after one of quantity 1, by a customer of whom nothing else is known. */
  days: number
  /** The chance that there is one after the first purchase, from 0 to 1. */
  repurchase: number
}

/** How many itemsets there are. */
export interface ItemsetCounts {
  /** How many, of all lengths; to the nearest double beyond 2^53. */
  total: number
  /** How many of one item, of two, and so on up to the longest. */
  byLength: Array<number>
  /** Why itemsets are missing, where the time was up; `null` when every one was counted. */
  partial: string | null
}

/**
 * Trains on all baskets of each customer but the last, asks for that one. Every customer is split at a time of their own, so
 * a model sees what others bought later; `temporalSplit` gives an estimate without that.
 */
export declare function leaveLastBasket(log: OrderLog, options?: SplitOptions): Promise<Split>

/** Trains on all items of each customer but one, asks for that one: the last that was new, or one drawn by the seed. */
export declare function leaveOneOut(log: OrderLog, options?: LeaveOneOutOptions): Promise<Split>

/** Where a customer stands. Days are those of UTC, given by their midnight. */
export interface LifecycleCustomer {
  customer: Id
  stage: Stage
  /**
   * The day on which they entered the stage; for a prospect the first on which they are known, `null` where that has no
   * date.
   */
  since: Date | null
  /**
   * The day at whose end the stage changes if nothing is bought until then; `null` for prospects, the lost, where nobody
   * ever bought on two days, and where it is later than there are days.
   */
  nextChange: Date | null
  /** The stage that it will be then. */
  nextStage: Stage | null
  /** The median of what is expected of the interval after the last purchase. */
  rhythmDays: number | null
  /** The days since the last purchase at the end of the day before `asOf`. */
  silenceDays: number | null
  /** On how many days something was bought. */
  purchases: number
}

/** Loads a model of any kind from a file; `instanceof` tells which it is. */
export declare function load(path: string): Promise<Model>

/** A matrix in one array, row after row. */
export interface Matrix {
  data: Float64Array
  rows: number
  columns: number
}

/** What two items are to each other, with the counts that say so. */
export interface PairRelation {
  /** `'unclear'` where one of them is in too few baskets. */
  relation: 'complement' | 'substitute' | 'neither' | 'unclear'
  /** The baskets with the first item. */
  ordersA: number
  /** The baskets with the second item. */
  ordersB: number
  /** The baskets with both. */
  together: number
  /** The baskets that would have both by chance. */
  expected: number
  /** `(together + shrinkage) / (expected + shrinkage)`: 1 as by chance. */
  lift: number
  /** How alike what stands beside them in baskets is, from 0 to 1. */
  context: number
  /** The customers who bought both and never in one order, within the window. */
  apart: number
  /** Those of them who bought each at least twice. */
  instead: number
  /** All of it in words. */
  sentence: string
}

/** An item, and what it is to the one asked about. */
export interface RelatedItem {
  item: Id
  pair: PairRelation
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
  /** The mean of the scores by the weights. */
  score: number
  /** The scores as digits, such as 543; without prices 54; `null` with ten classes. */
  rfm: number | null
}

/** A segment of a grid, as `GridSegment` takes it. */
export interface SegmentData {
  name: string
  r: Array<number>
  f: Array<number>
  m?: Array<number>
  fm?: Array<number>
}

/** A segment grid as data. */
export interface SegmentGridData {
  name: string
  bins: number
  segments: GridSegment[]
  /** The name of what no segment holds, in a grid of rules in order. */
  other?: string
}

/** By how much one evaluation exceeds another, session by session. */
export interface SessionDifference {
  hitRate: SessionEstimate
  mrr: SessionEstimate
}

/** A mean over the clicks asked for. */
export interface SessionEstimate {
  /** The mean; NaN where no click is asked for. */
  value: number
  /** The lower end of the interval; NaN where there is none. */
  low: number
  /** The upper end of the interval; NaN where there is none. */
  high: number
}

/** How much a split asks for, and what it left out. */
export interface SplitCounts {
  /** Customers asked about. */
  customers: number
  /** Of these, customers for whom nothing is left to ask for: their accuracy is undefined. */
  withoutTruth: number
  /** Pairs of customer and item that are asked for. */
  pairs: number
  /** Customers of the test part that the training part does not know: left out. */
  unknownCustomers: number
  /** Pairs of a customer asked about with an item that the training part does not know. */
  unknownPairs: number
  /** Pairs that the training part has already, left out where only new items are asked for. */
  repeatedPairs: number
  /** Orders of the test part without a customer: left out. */
  anonymousOrders: number
}

/**
 * Splits sessions at an instant, given by one of `at`, `lastDays` before the last event and the `fraction` of the sessions:
 * those that end before it are trained on, the others asked about. Both are whole.
 */
export declare function splitSessions(log: EventLog, options: CutOptions): Promise<{ train: EventLog, test: EventLog }>

/**
 * Trains on what was ordered before an instant, asks for what was bought at it or later: the protocol to trust. Give one of
 * `at`, `lastDays` and `fraction`.
 */
export declare function temporalSplit(log: OrderLog, options: TemporalSplitOptions): Promise<Split>

/** A span of time: from an instant on and before another. */
export interface TimeSpan {
  from: Date
  to: Date
}

/** What a catalogue could not place. */
export interface Unplaced {
  /** The items that are not in the catalogue, or in none of its categories. */
  items: Id[]
  /** The number of baskets that were left out because they hold no other items; all shares are of the others. */
  baskets: number
}

export declare namespace datasets {
  /** Ten breakfast baskets, small enough to check every answer by hand. */
  export function breakfast(): Array<Array<string>>
  /** Half a year of a corner shop: five customers, nine purchases, one return. */
  export function cornerShop(): OrderLog
  /** A realistic shop made from a seed. By default 10,000 lines over the year 2025. */
  export function shop(options?: ShopOptions): Promise<OrderLog>
  /**
   * The catalogue of a shop: names, categories and prices of its products; with the same options, the items are those of its
   * log.
   */
  export function shopCatalog(options?: ShopOptions): Promise<Catalog>
  /** A shop with the events that lead to its orders, its catalogue, and the truth about what was planted in it. */
  export function shopData(options?: ShopOptions): Promise<ShopData>
}
