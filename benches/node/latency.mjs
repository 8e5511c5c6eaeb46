// What a request costs in Node, answers and all: `node benches/node/latency.mjs [PACKAGE ...]`. A package is the path of an
// index.js; several, such as one of before and one of after a change, are asked in turns. The one of this repository,
// built with `npm run build:release`, unless told. KOSAR_DATA names the folder of the real data sets.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const own = fileURLToPath(new URL('../../bindings-node/index.js', import.meta.url))
const paths = process.argv.length > 2 ? process.argv.slice(2).map((path) => resolve(path)) : [own]
const folder = process.env.KOSAR_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const N = 20
const ROUNDS = 5

/** What a handler does with an answer. */
const uses = {
  'no results asked for': { n: 0, use: ({ length }) => length },
  'the answer': { n: N, use: ({ length }) => length },
  'items and scores read': { n: N, use: (found) => found.reduce((sum, { item, score }) => sum + score + String(item).length, 0) },
  'reasons read': { n: N, use: (found) => found.reduce((sum, { reason }) => sum + reason.count + reason.sentence.length, 0) },
  'as JSON': { n: N, use: (found) => JSON.stringify(found).length },
}

/** Customers and items of lines such as `7 12 15 16`: a customer and all that is theirs. */
function pairs(file) {
  const [customer, item] = [[], []]
  for (const line of readFileSync(join(folder, file), 'utf8').trimEnd().split('\n')) {
    const [who, ...items] = line.trim().split(' ').map(Number)
    for (const id of items) {
      customer.push(who)
      item.push(id)
    }
  }
  return { customer, item }
}

/** Every so many of a list, at most 2,000. */
function sample(list) {
  const step = Math.max(1, Math.floor(list.length / 2000))
  return list.filter((_, at) => at % step === 0)
}

/** The requests of a package, by name: those asked, and how. */
async function requests({ AssociationRules, ItemSimilarity, OrderLog }) {
  const checkins = pairs('gowalla/train.txt')
  const likeness = await ItemSimilarity.fit(await OrderLog.fromColumns(checkins))
  const retail = await OrderLog.fromCsv(join(folder, 'online_retail/online_retail.csv.gz'), {
    customer: 'CustomerID', order: 'InvoiceNo', item: 'StockCode', time: 'InvoiceDate', quantity: 'Quantity', price: 'UnitPrice',
  })
  const words = await ItemSimilarity.fit(retail)
  const rules = await AssociationRules.fit(retail, { minSupport: 0.005, minConfidence: 0.05, maxLen: 3 })
  const { customers } = await words.recommendAll(0)
  const items = [...new Set(rules.rules.column('consequent').flat())]
  const carts = items.map((item, at) => [item, items[(at * 7 + 1) % items.length], items[(at * 13 + 2) % items.length]])
  return {
    'Gowalla, similarity, integer ids: for a customer': {
      asked: sample([...new Set(checkins.customer)]),
      ask: (customer, n) => likeness.recommend({ customer }, n),
    },
    'Online Retail, similarity, text ids: for a customer': {
      asked: sample(customers),
      ask: (customer, n) => words.recommend({ customer }, n),
    },
    'Online Retail, similarity, text ids: like an item': { asked: sample(items), ask: (item, n) => words.similar(item, n) },
    [`Online Retail, ${rules.rules.length} rules, text ids: for a cart of 3`]: {
      asked: sample(carts),
      ask: (cart, n) => rules.recommend(cart, n),
    },
  }
}

/** Microseconds of each request. */
function timed({ asked, ask }, { n, use }) {
  return asked.map((one) => {
    const began = performance.now()
    use(ask(one, n))
    return (performance.now() - began) * 1000
  })
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1)
}

const packages = []
for (const path of paths) packages.push(await requests(createRequire(import.meta.url)(path)))

for (const name of Object.keys(packages[0])) {
  console.log(`\n${name}\n`)
  console.log(`| ${N} results | ${paths.map((_, at) => `${paths.length > 1 ? `${at + 1}: ` : ''}p50 us | p99 us`).join(' | ')} |`)
  console.log(`|---|${'---|---|'.repeat(paths.length)}`)
  for (const [what, use] of Object.entries(uses)) {
    const times = packages.map(() => [])
    packages.forEach((each) => timed(each[name], use))
    for (let round = 0; round < ROUNDS; round += 1) {
      packages.forEach((each, at) => times[at].push(...timed(each[name], use)))
    }
    const told = times.map((each) => each.sort((a, b) => a - b)).map((each) => `${percentile(each, 0.5)} | ${percentile(each, 0.99)}`)
    console.log(`| ${what} | ${told.join(' | ')} |`)
  }
}
