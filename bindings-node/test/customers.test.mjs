import assert from 'node:assert/strict'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'

import { Customers, EventLog, OrderLog } from '../index.mjs'
import { longestDelay } from './data.mjs'

const columns = {
  customer: ['ann', 'bob', 'ann', null],
  attributes: {
    city: ['Pécs', null, 'Eger', 'x'],
    points: [12.5, null, 3, 1],
    born: [new Date('1980-02-29'), null, new Date('1979-12-31'), null],
    club: [true, null, false, true],
  },
  timeZone: ['europe/budapest', 'Mars/Base', null, null],
  preferences: { brand: [['Zen', 'Acme'], [], ['Acme'], null] },
  consent: { 'email/marketing': ['yes', 'maybe', 'no', 'yes'] },
}
const customers = await Customers.fromColumns(columns)

const ann = {
  customer: 'ann',
  attributes: { born: '1979-12-31', city: 'Eger', club: false, points: 3 },
  timeZone: 'Europe/Budapest',
  preferences: { brand: ['Acme', 'Zen'] },
  consents: { 'email/marketing': 'withdrawn' },
}

const held = (customers) => customers.ids.map((id) => customers.customer(id))
const code = (code, message) => (message ? { code, message } : { code })

test('no name of an attribute is lost', async () => {
  const held = (await Customers.fromColumns({
    customer: ['ann'],
    attributes: Object.fromEntries([['__proto__', ['x']], ['constructor', [1]]]),
    preferences: Object.fromEntries([['__proto__', [['Acme']]]]),
  })).customer('ann')
  assert.deepEqual(Object.entries(held.attributes), [['__proto__', 'x'], ['constructor', 1]])
  assert.deepEqual(Object.entries(held.preferences), [['__proto__', ['Acme']]])
  assert.equal(Object.getPrototypeOf(held.preferences), Object.prototype)
  assert.deepEqual(JSON.parse(JSON.stringify(held)).preferences['__proto__'], ['Acme'])
})

test('a table of customers tells what is held of each', () => {
  assert.deepEqual([customers.nCustomers, customers.ids], [2, ['ann', 'bob']])
  assert.deepEqual(customers.customer('ann'), ann)
  assert.deepEqual(JSON.parse(JSON.stringify(customers.customer('ann'))), ann)
  assert.deepEqual(customers.attributes, ['born', 'city', 'club', 'points'])
  assert.deepEqual([customers.preferences, customers.consents], [['brand'], ['email/marketing']])
  assert.equal(customers.consent('bob', 'email', 'marketing'), 'withdrawn')
  assert.equal(customers.consent('bob', 'push', 'news'), 'unknown')
  const { rows, taken, setAside, notes } = customers.report
  assert.deepEqual([rows, taken, Object.keys(setAside)], [4, 3, ['missing_customer']])
  assert.deepEqual(notes.unknown_zone.examples, ['Mars/Base'])
  assert.deepEqual(notes.unreadable_consent.examples, ['maybe'])
  assert.deepEqual(notes.several_facts.examples, ['ann'])
  assert.equal(String(customers), 'Customers(2 customers)')
})

test('rows and a CSV file make the same table', async () => {
  const { attributes, preferences, consent } = columns
  const rows = columns.customer.map((who, at) => ({
    who,
    city: attributes.city[at],
    points: attributes.points[at],
    born: attributes.born[at],
    club: attributes.club[at],
    tz: columns.timeZone[at],
    likes: preferences.brand[at],
    mail: consent['email/marketing'][at],
  }))
  const names = { customer: 'who', timeZone: 'tz', preferences: { brand: 'likes' }, consent: { 'email/marketing': 'mail' } }
  const asTheyCome = { ...names, attributes: ['city', 'points', 'born', 'club'] }
  assert.deepEqual(held(await Customers.fromRows(rows, asTheyCome)), held(customers))
  async function* later() {
    yield* rows
  }
  const told = { ...names, attributes: ['city'], numbers: ['points'], dates: ['born'], flags: ['club'] }
  assert.deepEqual(held(await Customers.fromRows(later(), told)), held(customers))
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'customers.csv')
  const day = (date) => date?.toISOString().slice(8, 10) + date?.toISOString().slice(4, 8) + date?.toISOString().slice(0, 4)
  const lines = rows.map((row) =>
    [row.who, row.city, row.points, row.born && day(row.born), row.club, row.tz, row.likes?.join('|'), row.mail].map((cell) => cell ?? '').join(';'),
  )
  writeFileSync(path, ['who;city;points;born;club;tz;likes;mail', ...lines].join('\n'))
  const read = { delimiter: ';', separator: '|', dateFormat: '%d-%m-%Y' }
  assert.deepEqual(held(await Customers.fromCsv(path, { ...told, ...read })), held(customers))
  const numbers = await Customers.fromCsv(path, { customer: 'points', integerIds: true, delimiter: ';' })
  assert.deepEqual(numbers.ids, [1, 3])
})

