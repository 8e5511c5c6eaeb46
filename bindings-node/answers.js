'use strict'

// Makes recommendations out of the flat answers of the compiled part.

/** The kinds of ids and of reasons, as recommendation.rs numbers them. */
const SAFE_INTEGER = 0
const TEXT = 1
const RULE = 0
const SIMILAR = 1
const SEQUENCE = 2
const POPULAR = 3
const CONTRIBUTION = 4
const ALIKE = 5
const SESSION = 6
const NEXT = 7
const COMPLEMENT = 8
const SUBSTITUTE = 9
const POPULAR_IN = 10
const TRENDING = 11
const NEW_ARRIVAL = 12
const REPEAT = 13
const EXPLORE = 14

/** What a recommendation gives as its reason; its text is the sentence. */
class Reason {
  toString() {
    return this.sentence
  }
}

/** A reason of these properties. */
function of(properties) {
  return Object.assign(new Reason(), properties)
}

/** Reads text and figures in the order in which they were written. */
class Reader {
  constructor({ text, figures }) {
    this.text = text
    this.figures = figures
    this.at = 0
    this.from = 0
  }

  isDone() {
    return this.at === this.figures.length
  }

  figure() {
    return this.figures[this.at++]
  }

  word() {
    const from = this.from
    this.from += this.figures[this.at++]
    return this.text.slice(from, this.from)
  }

  id() {
    const kind = this.figure()
    if (kind === TEXT) return this.word()
    return kind === SAFE_INTEGER ? this.figure() : BigInt(this.word())
  }

  ids() {
    const ids = new Array(this.figure())
    for (let at = 0; at < ids.length; at += 1) ids[at] = this.id()
    return ids
  }

  words() {
    const words = new Array(this.figure())
    for (let at = 0; at < words.length; at += 1) words[at] = this.word()
    return words
  }

  recommendation() {
    return { item: this.id(), score: this.figure(), reason: this.reason() }
  }

  /** An answer to a session: recommendations, unknown items, and why there are none. */
  session() {
    const recommendations = new Array(this.figure())
    for (let at = 0; at < recommendations.length; at += 1) recommendations[at] = this.recommendation()
    const unknown = this.ids()
    const [empty = null, whyEmpty = null] = this.words()
    return { recommendations, unknown, empty, whyEmpty }
  }

  /** Properties are read in the order in which they stand here. */
  reason() {
    switch (this.figure()) {
      case RULE: {
        const [count, confidence, lift] = [this.figure(), this.figure(), this.figure()]
        return of({ kind: 'rule', antecedent: this.ids(), count, confidence, lift, sentence: this.word() })
      }
      case SIMILAR: {
        const [count, similarity] = [this.figure(), this.figure()]
        return of({ kind: 'similar', to: this.id(), count, similarity, sentence: this.word() })
      }
      case SEQUENCE: {
        const [count, confidence, medianDays] = [this.figure(), this.figure(), this.figure()]
        return of({ kind: 'sequence', after: this.id(), count, confidence, medianDays, sentence: this.word() })
      }
      case POPULAR:
        return of({ kind: 'popular', count: this.figure(), sentence: this.word() })
      case CONTRIBUTION: {
        const [weight, share] = [this.figure(), this.figure()]
        return of({ kind: 'contribution', from: this.id(), weight, share, sentence: this.word() })
      }
      case SESSION: {
        const [share, sessions] = [this.figure(), this.figure()]
        return of({ kind: 'session', from: this.id(), share, sessions, sentence: this.word() })
      }
      case NEXT: {
        const [sessions, confidence] = [this.figure(), this.figure()]
        return of({ kind: 'next', after: this.id(), sessions, confidence, sentence: this.word() })
      }
      case ALIKE: {
        const [similarity, to] = [this.figure(), this.id()]
        const [category = null] = this.words()
        const [brand = null] = this.words()
        const [tags, attributes, words] = [this.words(), this.words(), this.words()]
        return of({ kind: 'alike', to, similarity, category, brand, tags, attributes, words, sentence: this.word() })
      }
      case COMPLEMENT: {
        const [together, lift] = [this.figure(), this.figure()]
        return of({ kind: 'complement', to: this.id(), together, lift, sentence: this.word() })
      }
      case SUBSTITUTE: {
        const [together, context] = [this.figure(), this.figure()]
        return of({ kind: 'substitute', to: this.id(), together, context, sentence: this.word() })
      }
      case POPULAR_IN: {
        const [count, customers] = [this.figure(), this.figure()]
        return of({ kind: 'popular_in', group: this.word(), count, customers, sentence: this.word() })
      }
      case TRENDING: {
        const [recent, days, baseline, rise, lowerBound] = [this.figure(), this.figure(), this.figure(), this.figure(), this.figure()]
        const known = Number.isNaN(rise) ? null : rise
        return of({ kind: 'trending', recent, days, baseline, rise: known, lowerBound, sentence: this.word() })
      }
      case NEW_ARRIVAL: {
        const [days, count] = [this.figure(), this.figure()]
        return of({ kind: 'new_arrival', days, count, sentence: this.word() })
      }
      case REPEAT: {
        const [orders, all] = [this.figure(), this.figure()]
        return of({ kind: 'repeat', orders, of: all, sentence: this.word() })
      }
      case EXPLORE: {
        const [neighbors, orders] = [this.figure(), this.figure()]
        return of({ kind: 'explore', neighbors, orders, sentence: this.word() })
      }
      default:
        return of({ kind: 'other', sentence: this.word() })
    }
  }
}

/** Reads until all figures are. */
function all(answer, read) {
  const reader = new Reader(answer)
  const found = []
  while (!reader.isDone()) found.push(read(reader))
  return found
}

/** The recommendations of an answer. */
const recommendations = (answer) => all(answer, (reader) => reader.recommendation())

/** The answer to a session. */
const sessionAnswer = (answer) => new Reader(answer).session()

/** The answers to many sessions. */
const sessionAnswers = (answer) => all(answer, (reader) => reader.session())

module.exports = { recommendations, sessionAnswer, sessionAnswers }
