import assert from 'node:assert/strict'
import { test } from 'node:test'

import { datasets } from '../index.mjs'

test('a shop comes with events, catalogue and truth', async () => {
  const options = { lines: 2_000, seed: 3, clicks: 8_000, yearly: 0.5, consumables: 0.1 }
  const { log, events, catalog, truth } = await datasets.shopData(options)
  assert.equal(events.nEvents, 8_000)
  assert.equal(log.nLines, 2_000)
  assert.ok(catalog.nItems >= log.nItems)
  assert.ok(truth.funnel.viewed > truth.funnel.carted && truth.funnel.carted > truth.funnel.bought)
  assert.deepEqual(Object.keys(truth.seasons[0]).sort(), ['category', 'peakDay', 'peakWeekday'])
  assert.ok(truth.consumables[0].daysPerUnit > 0)
  const [session, order] = truth.sessionOrders[0]
  assert.equal(`${typeof session} ${typeof order}`, 'number string')
  assert.deepEqual(truth, (await datasets.shopData(options)).truth)
})

test('repeat buyers have known rates', async () => {
  const { truth } = await datasets.shopData({ lines: 50_000, repeat: { r: 2, alpha: 8, a: 1.5, b: 6 } })
  const mean = (key) => truth.repeatBuyers.reduce((sum, one) => sum + one[key], 0) / truth.repeatBuyers.length
  assert.ok(Math.abs(mean('lambda') - 0.25) < 0.02, `${mean('lambda')}`)
  assert.ok(Math.abs(mean('p') - 0.2) < 0.016, `${mean('p')}`)
})

test('what is not allowed is named', async () => {
  const repeat = { r: 1, alpha: 4, a: 1, b: 1 }
  for (const [options, message] of [
    [{ clicks: 20_000_000 }, /^clicks must be from 0 to 10,000,000, got 20000000/],
    [{ cartRate: 0 }, /^cart_?[rR]ate must be from 0.02 to 1, got 0/],
    [{ repeat: { ...repeat, r: 0 } }, /^r must be from 0.05 to 100, got 0/],
    [{ repeat: { r: 1 } }, /^alpha must be from 0.1 to 10,000, got NaN/],
    [{ repeat: { ...repeat, c: 1 } }, /^repeat have no 'c'; allowed are: r, alpha, a, b$/],
    [{ repeat, consumables: 0.1 }, /^consumables must be 0 for repeat/],
  ]) {
    await assert.rejects(datasets.shopData(options), ({ message: found }) => message.test(found) || assert.fail(found))
  }
})
