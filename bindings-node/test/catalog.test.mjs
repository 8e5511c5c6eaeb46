import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import { AssociationRules, Catalog, FrequentItemsets, OrderLog } from '../index.mjs'
import { longestDelay } from './data.mjs'

const columns = {
  item: ['rye', 'bun', 'tea', 'mug', 'rye'],
  category: ['Food/Bread', 'Food/Bread', 'Food/Drinks', null, 'Gifts'],
  name: ['Rye loaf', undefined, 'Black tea', 'Mug', 'Rye loaf'],
}
const catalog = await Catalog.fromColumns(columns)

/** Everything that a catalogue says. */
const facts = (catalog) => [
  catalog.nItems,
  catalog.items(),
  catalog.items().map((item) => [catalog.name(item), catalog.categoriesOf(item)]),
  catalog.categories(),
]

test('a catalogue tells items, names and categories', () => {
  assert.ok(catalog instanceof Catalog)
  assert.deepEqual([catalog.nItems, catalog.items()], [4, ['bun', 'mug', 'rye', 'tea']])
  assert.deepEqual(catalog.categoriesOf('rye'), ['Food/Bread', 'Gifts'])
  assert.deepEqual(catalog.categoriesOf('mug'), [])
  assert.deepEqual(['rye', 'bun'].map((item) => catalog.name(item)), ['Rye loaf', null])
  assert.deepEqual(catalog.itemsIn('Food'), ['bun', 'rye', 'tea'])
  assert.deepEqual(catalog.categories(), [
    { path: 'Food', name: 'Food', parent: null, depth: 1, nItems: 3 },
    { path: 'Food/Bread', name: 'Bread', parent: 'Food', depth: 2, nItems: 2 },
    { path: 'Food/Drinks', name: 'Drinks', parent: 'Food', depth: 2, nItems: 1 },
    { path: 'Gifts', name: 'Gifts', parent: null, depth: 1, nItems: 1 },
  ])
  const { rows, taken, notes } = catalog.report
  assert.deepEqual([rows, taken, notes.no_category], [5, 5, { count: 1, firstRows: [], examples: ['mug'] }])
})

test('rows, columns by level and a CSV file make the same catalogue', async () => {
  const rows = columns.item.map((sku, at) => {
    const [top, below] = (columns.category[at] ?? '').split('/')
    return { sku, path: columns.category[at], top, below, label: columns.name[at] }
  })
  const names = { item: 'sku', name: 'label' }
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'catalog.csv')
  const lines = rows.map((row) => [row.sku, row.path?.replace('/', '>'), row.label].join(';'))
  writeFileSync(path, ['sku;path;label', ...lines].join('\n'))
  const levels = ['top', 'below'].map((level) => rows.map((row) => row[level]))
  for (const [how, made] of Object.entries({
    rows: Catalog.fromRows(rows, { ...names, category: 'path' }),
    rowsByLevel: Catalog.fromRows(rows.values(), { ...names, category: ['top', 'below'] }),
    columnsByLevel: Catalog.fromColumns({ ...columns, category: levels }),
  })) {
    assert.deepEqual(facts(await made), facts(catalog), how)
  }
  const fromFile = await Catalog.fromCsv(path, { ...names, category: 'path', delimiter: ';', separator: '>' })
  assert.deepEqual(fromFile.categoriesOf('rye'), ['Food>Bread', 'Gifts'])
  assert.deepEqual(fromFile.items(), catalog.items())
})

test('ids of a catalogue keep their type', async () => {
  const big = 2n ** 60n
  const numbers = await Catalog.fromColumns({ item: [7, big, null], category: ['A', 'A', 'A'] })
  assert.deepEqual(numbers.itemsIn('A'), [7, big])
  assert.equal(numbers.report.setAside.missing_item.count, 1)
  assert.deepEqual((await Catalog.fromColumns({ item: Int32Array.of(3) })).items(), [3])
  assert.deepEqual((await Catalog.fromColumns({ item: ['07'] }, { integerIds: true })).items(), [7])
  // The type is known from a later slice only.
  const late = { item: [...new Array(2000).fill(null), 5], category: new Array(2001).fill('A') }
  assert.deepEqual((await Catalog.fromColumns(late)).itemsIn('A'), [5])
  assert.deepEqual((await Catalog.fromColumns({ item: [] })).items(), [])
  assert.deepEqual((await Catalog.fromRows([], { item: 'sku' })).categories(), [])
})

