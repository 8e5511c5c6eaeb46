// Real data for tests, where there is any.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'

const folder = process.env.KOSAR_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/** The path of a file, and the options of a test that needs it. */
export function data(name) {
  const path = join(folder, name)
  return { path, when: existsSync(path) ? {} : { skip: `${path} is not there; KOSAR_DATA names the folder` } }
}

export const retailColumns = {
  customer: 'CustomerID',
  order: 'InvoiceNo',
  item: 'StockCode',
  time: 'InvoiceDate',
  quantity: 'Quantity',
  price: 'UnitPrice',
}

/** The longest time for which the event loop was held up while a promise was under way, and its value. */
export async function longestDelay(work) {
  let last = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last - 1)
    last = now
  }, 1)
  try {
    const value = await work()
    return { value, longest: Math.max(longest, performance.now() - last - 1) }
  } finally {
    clearInterval(timer)
  }
}
