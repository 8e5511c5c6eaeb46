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

/** The kinds of reasons of a recommender, as because.rs numbers them. */
const PINNED = 0
const GIVEN = 1
const SIMILAR_TO = 2
const TOGETHER = 3
const ALIKE_TO = 4
const SESSIONS = 5
const CUSTOMERS = 6
const BOUGHT = 7
const SEGMENT = 8
const CATEGORY = 9
const RISING = 10
const MANY = 11
const NEW = 12
const CATALOGUE = 13
const EXPLORED = 14
const VIEWED = 15
/** Stands in the place of a query that was not asked for. */
const NOT_ASKED = -1

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

  /** An instant; `null` for not a number. */
  date() {
    const millis = this.figure()
    return Number.isNaN(millis) ? null : new Date(millis)
  }

  /** An answer of a recommender. */
  answer() {
    const answer = { item: this.id(), score: this.figure(), step: this.word(), reason: this.because() }
    if (this.figures[this.at] === NOT_ASKED) this.at += 1
    else [answer.sql = null] = this.words()
    return answer
  }

  /** Properties are read in the order in which they stand here. */
  because() {
    switch (this.figure()) {
      case PINNED:
        return of({ kind: 'pinned', sentence: this.word() })
      case GIVEN:
        return of({ kind: 'given', position: this.figure(), affinity: this.figure(), sentence: this.word() })
      case SIMILAR_TO: {
        const [customers, all, itemCustomers] = [this.figure(), this.figure(), this.figure()]
        const [similarity, since, maxItems] = [this.figure(), this.date(), this.figure()]
        const [to, sentence] = [this.id(), this.word()]
        return of({ kind: 'similar', to, customers, of: all, itemCustomers, similarity, since, maxItems, sentence })
      }
      case TOGETHER: {
        const [customers, all, lift] = [this.figure(), this.figure(), this.figure()]
        const [since, maxItems] = [this.date(), this.figure()]
        return of({ kind: 'together', with: this.id(), customers, of: all, lift, since, maxItems, sentence: this.word() })
      }
      case ALIKE_TO: {
        const similarity = this.figure()
        return of({ kind: 'alike', to: this.id(), similarity, sentence: this.word() })
      }
      case SESSIONS:
        return of({ kind: 'session', sessions: this.figure(), sentence: this.word() })
      case CUSTOMERS:
        return of({ kind: 'customers', customers: this.figure(), sentence: this.word() })
      case BOUGHT: {
        const [orders, all, last] = [this.figure(), this.figure(), this.date()]
        return of({ kind: 'repeat', orders, of: all, last, sentence: this.word() })
      }
      case SEGMENT: {
        const [customers, all] = [this.figure(), this.figure()]
        return of({ kind: 'segment', segment: this.word(), customers, of: all, sentence: this.word() })
      }
      case CATEGORY: {
        const customers = this.figure()
        return of({ kind: 'category', category: this.word(), customers, sentence: this.word() })
      }
      case RISING: {
        const [recent, days, end] = [this.figure(), this.figure(), this.date()]
        const [told, spans, lowerBound] = [this.figure(), this.figure(), this.figure()]
        const baseline = Number.isNaN(told) ? null : told
        return of({ kind: 'trending', recent, days, end, baseline, spans, lowerBound, sentence: this.word() })
      }
      case MANY:
        return of({ kind: 'popular', customers: this.figure(), sentence: this.word() })
      case NEW:
        return of({ kind: 'new', launched: this.date(), sentence: this.word() })
      case CATALOGUE:
        return of({ kind: 'catalogue', sentence: this.word() })
      case EXPLORED:
        return of({ kind: 'explored', sentence: this.word() })
      case VIEWED: {
        const [views, last, inCart] = [this.figure(), this.date(), this.figure() === 1]
        return of({ kind: 'viewed', views, last, inCart, sentence: this.word() })
      }
      default:
        return of({ kind: 'other', sentence: this.word() })
    }
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

/** The answers of a recommender. */
const answers = (answer) => all(answer, (reader) => reader.answer())

/** The answer to a session. */
const sessionAnswer = (answer) => new Reader(answer).session()

/** The answers to many sessions. */
const sessionAnswers = (answer) => all(answer, (reader) => reader.session())

module.exports = { answers, recommendations, sessionAnswer, sessionAnswers }
