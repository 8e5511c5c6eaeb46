'use strict'

// What the compiled part is made from, in rows and in columns; and large answers of it, taken slice by slice.

const { kindOf, kosarError, refined } = require('./errors.js')
const { SLICE, isColumn, ofColumns, ofRows, pacer } = require('./slices.js')

const ROLES = ['customer', 'order', 'item', 'time', 'quantity', 'price', 'amount']
const EVENT_ROLES = ['session', 'customer', 'item', 'time', 'kind', 'quantity', 'position', 'propensity']

function given(object) {
  return Object.entries(object ?? {}).filter(([, value]) => value !== undefined && value !== null)
}

function mustBeObject(columns, what) {
  if (columns !== null && typeof columns === 'object') return
  throw kosarError('KOSAR_PARAM', `columns must be an object ${what}, got ${kindOf(columns)}`)
}

/** Columns of roles, and of a group by name. */
const ofRoles = (roles) => roles.map(([role, column]) => [role, null, column])
const ofGroup = (group, named) => named.map(([name, column]) => [group, name, column])

function begun(make) {
  try {
    return make()
  } catch (error) {
    throw refined(error)
  }
}

async function fromColumns(native, columns, options) {
  return ofLogColumns(begun(() => new native.LogBuilder(options)), columns)
}

async function eventsFromColumns(native, columns, options) {
  return ofLogColumns(begun(() => new native.EventLogBuilder(options)), columns)
}

async function rfmOfColumns(native, columns, reading, options) {
  return ofLogColumns(begun(() => new native.RfmBuilder(reading, options)), columns)
}

async function ofLogColumns(builder, columns) {
  mustBeObject(columns, 'of arrays')
  const { attributes, ...roles } = columns
  return ofColumns(builder, [...ofRoles(given(roles)), ...ofGroup('attributes', given(attributes))])
}

/** Which property of a row goes into which column. */
function mapping(columns, known) {
  mustBeObject(columns, 'that names the roles')
  const { attributes = [], ...rest } = columns
  const roles = given(rest).filter(([key]) => known.includes(key))
  const options = Object.fromEntries(Object.entries(rest).filter(([key]) => !known.includes(key)))
  const names = [...roles, ['attributes', attributes]]
  for (const [role, name] of names) {
    const fits = role === 'attributes' ? Array.isArray(name) && name.every((one) => typeof one === 'string') : typeof name === 'string'
    if (!fits) throw kosarError('KOSAR_PARAM', `${role} must name a property of the rows, got ${typeof name}`)
  }
  return { properties: [...ofRoles(roles), ...ofGroup('attributes', attributes.map((name) => [name, name]))], options }
}

async function fromRows(native, rows, columns) {
  const { properties, options } = mapping(columns, ROLES)
  return ofRows(begun(() => new native.LogBuilder(options)), rows, properties)
}

async function eventsFromRows(native, rows, columns) {
  const { properties, options } = mapping(columns, EVENT_ROLES)
  return ofRows(begun(() => new native.EventLogBuilder(options)), rows, properties)
}

/** What a row of a catalogue tells in one property each. */
const FACTS = ['item', 'name', 'brand', 'price', 'cost', 'stock', 'launched', 'tags', 'text']

async function catalogFromColumns(native, columns, options) {
  const builder = begun(() => new native.CatalogBuilder(options))
  mustBeObject(columns, 'of arrays')
  const { category, attributes, ...rest } = columns
  // An array of columns, not of paths.
  const areLevels = Array.isArray(category) && category.some(isColumn)
  const levels = category === undefined || category === null ? [] : areLevels ? category : [category]
  const named = [...ofRoles(given(rest)), ...ofGroup('attributes', given(attributes))]
  return ofColumns(builder, [...named, ...ofGroup('category', [...levels.entries()])])
}

async function catalogFromRows(native, rows, columns) {
  mustBeObject(columns, 'that names the roles')
  const { category, attributes = [], ...rest } = columns
  const options = Object.fromEntries(Object.entries(rest).filter(([key]) => !FACTS.includes(key)))
  const builder = begun(() => new native.CatalogBuilder(options))
  const levels = category === undefined || category === null ? [] : Array.isArray(category) ? category : [category]
  const facts = given(rest).filter(([key]) => FACTS.includes(key))
  const kept = Array.isArray(attributes) ? attributes : [attributes]
  const properties = [
    ...ofRoles(facts),
    ...ofGroup('category', [...levels.entries()]),
    ...ofGroup('attributes', kept.map((name) => [name, name])),
  ]
  mustBeNames(properties)
  return ofRows(builder, rows, properties)
}

/** Refuses what names no property of rows. */
function mustBeNames(properties) {
  for (const [group, , property] of properties) {
    if (typeof property === 'string') continue
    throw kosarError('KOSAR_PARAM', `${group} must name a property of the rows, got ${kindOf(property)}`)
  }
}

/** What names one column of customers, and what names several, by name. */
const CUSTOMER = ['customer', 'timeZone']
const CUSTOMER_GROUPS = ['attributes', 'numbers', 'dates', 'flags', 'preferences', 'consent']

/** The columns of customers, or what stands for them. */
function customerColumns(columns) {
  const roles = given(columns).filter(([role]) => CUSTOMER.includes(role))
  return [...ofRoles(roles), ...CUSTOMER_GROUPS.flatMap((group) => ofGroup(group, given(columns[group])))]
}

async function customersFromColumns(native, columns, options) {
  const builder = begun(() => new native.CustomersBuilder(options))
  mustBeObject(columns, 'of arrays')
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
  return ofColumns(builder, customerColumns(columns))
}

async function customersFromRows(native, rows, columns) {
  mustBeObject(columns, 'that names the roles')
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
  const properties = customerColumns(named)
  mustBeNames(properties)
  return ofRows(builder, rows, properties)
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
  eventsFromColumns,
  eventsFromRows,
  flattened,
  fromColumns,
  fromRows,
  rfmOfColumns,
  unpacked,
}
