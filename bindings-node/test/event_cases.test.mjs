// The shared cases of examples/event_cases: every language must give these answers, fresh from the fit and from a file.
import * as kosar from '../index.mjs'
import { camelKeys, check, counted, listed } from './shared_cases.mjs'

const sizes = (log) => ({ events: log.nEvents, sessions: log.nSessions, customers: log.nCustomers, items: log.nItems })

const ofAnswer = ({ recommendations, unknown, empty, whyEmpty }) => ({
  recommendations: listed(recommendations), unknown, empty, why_empty: whyEmpty,
})

async function ofLog(log, { call, args = {} }) {
  switch (call) {
    case 'counts':
      return sizes(log)
    case 'report':
      return counted(log.report)
    case 'before':
    case 'after':
      return sizes(await log[call](args.time))
    case 'forget':
      return sizes(await log.forget(args.customer))
    case 'merge_customers':
      return sizes(await log.mergeCustomers(args.customer, args.into))
    case 'forget_session':
      return sizes(await log.forgetSession(args.session))
    case 'link':
      return sizes(await log.link([[args.session, args.customer]]))
  }
  throw new Error(`no call of a log is named ${call}`)
}

async function ofVisits(log, call, { n, ...who }) {
  const visits = await kosar.Visits.of(log)
  const found = call === 'recently_viewed' ? visits.recentlyViewed(who, n) : visits.continueShopping(who, n)
  return found.map(({ item, kind, views }) => ({ item, kind, views }))
}

/** A model fresh from the fit, and from a file. */
async function fitted(log, { model, params }) {
  if (model === 'PopularInSessions') return [await kosar.PopularInSessions.of(log)]
  const Model = kosar[model]
  const fresh = await Model.fit(log, camelKeys(params))
  return [fresh, Model.fromBytes(fresh.toBytes())]
}

check('event_cases', async ({ events: { columns, options } }, step) => {
  const log = await kosar.EventLog.fromColumns(columns, camelKeys(options))
  const { model, call, args = {} } = step
  if (model === null) return [await ofLog(log, step)]
  if (model === 'Visits') return [await ofVisits(log, call, args)]
  if (call === 'evaluate') {
    const { fraction, k } = args
    const { train, test } = await kosar.splitSessions(log, { fraction })
    const found = (await fitted(train, step)).map((model) => kosar.evaluateSessions(model, test, { k }))
    return (await Promise.all(found)).map(({ n, hitRate, mrr }) => ({ n, hit_rate: hitRate, mrr }))
  }
  const { session, sessions, n, ...filter } = args
  const models = await fitted(log, step)
  if (call === 'recommend') return models.map((model) => ofAnswer(model.recommend(session, n, filter)))
  const found = await Promise.all(models.map((model) => model.recommendMany(sessions, n, filter)))
  return found.map((answers) => answers.map(ofAnswer))
})
