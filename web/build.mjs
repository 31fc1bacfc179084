// Bundles the console: `node build.mjs [FOLDER]` writes its files, by default those that the wheel ships.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const here = new URL('.', import.meta.url);
const shipped = new URL('../src/adapters/tradecore_adapters/http/pages/console/', here);
const folder = process.argv[2] ? new URL(`file://${process.argv[2]}/`) : shipped;
const bundled = ['preact', '@preact/signals', '@preact/signals-core'];

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const { metafile } = await build({
  absWorkingDir: here.pathname,
  entryPoints: ['src/main.tsx'],
  outdir: folder.pathname,
  entryNames: 'console-[hash]',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  metafile: true,
  alias: { 'tradecore-client': '../clients/typescript/src/index.ts' },
  jsx: 'automatic',
  jsxImportSource: 'preact',
});

// The licenses of what is bundled, under a name that changes with them.
const licenses = bundled.map((name) => {
  const packageFolder = new URL(`node_modules/${name}/`, here);
  const { version } = JSON.parse(readFileSync(new URL('package.json', packageFolder)));
  const texts = readdirSync(packageFolder).filter((file) => /^(licen[cs]e|notice)/i.test(file)).sort();
  return [`${name} ${version}`, ...texts.map((file) => readFileSync(new URL(file, packageFolder), 'utf8'))].join('\n\n');
});
const text = licenses.join('\n\n----\n\n');
const licenseFile = `licenses-${createHash('sha256').update(text).digest('hex').slice(0, 8)}.txt`;
writeFileSync(new URL(licenseFile, folder), text);

const names = Object.entries(metafile.outputs).filter(([, output]) => output.entryPoint === 'src/main.tsx');
const script = names[0][0].split('/').pop();
const style = names[0][1].cssBundle.split('/').pop();
const page = readFileSync(new URL('src/index.html', here), 'utf8');
const values = { '{script}': script, '{style}': style, '{licenses}': licenseFile };
writeFileSync(new URL('index.html', folder), page.replace(/\{(script|style|licenses)\}/g, (name) => values[name]));
