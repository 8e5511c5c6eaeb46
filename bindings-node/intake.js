'use strict'

// Feeds large inputs to the compiled part slice by slice, takes large answers in the same way, and lets the event loop run
// in between.

const { setImmediate: breathe } = require('node:timers/promises')

const { kindOf, kosarError, refined } = require('./errors.js')

/** Rows handed over at once. */
const SLICE = 1024

/** Milliseconds after which the event loop runs. */
const BUDGET = 4

const ROLES = ['customer', 'order', 'item', 'time', 'quantity', 'price', 'amount']
const EVENT_ROLES = ['session', 'customer', 'item', 'time', 'kind', 'quantity', 'position', 'propensity']

/** Waits for the event loop whenever the budget is spent. */
function pacer() {
  let since = performance.now()
  return {
    isSpent: () => performance.now() - since > BUDGET,
    async rest() {
      await breathe()
      since = performance.now()
    },
  }
}

function isColumn(value) {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))
}

function slice(column, from, to) {
  return Array.isArray(column) ? column.slice(from, to) : column.subarray(from, to)
}

function given(object) {
  return Object.entries(object ?? {}).filter(([, value]) => value !== undefined && value !== null)
}

/** The number of rows of all columns. */
function sameLength(all) {
  for (const [name, column] of all) {
    if (!isColumn(column)) {
      throw kosarError('KOSAR_INTAKE', `column ${name} must be an array or a typed array, got ${typeof column}`)
    }
  }
  const rows = all[0]?.[1].length ?? 0
  const ragged = all.find(([, column]) => column.length !== rows)
  if (ragged) {
    throw kosarError('KOSAR_INTAKE', `column ${ragged[0]} has ${ragged[1].length} rows, others have ${rows}`)
  }
  return rows
}

/** The columns by role and those kept, with the number of rows of all. */
function checked(columns) {
  if (columns === null || typeof columns !== 'object') {
    throw kosarError('KOSAR_PARAM', `columns must be an object of arrays, got ${kindOf(columns)}`)
  }
  const { attributes, ...roles } = columns
  const rows = sameLength([...given(roles), ...given(attributes)])
  return { roles: given(roles), attributes: given(attributes), rows }
}

function begun(make) {
  try {
    return make()
  } catch (error) {
    throw refined(error)
  }
}

async function fromColumns(native, columns, options) {
  return ofColumns(begun(() => new native.LogBuilder(options)), columns)
}

async function eventsFromColumns(native, columns, options) {
  return ofColumns(begun(() => new native.EventLogBuilder(options)), columns)
}

async function rfmOfColumns(native, columns, reading, options) {
  return ofColumns(begun(() => new native.RfmBuilder(reading, options)), columns)
}

async function ofColumns(builder, columns) {
  const { roles, attributes, rows } = checked(columns)
  const pace = pacer()
  const part = (entries, from) => Object.fromEntries(entries.map(([name, column]) => [name, slice(column, from, from + SLICE)]))
  // Columns without a row are handed over once, so that the log knows which it has.
  for (let from = 0; from < Math.max(rows, 1); from += SLICE) {
    const kept = attributes.length > 0 ? { attributes: part(attributes, from) } : {}
    builder.push({ ...part(roles, from), ...kept })
    if (pace.isSpent()) await pace.rest()
  }
  return builder.finish()
}

/** Which property of a row goes into which column. */
function mapping(columns, known) {
  if (columns === null || typeof columns !== 'object') {
    throw kosarError('KOSAR_PARAM', `columns must be an object that names the roles, got ${kindOf(columns)}`)
  }
  const { attributes = [], ...rest } = columns
  const roles = given(rest).filter(([key]) => known.includes(key))
  const options = Object.fromEntries(Object.entries(rest).filter(([key]) => !known.includes(key)))
  const names = [...roles, ['attributes', attributes]]
  for (const [role, name] of names) {
    const fits = role === 'attributes' ? Array.isArray(name) && name.every((one) => typeof one === 'string') : typeof name === 'string'
    if (!fits) throw kosarError('KOSAR_PARAM', `${role} must name a property of the rows, got ${typeof name}`)
  }
  return { roles, attributes, options }
}

