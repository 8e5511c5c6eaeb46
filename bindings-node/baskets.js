'use strict'

// Plain baskets on their way in.

const { kindOf, kosarError } = require('./errors.js')
const { each, isColumn, pacer } = require('./slices.js')

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

module.exports = { fromBaskets }
