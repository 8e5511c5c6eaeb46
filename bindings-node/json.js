'use strict'

// JSON, in which the compiled part takes and gives trees.

const { kindOf, kosarError } = require('./errors.js')

/** A tree as JSON text, which text is already; `undefined` where JSON has nothing for it. `what` names it in messages. */
function jsonText(what, tree) {
  if (typeof tree === 'string') return tree
  return JSON.stringify(tree, (key, value) => {
    if (typeof value === 'bigint') {
      throw kosarError('KOSAR_PARAM', `${what} takes no BigInt as ${key}; write JSON text, which has its digits`)
    }
    if (typeof value !== 'number' || Number.isFinite(value)) return value
    throw kosarError('KOSAR_PARAM', `${what} is made of finite numbers, got ${value} as ${key}`)
  })
}

/** The same where it has to be an object or an array. */
function objectText(what, tree) {
  const isTree = kindOf(tree) === 'object' && !(tree instanceof Map)
  if (typeof tree === 'string' || isTree) return jsonText(what, tree)
  throw kosarError('KOSAR_PARAM', `${what} must be an object or JSON text, got ${kindOf(tree)}`)
}

/** A text of JSON, or a number. */
const TEXT_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g
const LONG = /^-?\d{16,}$/

/** What JSON says, with a `BigInt` for an integer beyond 2^53. */
function exactly(text) {
  let isMarked = false
  const marked = text.replace(TEXT_OR_NUMBER, (found) => {
    if (!LONG.test(found) || Number.isSafeInteger(Number(found))) return found
    isMarked = true
    return `"\\u0000${found}"`
  })
  if (!isMarked) return JSON.parse(text)
  return JSON.parse(marked, (_, value) => (typeof value === 'string' && value[0] === '\0' ? BigInt(value.slice(1)) : value))
}

/** The same with keys such as `customerTypes` in place of `customer_types`. */
function camelCased(value) {
  if (Array.isArray(value)) return value.map(camelCased)
  if (value === null || typeof value !== 'object') return value
  const renamed = (key) => key.replace(/_(\w)/g, (_, letter) => letter.toUpperCase())
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [renamed(key), camelCased(inner)]))
}

module.exports = { camelCased, exactly, jsonText, objectText }
