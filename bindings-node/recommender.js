'use strict'

// The recommender: trees go to the compiled part as JSON text, and what is told comes from it as such.

const { answers } = require('./answers.js')
const { kosarError, named } = require('./errors.js')
const { camelCased, exactly, isPlain, objectText } = require('./json.js')
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

/** Properties that are trees. */
const TREES = ['params', 'rules']

/** Refuses what is no object of a class, by its name. */
function mustBe(name, value, Class) {
  if (value instanceof Class) return
  const wanted = Class.name === 'Customers' ? 'Customers' : `${/^[AEIOU]/.test(Class.name) ? 'an' : 'a'} ${Class.name}`
  throw kosarError('KOSAR_PARAM', `${name} must be ${wanted}, got ${named(value)}`)
}

/** Items with quantities, as pairs. */
function stockPairs(stock) {
  const isIterable = stock !== null && typeof stock === 'object' && typeof stock[Symbol.iterator] === 'function'
  if (!isIterable && !isPlain(stock)) {
    throw kosarError('KOSAR_PARAM', `stock must be an object, a Map or pairs of item and number, got ${named(stock)}`)
  }
  if (!isIterable) return Object.entries(stock)
  const pairs = [...stock]
  for (const pair of pairs) {
    if (Array.isArray(pair) && pair.length === 2) continue
    throw kosarError('KOSAR_PARAM', `stock must hold pairs of item and number, got ${named(pair)}`)
  }
  return pairs
}

/**
 * Gives a class in front of the compiled one the methods that read and write trees, and take other objects by the classes given.
 */
function front(Recommender, { Catalog, Customers, EventLog, OrderLog }) {
  const { prototype } = Recommender
  const method = (object, name, value) => Object.defineProperty(object, name, { value, writable: true, configurable: true })
  /** Puts a method in the place of one that it calls. */
  const instead = (object, name, make) => method(object, name, make(object[name]))

  const mustBeSources = (log, options) => {
    mustBe('log', log, OrderLog)
    for (const [name, Class] of Object.entries({ events: EventLog, catalog: Catalog, customers: Customers })) {
      if (options?.[name] !== undefined && options[name] !== null) mustBe(name, options[name], Class)
    }
  }
  instead(Recommender, 'fit', (fit) => async (log, options, cancel) => {
    mustBeSources(log, options)
    return fit.call(Recommender, log, withText(options, 'params', 'rules'), cancel)
  })
  instead(Recommender, 'tune', (tune) => async (log, options, cancel) => {
    mustBeSources(log, options)
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
    return JSON.parse(choose.call(this, slot, objectText('contents', contents, { areMany: true }), options))
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
  const given = { update: ['log', OrderLog], updateEvents: ['log', EventLog], setCatalog: ['catalog', Catalog] }
  for (const [name, [argument, Class]] of Object.entries({ ...given, replace: ['other', Recommender], diff: ['old', Recommender] })) {
    instead(prototype, name, (run) => async function (...args) {
      mustBe(argument, args[0], Class)
      return run.apply(this, args)
    })
  }
  for (const name of TOLD) {
    instead(prototype, name, (run) => async function (...args) {
      return told(await run.apply(this, args))
    })
  }
  for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (!TREES.includes(name)) continue
    Object.defineProperty(prototype, name, {
      get() {
        return exactly(get.call(this))
      },
      configurable: true,
    })
  }
  instead(prototype, 'setRules', (set) => async function (rules) {
    return set.call(this, objectText('rules', rules === null ? {} : rules))
  })
  instead(prototype, 'setStock', (set) => async function (stock) {
    const pairs = stockPairs(stock)
    try {
      return await set.call(this, pairs.map(([item]) => item), pairs.map(([, quantity]) => quantity))
    } catch (error) {
      if (error.code !== 'KOSAR_ID_TYPE' || !isPlain(stock)) throw error
      throw kosarError(error.code, `${error.message}; the keys of an object are strings: give a Map, or pairs`)
    }
  })
}

module.exports = { front }
