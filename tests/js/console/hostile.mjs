// Texts that try to be more than text, in every answer of the API on every screen.

const CORPUS = [
  '<script>window.broken = 1</script>',
  '<img src=x onerror="window.broken = 2">',
  '"><svg/onload=window.broken=3>',
  '<iframe srcdoc="<script>parent.broken=4</script>"></iframe>',
  '[a link](javascript:window.broken=5)',
  '[another](JaVaScRiPt:window.broken=6) [data](data:text/html,<script>window.broken=7</script>)',
  '![picture](https://evil.example/pixel.png)',
  '<a href="javascript:window.broken=8">x</a>',
  '<style>*{display:none}</style><link rel=stylesheet href=https://evil.example/x.css>',
  '{{constructor.constructor("window.broken=9")()}} ${window.broken=10}',
  '| a | b |\n|---|---|\n| <b onmouseover=window.broken=11>x</b> | [E1, E999] |',
  `${'*'.repeat(500)}${'['.repeat(500)}${'_'.repeat(500)}`,
  '\u202egnp.exe \u0000 \ud800',
  'a'.repeat(3000),
];
const TEXTS = /^(text|reasoning|message|statement|source|name|title|detail|error|reason|advisory|finalVerdict|engine|report|problem|description|bullArgument|bearArgument|judgeDecision|data|volatility|liquidity|needsReview|url|email|waitingFor|notice|symbol|currency|technical|sentiment|news|fundamentals|userId|unit|digest|label|verdict|subject|body|disabledReason|identityProvider|goLive)$/;
const LISTS = /^(concerns|dataSources|notes|assets|excludedWords|evidence|sources|symbols)$/;

function poison(value, key, next) {
  if (typeof value === 'string') return TEXTS.test(key) || LISTS.test(key) ? `${value}\n\n${next()}` : value;
  if (Array.isArray(value)) return value.map((each) => poison(each, key, next));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, poison(each, name, next)]));
  }
  return value;
}

/** From here on, every text that the API sends to a page has an injection in it. */
export async function poisonAnswers(page) {
  let count = 0;
  const next = () => CORPUS[count++ % CORPUS.length];
  await page.route(/\/(api\/(?!auth)|health)/, async (route) => {
    const answer = await route.fetch();
    const type = answer.headers()['content-type'] ?? '';
    if (!type.startsWith('application/json')) return route.fulfill({ response: answer });
    return route.fulfill({ response: answer, json: poison(await answer.json(), '', next) });
  });
}

/** What an injection has brought about on a page; empty where it stayed text. */
export async function harmOf(page) {
  return page.evaluate(() => {
    const harm = [];
    if (window.broken !== undefined) harm.push(`a script ran: ${window.broken}`);
    const scripts = document.querySelectorAll('script').length;
    if (scripts !== 1) harm.push(`${scripts} scripts`);
    for (const element of document.querySelectorAll('#app *')) {
      if (/^(iframe|object|embed|style|link|base|img|meta)$/i.test(element.tagName)) harm.push(element.outerHTML.slice(0, 200));
      for (const { name } of element.attributes) if (name.startsWith('on')) harm.push(`${element.tagName} ${name}`);
      if (element.tagName === 'A' && !/^https?:$/.test(element.protocol)) harm.push(element.href);
    }
    return harm;
  });
}
