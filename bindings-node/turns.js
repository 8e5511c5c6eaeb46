'use strict'

// What changes a recommender runs in the order of the calls, though each runs on whatever thread is free.

/** Of each recommender that has changes to run, when the last of them has ended; these promises never reject. */
const lasts = new WeakMap()

/** When everything that was called before on some recommenders has ended; `undefined` where that is so already. */
function before(recommenders) {
  const ends = recommenders.map((recommender) => lasts.get(recommender)).filter((end) => end !== undefined)
  return ends.length === 0 ? undefined : Promise.all(ends)
}

/**
 * Runs what looks at some recommenders as a whole after the changes that were called before. Later changes do not wait for it, and it looks
 * when a thread is free: it may see those that were called before it ended.
 */
async function afterChanges(recommenders, look) {
  const ends = before(recommenders)
  if (ends !== undefined) await ends
  return look()
}

/** Runs a change of some recommenders after those called before; one that fails does not stop those behind it. */
function inTurn(recommenders, change) {
  const answer = afterChanges(recommenders, change)
  // Holds on to nothing that the change gave, and is let go of by the last in the row.
  const end = answer.then(nothing, nothing)
  for (const recommender of recommenders) lasts.set(recommender, end)
  end.then(() => {
    for (const recommender of recommenders) {
      if (lasts.get(recommender) === end) lasts.delete(recommender)
    }
  })
  return answer
}

function nothing() {}

module.exports = { afterChanges, inTurn }
