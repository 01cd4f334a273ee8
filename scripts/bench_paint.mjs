#!/usr/bin/env node
// bench_paint.mjs ROUNDS URL_A URL_B [URL_A URL_B ...]   -> JSON on stdout: for each pair, the first paints of A and of B
// First contentful paint (ms) of pages as a slow phone sees them (360x740, cold cache, CPU /4, 1.5 Mbit/s, 40 ms), the two
// of a pair in turns and the first of them changing each round, so that both meet the same moments of the machine. The
// phone is the one of ../shared/bench/measure_page.mjs, which takes three slow visits a page, too few for a tenth.
// Needs npm playwright-core (NODE_MODULES=dir), CHROMIUM=/usr/bin/chromium. Loopback only.
import { createRequire } from 'node:module';
import path from 'node:path';
const { chromium } = createRequire(path.join(process.env.NODE_MODULES || '.', '/x.js'))('playwright-core');
const [rounds, ...urls] = process.argv.slice(2);
for (const url of urls) if (!['127.0.0.1', 'localhost'].includes(new URL(url).hostname)) throw new Error('loopback only');
const SLOW = { offline: false, latency: 40, downloadThroughput: 1.5e6 / 8, uploadThroughput: 1.5e6 / 8 };
const PHONE = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true, serviceWorkers: 'block' };
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium', headless: true,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost'],
});

async function paint(url) {
  const context = await browser.newContext(PHONE), page = await context.newPage(), cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', SLOW);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  await page.goto(url, { waitUntil: 'load', timeout: 60000 });
  await page.waitForTimeout(200);
  const found = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null);
  await context.close();
  if (found === null) throw new Error(`nothing was painted: ${url}`);
  return found;
}

const pairs = [];
for (let n = 0; n < urls.length; n += 2) pairs.push({ urls: urls.slice(n, n + 2), ms: [[], []] });
for (const pair of pairs) for (const url of pair.urls) await paint(url);   // both servers warm
for (let round = 0; round < +rounds; round++) {
  for (const pair of pairs) for (const which of round % 2 ? [1, 0] : [0, 1]) pair.ms[which].push(await paint(pair.urls[which]));
}
await browser.close();
console.log(JSON.stringify(pairs.map(pair => pair.ms)));
