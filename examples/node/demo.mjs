// The main job from end to end: an order log in; rules, similar items and customer segments out.
//
// `node examples/node/demo.mjs` reads a generated shop; with `--orders FILE` and the names of its columns
// (`--order InvoiceNo --customer CustomerID --item StockCode ...`) a CSV file of your own, plain or gzipped.
// The demos in Rust and Python print the same report from the same input.

import { parseArgs } from 'node:util'

import {
  AssociationRules, CustomerClusters, FrequentItemsets, ItemSimilarity, OrderLog, Rfm, datasets,
} from 'kosar'

const MIN_SUPPORT = 0.01
const MIN_CONFIDENCE = 0.5
const N_CLUSTERS = 5
const ROLES = ['order', 'customer', 'item', 'time', 'quantity', 'price']

const options = Object.fromEntries(
  ['orders', ...ROLES, 'name', 'returns'].map((name) => [name, { type: 'string' }]),
)

async function main() {
  const { values } = parseArgs({ options })
  const lines = []
  await report(values, (line) => lines.push(line.trimEnd()))
  process.stdout.write(lines.join('\n') + '\n')
}

async function report(values, line) {
  const lap = clock()
  const log = await readLog(values)
  lap('read the log')
  const labels = readLabels(log, values)
  intake(log, line)
  if (log.nItems > 0) {
    await rules(log, labels, line)
    lap('rules and baskets')
  }
  if (log.nItems > 0 && log.nCustomers > 0) {
    await similar(log, labels, line)
    lap('similar items')
  }
  if (log.nCustomers > 0 && log.span) {
    await segments(log, line)
    await clusters(log, line)
    lap('segments and clusters')
  }
}

async function readLog({ orders, name, returns = 'net', ...columns }) {
  if (orders === undefined) {
    return datasets.shop({ lines: 20_000, seed: 7, dirty: 0.01, returns })
  }
  return OrderLog.fromCsv(orders, { ...columns, attributes: name ? [name] : [], returns })
}

/** What items are called in the report: their names where the log has them, else their ids. */
function readLabels(log, { orders, name }) {
  const column = orders === undefined ? 'name' : name
  const names = column && log.nItems > 0 ? log.itemWords(column) : new Map()
  return (items) => items.map((item) => names.get(item) ?? String(item)).join(' + ')
}

function intake(log, line) {
  const { rows, taken, setAside, notes } = log.report
  line(`ORDER LOG: ${whole(rows)} rows read, ${whole(taken)} taken`)
  findings('set aside', setAside, line)
  findings('note     ', notes, line)
  const days = log.span ? `, ${day(log.span.first)} to ${day(log.span.last)}` : ''
  const counts = `${whole(log.nOrders)} orders, ${whole(log.nCustomers)} customers, ${whole(log.nItems)} items`
  line(`  ${counts}${days}`)
}

/** The most frequent first. */
function findings(what, found, line) {
  const sorted = Object.entries(found).sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
  for (const [name, { count }] of sorted) {
    line(`  ${what} ${whole(count).padStart(9)}  ${name.replaceAll('_', ' ')}`)
  }
}

async function rules(log, labels, line) {
  const model = await AssociationRules.fit(log, { minSupport: MIN_SUPPORT, minConfidence: MIN_CONFIDENCE })
  const rows = [...model.rules.rows()]
  line('')
  line(`STRONGEST RULES of ${whole(rows.length)} by lift (support from 1 %, confidence from 50 %)`)
  line('  support  confidence   lift  rule')
  for (const rule of rows.slice(0, 10)) {
    const figures =
      `  ${fixed(rule.support * 100, 2).padStart(6)}%  ${fixed(rule.confidence * 100, 1).padStart(9)}%` +
      `  ${fixed(rule.lift, 1).padStart(5)}`
    line(`${figures}  ${labels(rule.antecedent)} -> ${labels(rule.consequent)}`)
  }
  line('')
  line('GOES WITH THIS BASKET')
  for (const cart of carts(rows)) {
    line(`  ${labels(cart)}`)
    for (const found of model.recommend(cart, 3)) {
      line(`    ${fixed(found.score * 100, 1).padStart(5)}%  ${labels([found.item])}`)
    }
  }
}

