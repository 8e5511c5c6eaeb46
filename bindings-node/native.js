'use strict'

// Loads the compiled part that fits this machine.

const { existsSync } = require('node:fs')
const { join } = require('node:path')

function isMusl() {
  if (process.platform !== 'linux') return false
  process.report.excludeNetwork = true
  return !process.report.getReport().header.glibcVersionRuntime
}

function platform() {
  const base = `${process.platform}-${process.arch}`
  if (process.platform === 'linux') return `${base}-${isMusl() ? 'musl' : 'gnu'}`
  return process.platform === 'win32' ? `${base}-msvc` : base
}

const file = `kosar.${platform()}.node`
const path = join(__dirname, file)

if (!existsSync(path)) {
  throw new Error(
    `kosar: the compiled file ${file} is missing from ${__dirname}. ` +
      'Install a package of kosar that was built for this platform, or build it: run `npm install` and ' +
      '`npm run build:release` in bindings-node of the sources, with Rust 1.88 or later.',
  )
}

module.exports = require(path)