function mustHave(row, roles, attributes) {
  if (row === null || typeof row !== 'object') {
    throw kosarError('KOSAR_INTAKE', `rows must be objects, got ${kindOf(row)}`)
  }
  for (const [role, name] of [...roles, ...attributes.map((name) => ['an attribute', name])]) {
    if (!(name in row)) {
      const present = Object.keys(row).join(', ')
      throw kosarError('KOSAR_INTAKE', `column '${name}', named as ${role}, is not in the input; it has: ${present}`)
    }
  }
}

/** Hands every value of an iterable, of either kind, to a function that may answer with a promise. */
async function each(values, what, take) {
  if (values?.[Symbol.asyncIterator]) {
    for await (const value of values) {
      const wait = take(value)
      if (wait) await wait
    }
  } else if (typeof values?.[Symbol.iterator] === 'function' && typeof values !== 'string') {
    for (const value of values) {
      const wait = take(value)
      if (wait) await wait
    }
  } else {
    throw kosarError('KOSAR_PARAM', `${what} must be iterable, got ${kindOf(values)}`)
  }
}

async function fromRows(native, rows, columns) {
  const { roles, attributes, options } = mapping(columns, ROLES)
  return ofRows(begun(() => new native.LogBuilder(options)), rows, roles, attributes)
}

async function eventsFromRows(native, rows, columns) {
  const { roles, attributes, options } = mapping(columns, EVENT_ROLES)
  return ofRows(begun(() => new native.EventLogBuilder(options)), rows, roles, attributes)
}

async function ofRows(builder, rows, roles, attributes) {
  const pace = pacer()
  const empty = (names) => Object.fromEntries(names.map((name) => [name, []]))
  let part = null
  let length = 0
  const begin = () => {
    part = empty(roles.map(([role]) => role))
    if (attributes.length > 0) part.attributes = empty(attributes)
    length = 0
  }
  begin()
  let isFirst = true
  await each(rows, 'rows', (row) => {
    if (isFirst || row === null || typeof row !== 'object') mustHave(row, roles, attributes)
    isFirst = false
    for (const [role, name] of roles) part[role].push(row[name])
    for (const name of attributes) part.attributes[name].push(row[name])
    length += 1
    if (length < SLICE) return undefined
    builder.push(part)
    begin()
    return pace.isSpent() ? pace.rest() : undefined
  })
  if (length > 0 || isFirst) builder.push(part)
  return builder.finish()
}

/** What a row of a catalogue tells in one property each. */
const FACTS = ['item', 'name', 'brand', 'price', 'cost', 'stock', 'launched', 'tags', 'text']

/** Columns of a catalogue by name, the category as an array of columns. */
function catalogColumns(columns) {
  if (columns === null || typeof columns !== 'object') {
    throw kosarError('KOSAR_PARAM', `columns must be an object of arrays, got ${kindOf(columns)}`)
  }
  const { category, attributes, ...rest } = columns
  // An array of columns, not of paths.
  const areLevels = Array.isArray(category) && category.some(isColumn)
  const levels = category === undefined || category === null ? [] : areLevels ? category : [category]
  const named = [...given(rest), ...given(attributes), ...levels.map((column) => ['category', column])]
  return { rest: given(rest), attributes: given(attributes), levels, rows: sameLength(named) }
}

async function catalogFromColumns(native, columns, options) {
  const builder = begun(() => new native.CatalogBuilder(options))
  const { rest, attributes, levels, rows } = catalogColumns(columns)
  const pace = pacer()
  const part = (entries, from) => Object.fromEntries(entries.map(([name, column]) => [name, slice(column, from, from + SLICE)]))
  for (let from = 0; from < Math.max(rows, 1); from += SLICE) {
    const category = levels.map((column) => slice(column, from, from + SLICE))
    builder.push({ ...part(rest, from), category, attributes: part(attributes, from) })
    if (pace.isSpent()) await pace.rest()
  }
  return builder.finish()
}

