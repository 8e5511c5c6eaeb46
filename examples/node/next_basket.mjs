// The next basket of a customer: what they buy again, and what is new to them. See ../python/next_basket.py.

import { NextBasket, OrderLog, compare, datasets, leaveLastBasket } from 'kosar'

// Twelve customers come every third day: some always need milk, tea and jam come round, soap is bought once.
const rows = []
for (let i = 0; i < 12; i += 1) {
  for (let visit = 0; visit < 6; visit += 1) {
    const basket = {
      milk: i % 2 === 0,
      bread: (i + visit) % 2 === 0,
      tea: i % 3 === 0 && visit % 2 === 1,
      jam: i % 3 === 1 && visit % 3 === 0,
      beans: (i * visit) % 5 === 1,
      soap: visit === i % 4,
    }
    const who = `c${String(i).padStart(2, '0')}`
    for (const [what, has] of Object.entries(basket)) {
      if (has) rows.push({ who, order: `${i}-${visit}`, what, at: new Date(3 * visit * 86_400_000) })
    }
  }
}
const log = await OrderLog.fromRows(rows, { customer: 'who', order: 'order', item: 'what', time: 'at' })

function show(found) {
  for (const { item, score, reason } of found) console.log(`  ${item} (${score.toFixed(3)}): ${reason}`)
}

const model = await NextBasket.fit(log, { neighbors: 2 }) // in so small a shop; 300 by default
const c00 = { customer: 'c00' }
console.log('1. The next basket of c00')
show(model.recommend(c00, 4))

console.log('\n2. What c00 buys again, and what is new to them')
show(model.recommend(c00, 2, { novelty: 'repeat' }))
show(model.recommend(c00, 2, { novelty: 'explore' }))

console.log('\n3. Of what is in stock, without milk')
show(model.recommend(c00, 2, { only: ['milk', 'tea', 'jam'], exclude: ['milk'] }))

console.log('\n4. Someone with two baskets, whom the model does not know')
show(model.recommend({ baskets: [['tea', 'soap'], ['tea']] }, 3))

const all = await model.recommendAll(2)
console.log('\n5. All customers')
all.customers.forEach((customer, at) => {
  console.log(`  ${customer}: ${all.items.slice(2 * at, 2 * at + 2).join(', ')}`)
})

// Repeats are asked for too. In a generated shop nobody's taste changes, so that past frequency alone tells much.
const split = await leaveLastBasket(await datasets.shop({ lines: 20_000, seed: 7 }), { newItemsOnly: false })
const models = {
  blend: await NextBasket.fit(split.train),
  'top frequency': await NextBasket.fit(split.train, { preset: 'top_frequency' }),
}
const found = await compare(models, split, { metrics: ['recall@10'], nResamples: 0 })
console.log('\n6. Recall of ten items in the last basket of each customer of a larger shop')
for (const name of found.names) console.log(`  ${name}: ${found.evaluation(name).estimate('recall@10').value.toFixed(3)}`)
