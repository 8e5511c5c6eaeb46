'use strict'

// Errors: each has a code that never changes, and the built-in class that fits it.

const CODE = /^KOSAR_[A-Z_]+$/

/** The class that `instanceof` recognises every error of this package by. */
class KosarError extends Error {
  static [Symbol.hasInstance](value) {
    return value instanceof Error && CODE.test(value.code)
  }
}

/** What `JSON.stringify` shows of an error. */
function toJSON() {
  return { name: this.name, code: this.code, message: this.message }
}

const CLASSES = { KOSAR_PARAM: RangeError, KOSAR_ID_TYPE: TypeError }

/** Makes an error of a code. */
function kosarError(code, message, cause) {
  const Class = CLASSES[code] ?? Error
  const error = cause === undefined ? new Class(message) : new Class(message, { cause })
  Error.captureStackTrace(error, kosarError)
  Object.defineProperty(error, 'code', { value: code, enumerable: true })
  Object.defineProperty(error, 'toJSON', { value: toJSON })
  return error
}

/** What a value is, for a message. */
function kindOf(value) {
  return value === null ? 'null' : typeof value
}

/** What to throw in place of an error of the compiled part; other errors stay what they are. */
function refined(error) {
  if (!(error instanceof Error)) return error
  if (CODE.test(error.code)) return kosarError(error.code, error.message)
  // A receiver of another class, or an argument that no call of this package takes.
  if (error.code === 'InvalidArg') return kosarError('KOSAR_PARAM', error.message)
  if (error.code === 'GenericFailure') return kosarError('KOSAR_INTERNAL', error.message)
  return error
}

function rethrow(error) {
  throw refined(error)
}

function guarded(call, name = call.name) {
  return {
    [name](...args) {
      try {
        const answer = call.apply(this, args)
        return answer instanceof Promise ? answer.catch(rethrow) : answer
      } catch (error) {
        throw refined(error)
      }
    },
  }[name]
}

/** Refines the errors of every method and property of an object, in place. */
function guard(object) {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if (name === 'constructor') continue
    if (typeof property.value === 'function') property.value = guarded(property.value)
    if (property.get) property.get = guarded(property.get)
    Object.defineProperty(object, name, property)
  }
  return object
}

/**
 * A class in front of a compiled one, whose static methods cannot be changed: the same prototype, so instances are of
 * both; errors refined; no `new`.
 */
function fronted(Compiled) {
  const { name, prototype } = Compiled
  const made = Object.keys(Object.getOwnPropertyDescriptors(Compiled)).filter((key) => typeof Compiled[key] === 'function')
  const Class = {
    [name]: function () {
      const how = made.map((key) => `${name}.${key}`).join(' or ') || 'the models'
      throw new TypeError(`${name} is made by ${how}, not by new`)
    },
  }[name]
  Class.prototype = guard(prototype)
  Object.defineProperty(prototype, 'constructor', { value: Class, writable: true, configurable: true })
  for (const key of made) {
    const value = guarded(Compiled[key], key)
    Object.defineProperty(Class, key, { value, writable: true, configurable: true })
  }
  return Class
}

module.exports = { KosarError, fronted, guard, kindOf, kosarError, refined }