async function catalogFromRows(native, rows, columns) {
  if (columns === null || typeof columns !== 'object') {
    throw kosarError('KOSAR_PARAM', `columns must be an object that names the roles, got ${kindOf(columns)}`)
  }
  const { category, attributes = [], ...rest } = columns
  const options = Object.fromEntries(Object.entries(rest).filter(([key]) => !FACTS.includes(key)))
  const builder = begun(() => new native.CatalogBuilder(options))
  const levels = category === undefined || category === null ? [] : Array.isArray(category) ? category : [category]
  const facts = given(rest).filter(([key]) => FACTS.includes(key))
  const kept = Array.isArray(attributes) ? attributes : [attributes]
  const named = (role, names) => names.map((property) => [role, property])
  for (const [role, property] of [...facts, ...named('category', levels), ...named('attributes', kept)]) {
    if (typeof property === 'string') continue
    throw kosarError('KOSAR_PARAM', `${role} must name a property of the rows, got ${kindOf(property)}`)
  }
  const part = { category: levels.map(() => []), attributes: {} }
  for (const [role] of facts) part[role] = []
  for (const property of kept) part.attributes[property] = []
  const lists = [
    ...facts.map(([role, property]) => [property, part[role]]),
    ...levels.map((property, at) => [property, part.category[at]]),
    ...kept.map((property) => [property, part.attributes[property]]),
  ]
  const roles = [...facts, ...named('category', levels)]
  const pace = pacer()
  let length = 0
  const push = () => {
    builder.push(part)
    for (const [, list] of lists) list.length = 0
    length = 0
  }
  let isFirst = true
  await each(rows, 'rows', (row) => {
    if (isFirst || row === null || typeof row !== 'object') mustHave(row, roles, kept)
    isFirst = false
    for (const [property, list] of lists) list.push(row[property])
    length += 1
    if (length < SLICE) return undefined
    push()
    return pace.isSpent() ? pace.rest() : undefined
  })
  if (length > 0 || isFirst) push()
  return builder.finish()
}

/** What names one column of customers, and what names several, by name. */
const CUSTOMER = ['customer', 'timeZone']
const CUSTOMER_GROUPS = ['attributes', 'numbers', 'dates', 'flags', 'preferences', 'consent']

/** The columns of customers as triples of a group (or a role), a name and what stands for the column. */
function customerColumns(columns) {
  const found = given(columns).filter(([role]) => CUSTOMER.includes(role)).map(([role, column]) => [role, null, column])
  for (const group of CUSTOMER_GROUPS) {
    for (const [name, column] of given(columns[group])) found.push([group, name, column])
  }
  return found
}

/** Such triples as the compiled part takes them. */
function customerPart(triples) {
  const part = {}
  for (const [group, name, column] of triples) {
    if (name === null) part[group] = column
    // Without a prototype `__proto__` is a name like any other.
    else (part[group] ??= Object.create(null))[name] = column
  }
  return part
}

async function customersFromColumns(native, columns, options) {
  const builder = begun(() => new native.CustomersBuilder(options))
  if (columns === null || typeof columns !== 'object') {
    throw kosarError('KOSAR_PARAM', `columns must be an object of arrays, got ${kindOf(columns)}`)
  }
  const unknown = Object.keys(columns).find((key) => !CUSTOMER.includes(key) && !CUSTOMER_GROUPS.includes(key))
  if (unknown !== undefined) {
    const allowed = [...CUSTOMER, ...CUSTOMER_GROUPS].join(', ')
    throw kosarError('KOSAR_PARAM', `columns have no '${unknown}'; allowed are: ${allowed}`)
  }
  for (const group of CUSTOMER_GROUPS) {
    const value = columns[group] ?? {}
    if (kindOf(value) !== 'object' || isColumn(value)) {
      throw kosarError('KOSAR_PARAM', `${group} must be an object of columns, got ${isColumn(value) ? 'an array' : kindOf(value)}`)
    }
  }
  const triples = customerColumns(columns)
  const rows = sameLength(triples.map(([group, name, column]) => [name ?? group, column]))
  const pace = pacer()
  for (let from = 0; from < Math.max(rows, 1); from += SLICE) {
    builder.push(customerPart(triples.map(([group, name, column]) => [group, name, slice(column, from, from + SLICE)])))
    if (pace.isSpent()) await pace.rest()
  }
  return builder.finish()
}

