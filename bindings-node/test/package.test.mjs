// The package as it is installed.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, renameSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

function run(command, args, cwd) {
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}

const npm = (args, cwd) => run('npm', [...args, '--offline', '--no-audit', '--no-fund', '--loglevel=error'], cwd)

test('the packed package installs into an empty folder and is required, imported and typed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kosar-package-'))
  npm(['pack', '--pack-destination', folder], root)
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  npm(['init', '-y'], folder)
  npm(['install', `./${tarball}`], folder)
  const ask = 'console.log(kosar.datasets.breakfast().length, typeof kosar.OrderLog.fromRows)'
  assert.equal(run('node', ['-e', `const kosar = require('kosar'); ${ask}`], folder), '10 function\n')
  const imports = [
    `import * as kosar from 'kosar'; ${ask}`,
    `import kosar from 'kosar'; ${ask}`,
    `import { datasets, OrderLog } from 'kosar'; const kosar = { datasets, OrderLog }; ${ask}`,
  ]
  for (const code of imports) {
    assert.equal(run('node', ['--input-type=module', '-e', code], folder), '10 function\n')
  }
  const both = "import { OrderLog } from 'kosar'; import { createRequire } from 'node:module'; " +
    "console.log(createRequire(import.meta.url)('kosar').OrderLog === OrderLog)"
  assert.equal(run('node', ['--input-type=module', '-e', both.replace('import.meta.url', JSON.stringify(join(folder, 'x.js')))], folder), 'true\n')

  const installed = join(folder, 'node_modules', 'kosar')
  assert.deepEqual(readdirSync(join(installed, 'docs')), ['audience.schema.json', 'recommender.md', 'rules.schema.json'])
  const [binary] = readdirSync(installed).filter((name) => name.endsWith('.node'))
  renameSync(join(installed, binary), join(folder, binary))
  assert.throws(
    () => run('node', ['-e', "require('kosar')"], folder),
    (error) => error.stderr.includes(`the compiled file ${binary} is missing`) && error.stderr.includes('npm run build:release'),
  )
})

test('the example of a recommender runs as it stands in the README', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  const [, code] = readme.match(/```js recommender\n([\s\S]*?)```/)
  const folder = mkdtempSync(join(tmpdir(), 'kosar-readme-'))
  const told = run('node', ['-e', code.replace("require('kosar')", `require(${JSON.stringify(root)})`)], folder).split('\n')
  assert.equal(told.filter((line) => line.includes('bought it too')).length, 3)
  assert.match(told[3], /^\d+ \d+ [1-9]\d*$/)
  assert.equal(told[4], '3')
  assert.deepEqual(readdirSync(folder), ['shop.kosar'])
})

test('the declarations hold in strict TypeScript', () => {
  run('npx', ['tsc', '--noEmit', '-p', 'test'], root)
})
