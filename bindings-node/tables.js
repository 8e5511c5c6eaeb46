'use strict'

// Reads tables: makes columns and rows out of what the compiled part packs.

/** Rows that an iteration reads at once. */
const SLICE = 256

/** The code of an id or a word that is missing. */
const MISSING = 0xffffffff

/** The values of a column, row by row. */
function cells(column) {
  if (column instanceof Float64Array) return column
  if (column.millis) return Array.from(column.millis, (millis) => (Number.isNaN(millis) ? null : new Date(millis)))
  if (column.flags) return Array.from(column.flags, (flag) => (Number.isNaN(flag) ? null : flag === 1))
  const { words, codes, ends } = column
  const values = new Array(ends === null ? codes.length : ends.length)
  if (ends === null) {
    for (let row = 0; row < values.length; row += 1) values[row] = codes[row] === MISSING ? null : words[codes[row]]
    return values
  }
  for (let row = 0, at = 0; row < values.length; row += 1) {
    const list = new Array(ends[row] - at)
    for (let within = 0; within < list.length; within += 1, at += 1) list[within] = words[codes[at]]
    values[row] = list
  }
  return values
}

/** The rows from one up to another of columns that `read` gives. */
function rows(names, read, from, to) {
  const columns = names.map((name) => cells(read(name, from, to)))
  const found = new Array(Math.max(0, to - from))
  for (let at = 0; at < found.length; at += 1) {
    const row = {}
    for (let column = 0; column < names.length; column += 1) row[names[column]] = columns[column][at]
    found[at] = row
  }
  return found
}

/** A cell as JSON can say it: an integer beyond 2^53 as text. */
function plain(cell) {
  if (typeof cell === 'bigint') return String(cell)
  return Array.isArray(cell) ? cell.map(plain) : cell
}

/** What `JSON.stringify` shows of a table: its rows. */
function rowsToJson(table) {
  return table.rows().map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, plain(cell)])))
}

/** How many rows of a table are shown where it is printed. */
const SHOWN = 10

/** What `console.log` shows of a table: how large it is, and its first rows. */
function inspectTable(table, options, inspect) {
  const more = table.length > SHOWN ? `\n... ${table.length - SHOWN} more rows` : ''
  return `Table (${table.length} rows) ${inspect(table.rows(0, SHOWN), options)}${more}`
}

module.exports = { SLICE, cells, inspectTable, rows, rowsToJson }