test('a table leaves with its columns', async () => {
  const table = await customers.toTable()
  assert.deepEqual(table.columns, [
    'customer', 'time_zone', 'born', 'city', 'club', 'points', 'preference:brand', 'consent:email/marketing',
  ])
  assert.deepEqual(table.column('born'), ['1979-12-31', null])
  assert.deepEqual(table.column('club'), [false, null])
  assert.deepEqual(table.row(1), {
    customer: 'bob',
    time_zone: null,
    born: null,
    city: null,
    club: null,
    points: NaN,
    'preference:brand': [],
    'consent:email/marketing': 'withdrawn',
  })
  assert.deepEqual(table.rows()[0].born, '1979-12-31')
})

test('consents are given and taken back, and a new customer gets a row', async () => {
  const given = await customers.withConsent('ann', 'email', 'marketing', true)
  assert.equal(given.consent('ann', 'email', 'marketing'), 'given')
  assert.equal(customers.consent('ann', 'email', 'marketing'), 'withdrawn')
  const both = await given.withConsents([['cyd', 'sms', 'orders', 'given'], ['ann', 'email', 'marketing', null]])
  assert.deepEqual(both.ids, ['ann', 'bob', 'cyd'])
  assert.deepEqual(both.customer('cyd').consents, { 'sms/orders': 'given' })
  assert.equal(both.consent('ann', 'email', 'marketing'), 'unknown')
  await assert.rejects(both.withConsent('ann', 'email', 'ads', 'yes'), code('KOSAR_PARAM', /given, withdrawn, unknown, got 'yes'/))
  await assert.rejects(both.withConsent('ann', 'email', 'ads', 1), code('KOSAR_PARAM', /consent must be a string/))
  await assert.rejects(both.withConsent('ann', 'e/mail', 'ads', true), code('KOSAR_PARAM', /named by its channel/))
  await assert.rejects(both.withConsent(1, 'email', 'ads', true), code('KOSAR_ID_TYPE', /customer ids are string/))
  await assert.rejects(both.withConsents('ann'), code('KOSAR_PARAM', /said must be an iterable/))
  await assert.rejects(both.withConsents([['ann']]), code('KOSAR_PARAM', /said must hold arrays/))
  assert.throws(() => both.consent('eve', 'email', 'ads'), code('KOSAR_UNKNOWN_ID'))
})

test('tables are added up, updated, merged and forgotten', async () => {
  const made = (customer, city, ok) => Customers.fromColumns({ customer, attributes: { city }, consent: { 'email/ads': ok } })
  const old = await made(['ann', 'bob'], ['Baja', 'Pécs'], [false, true])
  const fresh = await made(['ann', 'cyd'], ['Eger', null], [true, null])
  const both = await old.append(fresh)
  const updated = await old.update(fresh)
  assert.deepEqual([both.customer('ann').attributes, updated.customer('ann').attributes], [{ city: 'Baja' }, { city: 'Eger' }])
  assert.deepEqual([both, updated].map((table) => table.consent('ann', 'email', 'ads')), ['withdrawn', 'given'])
  const merged = await updated.mergeCustomers('bob', 'cyd')
  assert.deepEqual([merged.ids, merged.customer('cyd').attributes], [['ann', 'cyd'], { city: 'Pécs' }])
  assert.deepEqual((await updated.mergeAllCustomers(new Map([['bob', 'cyd'], ['nobody', 'ann']]))).ids, merged.ids)
  assert.deepEqual((await merged.forget('cyd')).ids, ['ann'])
  await assert.rejects(merged.mergeCustomers('bob', 'ann'), code('KOSAR_UNKNOWN_ID', /unknown customer 'bob'/))
  await assert.rejects(old.append({}), code('KOSAR_PARAM', /customers must be Customers, got an object/))
  const numbers = await Customers.fromColumns({ customer: ['x'], attributes: { city: [1] } })
  await assert.rejects(old.append(numbers), code('KOSAR_INTAKE', /attribute 'city' holds words and numbers/))
})

