// All frequent itemsets from Node, in turns: `node node.mjs FOLDER_OF_PEERS FILE MIN_COUNT ROUNDS`. Both are given arrays
// of numbers and give arrays of items and counts. Writes what stopwatch.py writes.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

import { FrequentItemsets, OrderLog } from '../../bindings-node/index.mjs'

const [folder, file, minCount, rounds] = process.argv.slice(2)
const { FPGrowth } = createRequire(resolve(folder, 'package.json'))('node-fpgrowth')
const count = Number(minCount)
const baskets = readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => line.trim().split(/\s+/).map(Number))
const log = await OrderLog.fromBaskets(baskets)

async function fromLog(log) {
  const { itemsets } = await FrequentItemsets.fit(log, { minSupport: count })
  return { items: itemsets.column('items'), counts: itemsets.column('count') }
}

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0)
const ofColumns = ({ items, counts }) => [items.length, sum(counts)]
const candidates = [
  {
    name: 'node-fpgrowth',
    // It takes a share, and rounds up: half a basket less is the same count, however the share rounds.
    run: () => new FPGrowth((count - 0.5) / baskets.length).exec(baskets),
    answer: (found) => [found.length, sum(found.map((set) => set.support))],
  },
  { name: 'kosar, arrays to arrays', run: async () => fromLog(await OrderLog.fromBaskets(baskets)), answer: ofColumns },
  { name: 'kosar, log to arrays', run: () => fromLog(log), answer: ofColumns },
]

async function once({ run }) {
  const start = performance.now()
  const found = await run()
  return { seconds: (performance.now() - start) / 1000, found }
}

const timed = []
for (const candidate of candidates) {
  const { found } = await once(candidate)
  timed.push({ name: candidate.name, seconds: [], answer: candidate.answer(found), note: '' })
}
const ours = JSON.stringify(timed.at(-1).answer)
for (const { name, answer } of timed) {
  if (JSON.stringify(answer) !== ours) throw new Error(`${name}: found ${JSON.stringify(answer)}, kosar ${ours}`)
}
for (let round = 0; round < Number(rounds); round += 1) {
  for (let turn = 0; turn < candidates.length; turn += 1) {
    const position = (round + turn) % candidates.length
    timed[position].seconds.push((await once(candidates[position])).seconds)
  }
}
process.stdout.write(JSON.stringify(timed))
