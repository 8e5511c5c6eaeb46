'use strict'

// Errors: each has a code that never changes, and the built-in class that fits it.

const CODE = /^KOSAR_[A-Z_]+$/

/** The class that `instanceof` recognises every error of this package by. */
class KosarError extends Error {
  static [Symbol.hasInstance](value) {
    return value instanceof Error && CODE.test(value.code)
  }
}

const CLASSES = { KOSAR_PARAM: RangeError, KOSAR_ID_TYPE: TypeError }

/** Makes an error of a code. */
function kosarError(code, message, cause) {
  const Class = CLASSES[code] ?? Error
  const error = cause === undefined ? new Class(message) : new Class(message, { cause })
  Object.defineProperty(error, 'code', { value: code, enumerable: true })
  return error
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

function guarded(call) {
  return {
    [call.name](...args) {
      try {
        const answer = call.apply(this, args)
        return answer instanceof Promise ? answer.catch(rethrow) : answer
      } catch (error) {
        throw refined(error)
      }
    },
  }[call.name]
}

/** Refines the errors of every function, method and property of an object, in place. */
function guard(object) {
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if (name === 'constructor' || !property.configurable) continue
    if (typeof property.value === 'function') property.value = guarded(property.value)
    else if (property.get) property.get = guarded(property.get)
    else continue
    Object.defineProperty(object, name, property)
  }
}

module.exports = { KosarError, guard, kosarError, refined }