test('what cannot be columns of customers is refused by name', async () => {
  const refused = (columns, expected, message) => assert.rejects(Customers.fromColumns(columns), code(expected, message))
  await refused(null, 'KOSAR_PARAM', /columns must be an object of arrays, got null/)
  await refused({ customer: ['a'], brand: ['x'] }, 'KOSAR_PARAM', /columns have no 'brand'/)
  await refused({ customer: ['a'], numbers: ['x'] }, 'KOSAR_PARAM', /numbers must be an object of columns, got an array/)
  await refused({ customer: ['a'], timeZone: ['x', 'y'] }, 'KOSAR_INTAKE', /column timeZone has 2 rows, others have 1/)
  await refused({ customer: ['a'], timeZone: [1] }, 'KOSAR_INTAKE', /column timeZone must hold strings, got number/)
  await refused({ customer: ['a', 'b'], attributes: { size: [1, 'L'] } }, 'KOSAR_INTAKE', /column size must hold values of one type/)
  await refused({ customer: ['a'], numbers: { size: [{}] } }, 'KOSAR_INTAKE', /column size must hold numbers/)
  await refused({ customer: ['a'], consent: { email: [true] } }, 'KOSAR_PARAM', /named by its channel and its purpose/)
  await refused({ customer: ['a'], attributes: { time_zone: ['x'] } }, 'KOSAR_INTAKE', /cannot be named 'time_zone'/)
  await refused({ attributes: { size: ['L'] } }, 'KOSAR_INTAKE', /name at least a customer column/)
  const rows = (columns) => Customers.fromRows([{ who: 'a' }], columns)
  await assert.rejects(rows({ customer: 'who', attributes: 'city' }), code('KOSAR_PARAM', /attributes must be an array of names/))
  await assert.rejects(rows({ customer: 'who', attributes: ['city'] }), code('KOSAR_INTAKE', /column 'city', named as attributes, is not/))
  await assert.rejects(rows({ customer: 'who', colour: 'x' }), code('KOSAR_PARAM', /options have no 'colour'/))
  await assert.rejects(rows({ customer: 'who', separator: '' }), code('KOSAR_PARAM', /separator must be a text/))
  const late = Array.from({ length: 3000 }, (_, at) => (at < 2000 ? 1 : 'L'))
  await refused({ customer: late.map((_, at) => at), attributes: { size: late } }, 'KOSAR_INTAKE', /column size must hold values of one type/)
})

test('the event loop goes on while a large table is read', async () => {
  const customer = Array.from({ length: 200_000 }, (_, at) => `c${at}`)
  const club = customer.map((_, at) => at % 3 === 0)
  const { value, longest } = await longestDelay(() => Customers.fromColumns({ customer, flags: { club } }))
  assert.equal(value.nCustomers, 200_000)
  assert.ok(longest < 100, `${longest} ms`)
})

const events = {
  customer: ['ann', 'a2', 'a2', 'bob'],
  item: ['tea', 'tea', 'tea', 'mug'],
  time: ['2024-01-01T10:00', '2024-01-01T10:00', '2024-01-01T10:00', '2024-01-02T10:00'],
  attributes: { device: ['app', 'app', 'web', null], load: [1, 1, 1, 2] },
}

test('customers are merged in logs too', async () => {
  const orders = await OrderLog.fromColumns({ customer: ['ann', 'a2', 'bob'], order: [1, 1, 2], item: ['tea', 'rye', 'tea'] })
  const log = await EventLog.fromColumns(events)
  for (const one of [orders, log]) {
    assert.deepEqual(one.customers, ['a2', 'ann', 'bob'])
    assert.deepEqual((await one.mergeCustomers('a2', 'ann')).customers, ['ann', 'bob'])
    assert.deepEqual((await one.mergeAllCustomers([['a2', 'zoe'], ['nobody', 'ann']])).customers, ['ann', 'bob', 'zoe'])
    await assert.rejects(one.mergeCustomers('nobody', 'ann'), code('KOSAR_UNKNOWN_ID'))
    await assert.rejects(one.mergeCustomers('ann', 1), code('KOSAR_ID_TYPE'))
    await assert.rejects(one.mergeAllCustomers('ann'), code('KOSAR_PARAM', /a customer and whom to join them into, got string/))
  }
  assert.deepEqual([orders.nOrders, (await orders.mergeCustomers('a2', 'ann')).nOrders], [3, 2])
  const merged = await log.mergeCustomers('a2', 'ann')
  assert.deepEqual([log.nEvents, merged.nEvents, merged.report.notes.merged.count], [4, 3, 2])
})

test('events keep columns', async () => {
  const log = await EventLog.fromColumns(events)
  assert.deepEqual(log.attributes, ['device', 'load'])
  const table = await log.toTable()
  assert.deepEqual(table.columns.slice(-2), ['device', 'load'])
  assert.deepEqual(
    table.rows().map(({ customer, device, load }) => [customer, device, load]).sort(),
    [['a2', 'app', 1], ['a2', 'web', 1], ['ann', 'app', 1], ['bob', null, 2]],
  )
  const rows = events.customer.map((who, at) => ({
    who, what: events.item[at], at: events.time[at], device: events.attributes.device[at], load: events.attributes.load[at],
  }))
  const names = { customer: 'who', item: 'what', time: 'at' }
  const fromRows = await EventLog.fromRows(rows, { ...names, attributes: ['device', 'load'] })
  assert.deepEqual((await fromRows.toTable()).rows(), table.rows())
  const path = join(mkdtempSync(join(tmpdir(), 'kosar-')), 'events.csv')
  writeFileSync(path, 'who,what,at,device\nann,tea,2024-01-01,app\nann,tea,2024-01-01,\n')
  const fromFile = await EventLog.fromCsv(path, { ...names, attributes: ['device'] })
  assert.deepEqual((await fromFile.toTable()).column('device'), ['app', null])
  await assert.rejects(fromFile.append(log), code('KOSAR_INTAKE', /kept columns are device and device, load/))
})
