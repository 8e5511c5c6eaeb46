'use strict'

// The recommender: trees go to the compiled part as JSON text, and what is told comes from it as such.

const { answers } = require('./answers.js')
const { kindOf, kosarError } = require('./errors.js')
const { camelCased, exactly, objectText } = require('./json.js')
const { afterChanges, inTurn } = require('./turns.js')

/** The placements that answer items, with the position of their options. */
const PLACEMENTS = {
  similar: 1,
  boughtTogether: 1,
  forCustomer: 1,
  nextInSession: 0,
  buyAgain: 1,
  trending: 0,
  recentlyViewed: 0,
  rerank: 1,
}

/** What changes a recommender, and what looks at it as a whole; each may be told another recommender first. */
const CHANGES = ['update', 'updateEvents', 'forget', 'setLevel', 'setRules', 'setStock', 'setCatalog', 'refresh', 'replace']
const LOOKS = ['save', 'readiness', 'diff', 'sweep']

/** What answers by a tree. */
const TOLD = ['readiness', 'diff', 'update', 'updateEvents', 'forget']

/** Days of a profile. */
const DAYS = ['firstOrder', 'lastOrder', 'stageSince', 'nextChange']

/** Options with some trees as JSON text. */
function withText(options, ...names) {
  if (options === null || typeof options !== 'object') return options
  const texts = names.filter((name) => options[name] !== undefined && options[name] !== null)
  if (texts.length === 0) return options
  return { ...options, ...Object.fromEntries(texts.map((name) => [name, objectText(name, options[name])])) }
}

const told = (text) => camelCased(exactly(text))

/** Gives a class in front of the compiled one the methods that read and write trees. */
function front(Recommender) {
  const { prototype } = Recommender
  const method = (object, name, value) => Object.defineProperty(object, name, { value, writable: true, configurable: true })
  /** Puts a method in the place of one that it calls. */
  const instead = (object, name, make) => method(object, name, make(object[name]))

  instead(Recommender, 'fit', (fit) => async (log, options, cancel) => {
    return fit.call(Recommender, log, withText(options, 'params', 'rules'), cancel)
  })
  instead(Recommender, 'tune', (tune) => async (log, options, cancel) => {
    const [params, levels] = JSON.parse(await tune.call(Recommender, log, withText(options, 'params', 'rules'), cancel))
    return { params, levels: camelCased(levels) }
  })
  for (const name of ['paramsSchema', 'rulesSchema']) {
    instead(Recommender, name, (schema) => () => JSON.parse(schema.call(Recommender)))
  }
  for (const [name, at] of Object.entries(PLACEMENTS)) {
    instead(prototype, name, (ask) => function (...args) {
      if (args[at]?.like !== undefined) args[at] = withText(args[at], 'like')
      return answers(ask.apply(this, args))
    })
  }
  instead(prototype, 'categories', (ask) => function (options) {
    const found = JSON.parse(ask.call(this, options))
    return found.map(({ population_share: populationShare, ...told }) => ({ ...told, populationShare }))
  })
  instead(prototype, 'choose', (choose) => function (slot, contents, options) {
    return JSON.parse(choose.call(this, slot, objectText('contents', contents), options))
  })
  instead(prototype, 'profile', (profile) => function (customer) {
    const found = told(profile.call(this, customer))
    for (const day of DAYS) found[day] = found[day] === null ? null : new Date(found[day])
    return found
  })
  method(prototype, 'export', function (customer) {
    return exactly(this.exportJson(customer))
  })
  for (const [names, inOrder] of [[CHANGES, inTurn], [LOOKS, afterChanges]]) {
    for (const name of names) {
      instead(prototype, name, (run) => async function (...args) {
        const concerned = [this, args[0]].filter((one) => one instanceof Recommender)
        return inOrder(concerned, () => run.apply(this, args))
      })
    }
  }
  for (const name of TOLD) {
    instead(prototype, name, (run) => async function (...args) {
      return told(await run.apply(this, args))
    })
  }
  const { get: rules } = Object.getOwnPropertyDescriptor(prototype, 'rules')
  Object.defineProperty(prototype, 'rules', {
    get() {
      return exactly(rules.call(this))
    },
    configurable: true,
  })
  instead(prototype, 'setRules', (set) => async function (rules) {
    return set.call(this, objectText('rules', rules))
  })
  instead(prototype, 'setStock', (set) => async function (stock) {
    if (kindOf(stock) !== 'object') {
      throw kosarError('KOSAR_PARAM', `stock must be an object, a Map or pairs of item and number, got ${kindOf(stock)}`)
    }
    const pairs = typeof stock[Symbol.iterator] === 'function' ? [...stock] : Object.entries(stock)
    return set.call(this, pairs.map(([item]) => item), pairs.map(([, quantity]) => quantity))
  })
}

module.exports = { front }
