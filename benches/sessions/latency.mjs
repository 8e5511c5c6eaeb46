// What a request of a session costs in Node, and how many a process answers: `node benches/sessions/latency.mjs [CLICKS] [ITEMS]
// [PART]`, with the model and the requests that latency.py made. Parts are cost, most and rate; all unless told.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const { SessionKnn } = createRequire(import.meta.url)('../../bindings-node/index.js')
const [clicks = 10_000_000, items = 500_000, part = 'cost most rate'] = process.argv.slice(2)
const file = (end) => fileURLToPath(new URL(`../../target/sessions/${clicks}-${items}.${end}`, import.meta.url))
const N = 20
const PASSES = 3
/** A second of requests in the trial of a rate, and for how many seconds. */
const RATE = 5_000
const SECONDS = 4

const model = await SessionKnn.load(file('kosar'))
const asked = JSON.parse(readFileSync(file('json'), 'utf8')).slice(0, 10_000)

/** Shares of rising numbers. */
function shares(values, ...parts) {
  const sorted = Float64Array.from(values).sort()
  return parts.map((part) => sorted[Math.floor((sorted.length - 1) * part)])
}

const cells = (values, digits = 0) => values.map((value) => value.toFixed(digits)).join(' | ')

/** Microseconds of each request, one after the other. */
function latencies(use) {
  for (const session of asked.slice(0, 1_000)) use(model.recommend(session, N))
  return Array.from({ length: PASSES }, () => asked.map((session) => {
    const began = performance.now()
    use(model.recommend(session, N))
    return (performance.now() - began) * 1000
  })).flat()
}

/** Runs something, and tells by how much turns of the event loop were late meanwhile, in ms: longest, 99 %, middle. */
async function watched(run) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const found = await run()
  delay.disable()
  // A tick of the monitor is 1 ms when nothing is late.
  const late = [delay.max, delay.percentile(99), delay.percentile(50)].map((ns) => Math.max(0, ns / 1e6 - 1))
  return { found, late }
}

/** Each request by itself in a turn of its own, as handlers of a server run. */
async function oneByOne(due, done) {
  while (due.length > 0) {
    const one = due.shift()
    model.recommend(one.session, N)
    done(one)
    await turn()
  }
}

/** All that wait, at most so many, in one call. */
const many = (most) => async (due, done) => {
  while (due.length > 0) {
    const taken = due.splice(0, most)
    await model.recommendMany(taken.map(({ session }) => session), N)
    taken.forEach(done)
  }
}

/** As many requests as can be answered: `lanes` calls at work at a time. */
async function rate(serve, lanes) {
  const due = asked.map((session) => ({ session }))
  const began = performance.now()
  await Promise.all(Array.from({ length: lanes }, () => serve(due, () => {})))
  return (asked.length / (performance.now() - began)) * 1000
}

/** Requests that come in at a rate: from when each was due to when it was answered, in ms. */
async function atRate(serve, lanes) {
  const [due, taken] = [[], []]
  const total = RATE * SECONDS
  const began = performance.now()
  const done = ({ since }) => taken.push(performance.now() - since)
  let come = 0
  let atWork = 0
  while (taken.length < total) {
    const wanted = Math.min(total, Math.floor((performance.now() - began) * (RATE / 1000)))
    for (; come < wanted; come += 1) due.push({ session: asked[come % asked.length], since: began + come / (RATE / 1000) })
    if (due.length > 0 && atWork < lanes) {
      atWork += 1
      serve(due, done).finally(() => { atWork -= 1 })
    }
    await sleep(1)
  }
  return taken
}

const ways = { 'one by one, on the event loop': [oneByOne, 1], 'recommendMany, 32 at once': [many(32), 2] }

if (part.includes('cost')) {
  console.log('| Node, us | p50 | p90 | p99 | p99.9 |\n|---|---:|---:|---:|---:|')
  const told = (what, use) => console.log(`| ${what} | ${cells(shares(latencies(use), 0.5, 0.9, 0.99, 0.999))} |`)
  told('the answer', ({ recommendations }) => recommendations.length)
  told('as JSON', (answer) => JSON.stringify(answer).length)
}

if (part.includes('most')) {
  console.log('\n| all that can be | requests a second | late ms: longest | 99 % | middle |\n|---|---:|---:|---:|---:|')
  for (const [name, [serve, lanes]] of Object.entries(ways)) {
    for (let pass = 0; pass < PASSES; pass += 1) {
      const { found, late } = await watched(() => rate(serve, lanes))
      console.log(`| ${name} | ${cells([found])} | ${cells(late, 2)} |`)
    }
  }
}

if (part.includes('rate')) {
  console.log(`\n| ${RATE} a second | ms from due to answered: p50 | p90 | p99 | late ms: longest | 99 % | middle |`)
  console.log('|---|---:|---:|---:|---:|---:|---:|')
  for (const [name, [serve, lanes]] of Object.entries(ways)) {
    const { found, late } = await watched(() => atRate(serve, lanes))
    console.log(`| ${name} | ${cells(shares(found, 0.5, 0.9, 0.99), 2)} | ${cells(late, 2)} |`)
  }
}
