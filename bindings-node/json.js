'use strict'

// JSON, in which the compiled part takes and gives trees.

const { kosarError, named } = require('./errors.js')

/** Deeper trees are refused. */
const MAX_DEPTH = 128

/** Whether a value is an object of keys and values, and no instance of a class. */
function isPlain(value) {
  if (value === null || typeof value !== 'object') return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** The JSON text of a value at a path; `undefined` where JSON has nothing for it. `above` are the objects that it stands in. */
function written(what, given, path, above) {
  const value = typeof given?.toJSON === 'function' && typeof given !== 'bigint' ? given.toJSON() : given
  const refusal = (why) => kosarError('KOSAR_PARAM', `${what} at ${path === '' ? '.' : path}: ${why}`)
  const inner = (value, path) => written(what, value, path, [...above, given])
  if (value === undefined) return undefined
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return JSON.stringify(value)
    throw refusal(`it must be a finite number, is ${value}`)
  }
  if (above.includes(given)) throw refusal('it stands within itself')
  if (above.length === MAX_DEPTH) throw refusal(`it is nested deeper than ${MAX_DEPTH}`)
  if (Array.isArray(value)) {
    return `[${Array.from(value, (value, at) => inner(value, `${path}[${at}]`) ?? 'null').join()}]`
  }
  if (!isPlain(value)) {
    const found = typeof value === 'object' ? named(value) : `a ${typeof value}`
    throw refusal(`it must be made of plain objects, lists, texts and numbers, is ${found}`)
  }
  const entries = Object.entries(value).map(([key, value]) => [key, inner(value, path === '' ? key : `${path}.${key}`)])
  return `{${entries.filter(([, text]) => text !== undefined).map(([key, text]) => `${JSON.stringify(key)}:${text}`).join()}}`
}

/** A tree as JSON text, which text is already; `undefined` where JSON has nothing for it. `what` names it in messages. */
function jsonText(what, tree) {
  return typeof tree === 'string' ? tree : written(what, tree, '', [])
}

/** The same where it has to be an object, or a list of them where these may be many. */
function objectText(what, tree, { areMany = false } = {}) {
  const isTree = areMany ? Array.isArray(tree) : !Array.isArray(tree) && (isPlain(tree) || typeof tree?.toJSON === 'function')
  if (typeof tree === 'string' || isTree) return jsonText(what, tree)
  throw kosarError('KOSAR_PARAM', `${what} must be ${areMany ? 'a list' : 'an object'} or JSON text, got ${named(tree)}`)
}

/** A text of JSON, or a number. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g
const LONG = /^-?\d{16,}$/
/** Where there are not so many digits in a row, nothing is long. */
const DIGITS = /\d{16}/

/** What JSON says, with a `BigInt` for an integer beyond 2^53. */
function exactly(text) {
  if (!DIGITS.test(text)) return JSON.parse(text)
  // JSON has one way only to write U+0000, so that no text begins with more of them than stand in a row somewhere.
  let mark = '\\u0000'
  while (text.includes(mark)) mark += mark
  const begin = JSON.parse(`"${mark}"`)
  let isMarked = false
  const marked = text.replace(TEXT_OR_NUMBER, (found) => {
    if (!LONG.test(found) || Number.isSafeInteger(Number(found))) return found
    isMarked = true
    return `"${mark}${found}"`
  })
  if (!isMarked) return JSON.parse(text)
  const isLong = (value) => typeof value === 'string' && value.startsWith(begin)
  return JSON.parse(marked, (_, value) => (isLong(value) ? BigInt(value.slice(begin.length)) : value))
}

/** The same with keys such as `customerTypes` in place of `customer_types`. */
function camelCased(value) {
  if (Array.isArray(value)) return value.map(camelCased)
  if (value === null || typeof value !== 'object') return value
  const renamed = (key) => key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [renamed(key), camelCased(inner)]))
}

module.exports = { camelCased, exactly, isPlain, jsonText, objectText }
