'use strict'

// Hands rows and columns to the compiled part slice by slice, and lets the event loop run in between.
//
// A column is a triple of its group, its name and its values: of a role, which stands in no group, the group is the role and the name
// null; of a level of categories the group is `category` and the name its depth.

const { setImmediate: breathe } = require('node:timers/promises')

const { kindOf, kosarError } = require('./errors.js')

/** Rows handed over at once: a fraction of a millisecond. */
const SLICE = 128

/** Milliseconds after which the event loop runs. */
const BUDGET = 1

/** Columns of numbers or of flags, which may come as text as well, and of instants. */
const AS_TEXT = new Set(['quantity', 'price', 'amount', 'position', 'propensity', 'cost', 'stock', 'numbers', 'flags', 'consent'])
/** Those of flags, in which a boolean is what it should be. */
const FLAGS = new Set(['flags', 'consent'])
const PLAIN = new Set(['bigint', 'boolean', 'number'])
const INSTANTS = new Set(['time', 'launched', 'dates'])

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

/** The place of the first value from a place on that is of another type than those before; missing values are of none. */
function endOfType(values, from, to) {
  let type
  for (let at = from; at < to; at += 1) {
    const value = values[at]
    if (value === undefined || value === null) continue
    type ??= typeof value
    if (typeof value !== type) return at
  }
  return to
}

/**
 * Some values of a column; where they should be numbers or flags and are of several types, as text, which is read row by row. Booleans that
 * should be numbers are text even where there is nothing else, so that what they mean is the same in every slice.
 */
function slice([group, , values], from, to) {
  if (!Array.isArray(values)) return values.subarray(from, to)
  const some = values.slice(from, to)
  if (!AS_TEXT.has(group)) return some
  const isOfOneType = endOfType(some, 0, some.length) === some.length
  if (isOfOneType && (FLAGS.has(group) || !some.some((value) => typeof value === 'boolean'))) return some
  return some.map((value) => (PLAIN.has(typeof value) ? String(value) : value))
}

/** Columns as the compiled part takes them. */
function assembled(columns, from, to) {
  // Without a prototype `__proto__` is a name like any other.
  const part = Object.create(null)
  for (const column of columns) {
    const [group, name] = column
    const values = slice(column, from, to)
    if (name === null) part[group] = values
    else if (group === 'category') (part.category ??= []).push(values)
    else (part[group] ??= Object.create(null))[name] = values
  }
  return part
}

/** Where the rows are parted: few at once, and instants of one type in each column of them. */
function* parts(columns, rows) {
  const instants = columns.filter(([group, , values]) => INSTANTS.has(group) && Array.isArray(values)).map(([, , values]) => values)
  // Columns without a row are handed over once, so that the log knows which it has.
  if (rows === 0) yield [0, 0]
  for (let from = 0; from < rows; ) {
    const most = Math.min(from + SLICE, rows)
    const to = Math.min(most, ...instants.map((values) => endOfType(values, from, most)))
    yield [from, to]
    from = to
  }
}

/** Hands columns to a builder. */
async function ofColumns(builder, columns) {
  const rows = sameLength(columns.map(([group, name, values]) => [group === 'category' ? group : name ?? group, values]))
  const pace = pacer()
  for (const [from, to] of parts(columns, rows)) {
    builder.push(assembled(columns, from, to))
    if (pace.isSpent()) await pace.rest()
  }
  return builder.finish()
}

/** Refuses what is no row, or has not the properties named. */
function mustHave(row, at, named) {
  if (row === null || typeof row !== 'object') {
    throw kosarError('KOSAR_INTAKE', `row ${at} must be an object, got ${kindOf(row)}`)
  }
  for (const [role, name] of named) {
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

/** Hands rows to a builder: `columns` are triples with the name of a property in the place of values. */
async function ofRows(builder, rows, columns) {
  const named = columns.map(([group, , property]) => [group, property])
  const lists = columns.map(([group, name]) => [group, name, []])
  const properties = columns.map(([, , property], at) => [property, lists[at][2]])
  const pace = pacer()
  let [count, length] = [0, 0]
  const push = () => {
    for (const [from, to] of parts(lists, length)) builder.push(assembled(lists, from, to))
    for (const [, , list] of lists) list.length = 0
    length = 0
  }
  await each(rows, 'rows', (row) => {
    if (count === 0 || row === null || typeof row !== 'object') mustHave(row, count, named)
    for (const [property, list] of properties) list.push(row[property])
    count += 1
    length += 1
    if (length < SLICE) return undefined
    push()
    return pace.isSpent() ? pace.rest() : undefined
  })
  if (length > 0 || count === 0) push()
  return builder.finish()
}

module.exports = { SLICE, each, isColumn, ofColumns, ofRows, pacer }
