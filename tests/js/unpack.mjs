// Unpacks the Chromium of an npm package beside it, once, so that tests that run at the same time do not.
import { mkdirSync } from 'node:fs';

const folder = new URL('node_modules/.browser/', import.meta.url).pathname;
mkdirSync(folder, { recursive: true });
process.env.TMPDIR = folder;
const { default: chromium, inflate } = await import('@sparticuz/chromium');
await chromium.executablePath();
await inflate(new URL('node_modules/@sparticuz/chromium/bin/al2023.tar.br', import.meta.url).pathname);