const log = await OrderLog.fromColumns({
  order: [1, 1, 2, 2, 3, 3, 4],
  customer: ['ann', 'ann', 'ann', 'ann', 'bob', 'bob', null],
  item: ['rye', 'tea', 'bun', 'tea', 'bun', 'mug', 'mug'],
})
const support = (table) => Object.fromEntries(table.rows().map(({ items, count }) => [items.join(' + '), count]))

test('itemsets are of categories of a depth, or of items and categories', async () => {
  const level = (level) => FrequentItemsets.fit(log, { minSupport: 2, level, catalog })
  const two = await level(2)
  assert.deepEqual(support(two.itemsets), { 'Food/Bread': 3, 'Food/Drinks': 2, 'Food/Bread + Food/Drinks': 2 })
  assert.deepEqual([two.nBaskets, two.unplaced], [3, { items: ['mug'], baskets: 1 }])
  const mixed = await level('mixed')
  const found = support(mixed.itemsets)
  assert.deepEqual([found.Food, found['Food/Bread'], found.bun, found['Food/Bread + tea']], [3, 3, 2, 2])
  assert.deepEqual([mixed.nBaskets, mixed.unplaced], [4, { items: ['mug'], baskets: 0 }])
  assert.equal((await level('item')).unplaced, null)
  assert.deepEqual((await AssociationRules.fromItemsets(two, { minSupport: 2 })).unplaced, two.unplaced)
  assert.equal(FrequentItemsets.fromBytes(two.toBytes()).unplaced, null)
})

test('support is of customers where they are the unit', async () => {
  const found = await FrequentItemsets.fit(log, { minSupport: 1, unit: 'customer' })
  assert.equal(found.nBaskets, 3)
  assert.equal(support(found.itemsets)['bun + rye + tea'], 1)
  assert.equal((await FrequentItemsets.count(log, { minSupport: 1, unit: 'customer' })).total, found.itemsets.length)
})

test('rules across levels recommend items by their own ids', async () => {
  const numbers = await OrderLog.fromBaskets([[1, 3], [2, 3], [1, 3], [4]])
  const shelves = await Catalog.fromColumns({ item: [1, 2, 3], category: ['Bread', 'Bread', 'Tea'] })
  const rules = await AssociationRules.fit(numbers, { minSupport: 1, minConfidence: 0.1, level: 'mixed', catalog: shelves })
  assert.deepEqual(rules.unplaced, { items: [4], baskets: 0 })
  const [best] = rules.recommend([2])
  assert.deepEqual([best.item, best.score], [3, 1])
  assert.ok(rules.recommend([2]).every(({ item }) => typeof item === 'number'))
  assert.throws(() => rules.recommend(['2']), { code: 'KOSAR_ID_TYPE' })
  const again = AssociationRules.fromBytes(rules.toBytes())
  assert.deepEqual(again.recommend([2]), rules.recommend([2]))
})

test('reading a catalogue of 200,000 rows leaves the event loop free', async (t) => {
  const rows = Array.from({ length: 200_000 }, (_, i) => ({ sku: `SKU-${i}`, path: `A${i % 10}/B${i % 100}`, label: `Item ${i}` }))
  const { value, longest } = await longestDelay(() => Catalog.fromRows(rows, { item: 'sku', category: 'path', name: 'label' }))
  t.diagnostic(`Catalog.fromRows: longest delay ${longest.toFixed(1)} ms`)
  assert.equal(value.nItems, 200_000)
  assert.ok(longest < 150, `${longest} ms`)
})
