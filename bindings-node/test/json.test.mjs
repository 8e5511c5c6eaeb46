// Trees on their way to the compiled part and back, as JSON text.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import test from 'node:test'

import { OrderLog, Recommender } from '../index.mjs'

const { exactly, jsonText } = createRequire(import.meta.url)('../json.js')

test('holes of a list are what JSON has for them', () => {
  const tree = { blocked: [, 1, undefined, [, ,]] }
  assert.equal(jsonText('rules', tree), JSON.stringify(tree))
  assert.equal(jsonText('rules', { blocked: new Array(2) }), '{"blocked":[null,null]}')
})

test('long integers stay exact, and text stays text', () => {
  const long = 2n ** 60n + 1n
  for (const text of ['\0', '\0x', '\x001152921504606846977', '\0\0', '\0\x001', '\0'.repeat(9), 'a\0\0', '\\u0000', '\\\0', '"\0', '1152921504606846977', '']) {
    const told = { [text]: text, list: [text, 7] }
    assert.deepEqual(exactly(JSON.stringify(told)), told)
    const withLong = `{"long":[${long},-${long}],${JSON.stringify(told).slice(1)}`
    assert.deepEqual(exactly(withLong), { long: [long, -long], ...told })
  }
})

test('an id that begins with U+0000 stands beside a long one', async () => {
  const long = 2n ** 60n + 1n
  const what = ['\0tea', '\x0042', '\0\0', 'tea']
  const rows = what.map((what, at) => ({ who: long, order: at, what, at: new Date(Date.UTC(2025, 0, 1 + at)) }))
  const log = await OrderLog.fromRows(rows, { customer: 'who', order: 'order', item: 'what', time: 'at' })
  const recommender = await Recommender.fit(log)
  const held = recommender.export(long)
  const texts = []
  const look = (value) => (value !== null && typeof value === 'object' ? Object.values(value).forEach(look) : texts.push(value))
  look(held)
  assert.ok(texts.includes(long))
  assert.ok(what.every((item) => texts.includes(item)))
})