async function customersFromRows(native, rows, columns) {
  if (columns === null || typeof columns !== 'object') {
    throw kosarError('KOSAR_PARAM', `columns must be an object that names the roles, got ${kindOf(columns)}`)
  }
  const known = [...CUSTOMER, ...CUSTOMER_GROUPS]
  const options = Object.fromEntries(Object.entries(columns).filter(([key]) => !known.includes(key)))
  const builder = begun(() => new native.CustomersBuilder(options))
  const named = Object.fromEntries(given(columns).filter(([key]) => known.includes(key)))
  // Attributes are kept under the names of their columns.
  for (const group of ['attributes', 'numbers', 'dates', 'flags']) {
    const names = named[group] ?? []
    if (!Array.isArray(names)) throw kosarError('KOSAR_PARAM', `${group} must be an array of names, got ${kindOf(names)}`)
    named[group] = Object.fromEntries(names.map((name) => [name, name]))
  }
  const triples = customerColumns(named)
  for (const [group, , property] of triples) {
    if (typeof property === 'string') continue
    throw kosarError('KOSAR_PARAM', `${group} must name a property of the rows, got ${kindOf(property)}`)
  }
  const lists = triples.map(([group, name, property]) => [group, name, [], property])
  const roles = triples.map(([group, , property]) => [group, property])
  const pace = pacer()
  let length = 0
  const push = () => {
    builder.push(customerPart(lists))
    for (const [, , list] of lists) list.length = 0
    length = 0
  }
  let isFirst = true
  await each(rows, 'rows', (row) => {
    if (isFirst || row === null || typeof row !== 'object') mustHave(row, roles, [])
    isFirst = false
    for (const [, , list, property] of lists) list.push(row[property])
    length += 1
    if (length < SLICE) return undefined
    push()
    return pace.isSpent() ? pace.rest() : undefined
  })
  if (length > 0 || isFirst) push()
  return builder.finish()
}

/** How many items, and how many baskets, are handed over at once. */
const ITEMS = 8192
const BASKETS = 2048

/** Collects baskets of safe integers, or of strings, into arrays that the compiled part takes at once. */
class BasketEncoder {
  constructor(builder) {
    this.builder = builder
    this.ends = new Uint32Array(BASKETS)
    this.baskets = 0
    this.length = 0
    /** The numbers of the strings, and the strings not handed over yet. */
    this.codes = new Map()
    this.words = []
    this.areWords = false
    this.numbers = new Float64Array(ITEMS)
    this.coded = new Uint32Array(ITEMS)
  }

  /** Takes a basket; one with ids of another type than its first goes as it is. */
  push(basket) {
    const areWords = basket.length === 0 ? this.areWords : typeof basket[0] === 'string'
    const isFull = this.baskets === BASKETS || this.length + basket.length > this.numbers.length
    if (isFull || areWords !== this.areWords) this.flush()
    if (basket.length > this.numbers.length) {
      this.numbers = new Float64Array(basket.length)
      this.coded = new Uint32Array(basket.length)
    }
    this.areWords = areWords
    if (areWords ? this.takeWords(basket) : this.takeNumbers(basket)) {
      this.length += basket.length
      this.ends[this.baskets] = this.length
      this.baskets += 1
    } else {
      this.flush()
      this.builder.push(Array.isArray(basket) ? basket : [...basket])
    }
  }

  takeNumbers(basket) {
    const { numbers, length } = this
    for (let at = 0; at < basket.length; at += 1) {
      const id = basket[at]
      if (!Number.isSafeInteger(id)) return false
      numbers[length + at] = id
    }
    return true
  }

