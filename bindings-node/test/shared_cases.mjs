// Reading the shared cases of examples, and comparing answers with them.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import test from 'node:test'

const camel = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())
export const camelKeys = (object = {}) => Object.fromEntries(Object.entries(object).map(([key, value]) => [camel(key), value]))
const counts = (found) => Object.fromEntries(Object.entries(found).map(([name, { count }]) => [name, count]))

/** What became of the rows, by name. */
export const counted = ({ rows, taken, setAside, notes }) => ({ rows, taken, set_aside: counts(setAside), notes: counts(notes) })

/** Recommendations as cases write them. */
export const listed = (found) => found.map(({ item, score, reason }) => ({ item, score, sentence: reason.sentence }))

function agree(found, expected, path = '') {
  if (typeof expected === 'number' && typeof found === 'number' && Number.isFinite(expected)) {
    assert.ok(Math.abs(found - expected) <= 1e-12 * Math.abs(expected), `${path}: ${found} is not ${expected}`)
  } else if (expected !== null && typeof expected === 'object') {
    assert.deepEqual(Object.keys(found).sort(), Object.keys(expected).sort(), path)
    for (const key of Object.keys(expected)) agree(found[key], expected[key], `${path}.${key}`)
  } else {
    assert.equal(found, expected, path)
  }
}

/** A test for each case of a folder: every step has the answers of a function, which get the case and the step. */
export function check(name, answers) {
  const folder = new URL(`../../examples/${name}/`, import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  for (const file of files) {
    const shared = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    test(`${name}/${file}: ${shared.about}`, async () => {
      for (const [number, step] of shared.steps.entries()) {
        const place = `step ${number}: ${JSON.stringify(step).slice(0, 200)}`
        if (step.error) {
          // A message begins with the parameter, which each language names in its own way.
          const [first, ...rest] = step.error.message.split(' ')
          const { code } = step.error
          const message = code === 'KOSAR_PARAM' ? [camel(first), ...rest].join(' ') : step.error.message
          await assert.rejects(answers(shared, step), { code, message }, place)
        } else {
          for (const found of await answers(shared, step)) agree(found, step.expect, place)
        }
      }
    })
  }
  test(`there are ${name}`, () => assert.ok(files.length > 0))
}
