/** The survey in Chromium: node survey.mjs CHROMIUM SCENARIO ARGUMENT...
 *
 * Says what it saw as one line of JSON; whether that is right, the test beside it knows.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [program, scenario, ...given] = process.argv.slice(2);
const WAIT_MS = 60000;
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const seen = { dialogs: 0, errors: [], requests: [] };

async function open(browser, url, options = {}) {
	const context = await browser.newContext({ viewport: { width: 1000, height: 1400 }, ...options });
	const page = await context.newPage();
	page.setDefaultTimeout(WAIT_MS);
	page.on("dialog", async (dialog) => {
		seen.dialogs += 1;
		await dialog.dismiss();
	});
	page.on("pageerror", (error) => seen.errors.push(String(error)));
	page.on("request", (request) => seen.requests.push(new URL(request.url()).origin));
	await page.addInitScript(() => {
		window.moved = 0;
		new PerformanceObserver((list) => {
			for (const entry of list.getEntries())
				window.moved += entry.value;
		}).observe({ type: "layout-shift", buffered: true });
	});
	await page.goto(url, { waitUntil: "load" });
	return page;
}

/** The widget's frame, once it shows a survey or says why not. */
async function frameOf(page) {
	await page.locator("iframe").waitFor();
	const frame = await (await page.locator("iframe").elementHandle()).contentFrame();
	await frame.locator("h1").first().waitFor();
	await frame.waitForLoadState("load");
	return frame;
}

async function told(page, frame) {
	const box = await page.locator("iframe").boundingBox();
	return {
		thanks: await frame.locator(".thanks h1").innerText(),
		focused: await frame.evaluate(() => document.activeElement.className),
		height: box.height,
		content: await frame.evaluate(() => document.documentElement.offsetHeight),
		moved: await page.evaluate(() => window.moved),
		kept: await frame.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length]),
		title: await page.locator("iframe").getAttribute("title"),
		language: await frame.evaluate(() => document.documentElement.lang),
	};
}

async function byMouse(browser, url) {
	const page = await open(browser, url);
	const frame = await frameOf(page);
	const button = frame.locator("button[type=submit]");
	await button.click();
	const reminded = await frame.locator(".said").innerText();
	await frame.locator("input[name=nps][value='9']").check();
	await frame.locator("input[name=csat][value='5']").check();
	await frame.locator("textarea").fill("Rask hjelp 빠른 도움");
	await button.dblclick();
	await frame.locator(".thanks").waitFor();
	return { ...(await told(page, frame)), reminded };
}

/** Tab to the first group, then the arrows; the button by the space bar. */
async function byKeyboard(browser, url) {
	const page = await open(browser, url);
	const frame = await frameOf(page);
	const focus = () => frame.evaluate(() => {
		const at = document.activeElement;
		return [at.name ?? "", at.value ?? "", at.type ?? "",
			getComputedStyle(at.type === "radio" ? at.nextElementSibling : at).outlineStyle];
	});
	const ways = [];
	for (let i = 0; i < 40; i++) {
		await page.keyboard.press("Tab");
		const [name, , type, outline] = await focus();
		ways.push([name, type, outline]);
		if (type === "radio")
			for (const key of ["Space", "ArrowRight", "ArrowRight"])
				await page.keyboard.press(key);
		if (type === "submit")
			break;
	}
	await page.keyboard.press("Space");
	await frame.locator(".thanks").waitFor();
	return { ...(await told(page, frame)), ways };
}

/** Answered, changed by the button of the thanks, and sent again. */
async function changed(browser, url) {
	const page = await open(browser, url);
	const frame = await frameOf(page);
	for (const score of ["9", "2", "9"]) {
		await frame.locator(`input[name=nps][value='${score}']`).check();
		await frame.locator("button[type=submit]").click();
		await frame.locator(".thanks").waitFor();
		await frame.locator(".thanks button").click();
	}
	return {};
}

async function framed(browser, url) {
	const page = await open(browser, url);
	await page.locator("iframe").waitFor();
	await page.waitForFunction(() => document.readyState === "complete");
	await page.waitForTimeout(500);
	const [, frame] = page.frames();
	return { shown: await frame.locator("form").count(), address: frame.url() };
}

/** Whether it is light where the system is dark. */
async function dark(browser, url) {
	const frame = await frameOf(await open(browser, url, { colorScheme: "dark" }));
	const ground = await frame.evaluate(() => getComputedStyle(document.body).backgroundColor);
	return { light: ground === "rgb(255, 255, 255)" };
}

/** Without any script, as a link in a mail is followed. */
async function plain(browser, url) {
	const page = await open(browser, url, { javaScriptEnabled: false, locale: "nb-NO" });
	const marked = await page.locator("input:checked").evaluateAll((all) =>
		all.map((one) => `${one.name}=${one.value}`));
	await page.locator("textarea").fill("<script>alert(1)</script>");
	await page.locator(".notice button").click();
	await page.locator("h1").waitFor();
	return { marked, said: await page.locator("h1").innerText(), cookies: await page.context().cookies() };
}

async function faults(where) {
	await where.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf-8"));
	const { violations } = await where.evaluate((values) => axe.run(document, { runOnly: values }), RULES);
	return violations.map(({ id, impact, nodes }) => `${impact} ${id} ${nodes[0].html}`);
}

/** Addresses of pages, or of pages with the widget, in every language, narrow and wide, light and dark. */
async function audited(browser, ...urls) {
	const found = [];
	for (const url of urls)
		for (const colorScheme of ["light", "dark"])
			for (const width of [320, 1000]) {
				const page = await open(browser, url, { colorScheme, viewport: { width, height: 900 } });
				const where = await page.locator("iframe").count() ? await frameOf(page) : page;
				const wide = await where.evaluate(() => document.documentElement.scrollWidth > innerWidth);
				for (const fault of [...await faults(where), ...(wide ? ["wider than the window"] : [])])
					found.push(`${url} ${colorScheme} ${width}: ${fault}`);
				await page.context().close();
			}
	return { found };
}

/** PNG of an address, for people to look at: URL FILE WIDTH HEIGHT light|dark. */
async function picture(browser, url, file, width, height, colorScheme) {
	const page = await open(browser, url, {
		colorScheme, viewport: { width: Number(width), height: Number(height) } });
	if (await page.locator("iframe").count())
		await frameOf(page);
	await page.waitForTimeout(300);
	await page.screenshot({ path: file });
	return {};
}

const scenarios = { byMouse, byKeyboard, changed, framed, dark, plain, audited, picture };
const browser = await chromium.launch({ executablePath: program, timeout: WAIT_MS });
try {
	console.log(JSON.stringify({ ...(await scenarios[scenario](browser, ...given)), ...seen }));
} catch (error) {
	console.error(JSON.stringify(seen), error);
	process.exitCode = 1;
} finally {
	await browser.close();
}