  takeWords(basket) {
    const { coded, codes, length } = this
    for (let at = 0; at < basket.length; at += 1) {
      const id = basket[at]
      let code = codes.get(id)
      if (code === undefined) {
        if (typeof id !== 'string') return false
        code = codes.size
        codes.set(id, code)
        this.words.push(id)
      }
      coded[length + at] = code
    }
    return true
  }

  flush() {
    if (this.baskets === 0) return
    const ends = this.ends.subarray(0, this.baskets)
    if (this.areWords) {
      this.builder.pushWords(this.coded.subarray(0, this.length), ends, this.words)
      this.words = []
    } else {
      this.builder.pushNumbers(this.numbers.subarray(0, this.length), ends)
    }
    this.baskets = 0
    this.length = 0
  }
}

async function fromBaskets(native, baskets) {
  const builder = new native.BasketBuilder()
  const encoder = new BasketEncoder(builder)
  const pace = pacer()
  let count = 0
  await each(baskets, 'baskets', (basket) => {
    if (typeof basket?.[Symbol.iterator] !== 'function' || typeof basket === 'string') {
      const found = kindOf(basket)
      throw kosarError('KOSAR_PARAM', `a basket must be an iterable of ids, got ${found}`)
    }
    encoder.push(isColumn(basket) ? basket : [...basket])
    count += 1
    return count % 64 === 0 && pace.isSpent() ? pace.rest() : undefined
  })
  encoder.flush()
  return builder.finish()
}

/** An array of rows of numbers as one array; anything else stays as it is and is looked at by the compiled part. */
async function flattened(name, data) {
  if (!Array.isArray(data) || !Array.isArray(data[0])) return data
  const columns = data[0].length
  const flat = new Float64Array(data.length * columns)
  const pace = pacer()
  for (let at = 0; at < data.length; at += 1) {
    const row = data[at]
    if (!Array.isArray(row) || row.length !== columns) {
      const found = Array.isArray(row) ? row.length : typeof row
      throw kosarError('KOSAR_PARAM', `row ${at} of ${name} must have ${columns} values, got ${found}`)
    }
    for (let column = 0; column < columns; column += 1) {
      if (typeof row[column] !== 'number') {
        const found = kindOf(row[column])
        throw kosarError('KOSAR_PARAM', `${name} at row ${at}, column ${column} must be a number, got ${found}`)
      }
      flat[at * columns + column] = row[column]
    }
    if (at % SLICE === 0 && pace.isSpent()) await pace.rest()
  }
  return { data: flat, rows: data.length, columns }
}

/** The ids that the compiled part packed: integers, or text in UTF-8 and where each id ends. */
async function unpacked({ ints, text, ends }) {
  const ids = new Array(ints.length + ends.length)
  const pace = pacer()
  for (let at = 0; at < ids.length; at += 1) {
    if (ends.length > 0) {
      ids[at] = text.toString('utf8', at === 0 ? 0 : ends[at - 1], ends[at])
    } else {
      const number = Number(ints[at])
      ids[at] = Number.isSafeInteger(number) ? number : ints[at]
    }
    if (at % SLICE === 0 && pace.isSpent()) await pace.rest()
  }
  return ids
}

/** The ids that codes stand for; `null` for the greatest code. */
async function decoded(codes, vocabulary) {
  const ids = new Array(codes.length)
  const pace = pacer()
  for (let at = 0; at < codes.length; at += 1) {
    ids[at] = codes[at] === 0xffffffff ? null : vocabulary[codes[at]]
    if (at % SLICE === 0 && pace.isSpent()) await pace.rest()
  }
  return ids
}

module.exports = {
  catalogFromColumns,
  catalogFromRows,
  customersFromColumns,
  customersFromRows,
  decoded,
  each,
  eventsFromColumns,
  eventsFromRows,
  flattened,
  fromBaskets,
  fromColumns,
  fromRows,
  pacer,
  unpacked,
  rfmOfColumns,
}
