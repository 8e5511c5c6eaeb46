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

/** Makes an error of a code; of another class than is usual for it where one is given. */
function kosarError(code, message, cause, Class = CLASSES[code] ?? Error) {
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

/** What a value is, in words for a message. */
function named(value) {
  if (value instanceof Promise) return 'a Promise: await it'
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  if (typeof value !== 'object') return typeof value
  const name = Object.getPrototypeOf(value)?.constructor?.name
  if (typeof name !== 'string' || name === '' || name === 'Object') return 'an object'
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`
}

/** Whether an argument, or an option among them, is a promise that nobody waited for. */
function isUnawaited(args) {
  const isPromise = (value) => value instanceof Promise
  const isOf = (value) => isPromise(value) || (value !== null && typeof value === 'object' && Object.values(value).some(isPromise))
  return args.some(isOf)
}

/** What to throw in place of an error of the compiled part; other errors stay what they are. */
function refined(error, name = 'the method', args = []) {
  if (!(error instanceof Error)) return error
  if (error.code === 'KOSAR_PARAM' && error.message.endsWith(', got an object') && isUnawaited(args)) {
    return kosarError(error.code, error.message.replace(/an object$/, 'a Promise: await it'))
  }
  if (CODE.test(error.code)) return kosarError(error.code, error.message)
  if (error instanceof TypeError && error.message === 'Illegal invocation') {
    const message = `${name} must be called on an object of its class, as in object.${name}()`
    return kosarError('KOSAR_PARAM', message, undefined, TypeError)
  }
  // A receiver of another class, or an argument that no call of this package takes.
  if (error.code === 'InvalidArg') return kosarError('KOSAR_PARAM', error.message)
  if (error.code === 'GenericFailure') return kosarError('KOSAR_INTERNAL', error.message)
  return error
}

function guarded(call, name = call.name) {
  return {
    [name](...args) {
      const rethrow = (error) => {
        throw refined(error, name, args)
      }
      try {
        const answer = call.apply(this, args)
        return answer instanceof Promise ? answer.catch(rethrow) : answer
      } catch (error) {
        return rethrow(error)
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

/** Static methods that make no object of their class. */
const TELLS = /^(candidates|count|grids|tune)$|schema$/i

/**
 * A class in front of a compiled one, whose static methods cannot be changed: the same prototype, so instances are of
 * both; errors refined; no `new`.
 */
function fronted(Compiled) {
  const { name, prototype } = Compiled
  const own = Object.keys(Object.getOwnPropertyDescriptors(Compiled)).filter((key) => typeof Compiled[key] === 'function')
  const made = own.filter((key) => !TELLS.test(key))
  const Class = {
    [name]: function () {
      const how = made.map((key) => `${name}.${key}`).join(' or ') || 'the models'
      throw kosarError('KOSAR_PARAM', `${name} is made by ${how}, not by new`, undefined, TypeError)
    },
  }[name]
  Class.prototype = guard(prototype)
  Object.defineProperty(prototype, 'constructor', { value: Class, writable: true, configurable: true })
  for (const key of own) {
    const value = guarded(Compiled[key], key)
    Object.defineProperty(Class, key, { value, writable: true, configurable: true })
  }
  return Class
}

module.exports = { KosarError, fronted, guard, kindOf, kosarError, named, refined }
