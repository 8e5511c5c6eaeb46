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