/** Three baskets to ask about: antecedents of the most frequent rules, several items first, no item in two. */
function carts(rows) {
  const used = new Set()
  const chosen = []
  const isSingle = ({ antecedent }) => Number(antecedent.length === 1)
  for (const { antecedent } of rows.toSorted((a, b) => isSingle(a) - isSingle(b) || b.count - a.count)) {
    if (chosen.length < 3 && !antecedent.some((item) => used.has(item))) {
      antecedent.forEach((item) => used.add(item))
      chosen.push(antecedent)
    }
  }
  return chosen
}

async function similar(log, labels, line) {
  const single = await FrequentItemsets.fit(log, { minSupport: 1, maxLen: 1 })
  const model = await ItemSimilarity.fit(log)
  line('')
  line('SIMILAR ITEMS of the best sellers, by who bought both')
  for (const { items, count } of [...single.itemsets.rows()].slice(0, 3)) {
    for (const item of items) {
      line(`  ${labels([item])} (${whole(count)} baskets)`)
      for (const found of model.similar(item, 3)) {
        line(`    ${fixed(found.score, 3).padStart(5)}  ${labels([found.item])}`)
      }
    }
  }
}

async function segments(log, line) {
  const rfm = await Rfm.fit(log)
  line('')
  line(`CUSTOMER SEGMENTS as of ${day(rfm.asOf)}`)
  line('  segment             customers   share  revenue    median days  orders     spent')
  for (const profile of rfm.profiles.rows()) {
    const medians = [
      oneDecimal(profile.median_recency_days).padStart(13),
      oneDecimal(profile.median_frequency).padStart(6),
      oneDecimal(profile.median_monetary).padStart(8),
    ]
    line(
      `  ${profile.segment.padEnd(18)} ${whole(profile.customers).padStart(10)}` +
        `  ${fixed(profile.customer_share * 100, 1).padStart(5)}%` +
        `  ${fixed(profile.revenue_share * 100, 1).padStart(6)}%  ${medians.join('  ')}`,
    )
  }
}

async function clusters(log, line) {
  const model = await CustomerClusters.fit(log, { nClusters: N_CLUSTERS })
  line('')
  line('CUSTOMER CLUSTERS by recency, frequency and monetary value')
  for (const profile of model.profiles.rows()) {
    line(
      `  ${profile.cluster + 1}. ${profile.name}: ${whole(profile.customers)} customers,` +
        ` ${fixed(profile.revenue_share * 100, 1)}% of revenue,` +
        ` median ${oneDecimal(profile.median_recency_days)} days,` +
        ` ${oneDecimal(profile.median_frequency)} orders, ${oneDecimal(profile.median_monetary)} spent`,
    )
  }
}

const whole = (number) => number.toLocaleString('en-US')
const day = (date) => date.toISOString().slice(0, 10)
const oneDecimal = (number) => (Number.isNaN(number) ? '-' : fixed(number, 1))

/** Decimals as Rust and Python round them: a tie goes to the even digit, where `toFixed` goes up. */
function fixed(number, digits) {
  const exact = number.toFixed(100)
  const cut = exact.length - 100 + digits
  const isTie = /^50*$/.test(exact.slice(cut))
  const isEven = Number(exact[cut - 1]) % 2 === 0
  return isTie && isEven ? exact.slice(0, cut) : number.toFixed(digits)
}

/** Timings on stderr. */
function clock() {
  let start = performance.now()
  return (what) => {
    const now = performance.now()
    process.stderr.write(`node    ${(now - start).toFixed(1).padStart(7)} ms  ${what}\n`)
    start = now
  }
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
})
