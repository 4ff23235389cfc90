/** Puts a survey where its script element stands, in a frame:
 *
 *   <script async src="https://cx.example.org/widget.js" data-source="ADDRESS"
 *           data-token="TOKEN" data-language="nb"></script>
 *
 * data-token: the invitation; left out, the source must be open. data-language: en, nb, ko or vi;
 * left out, the page's. data-place: what was contacted, of the source's places. Scores known
 * already: data-scores="nps=9&csat=5". data-height: pixels to keep free from the start.
 * data-scheme: "light", or "auto" for the system's; left out, light unless the page declares a dark
 * color-scheme of its own.
 * Nothing is stored in the browser, and nothing of the page is read but these.
 */
(() => {
	"use strict";
	const script = document.currentScript;
	const { source, token, language, place, scores, height, scheme } = script.dataset;
	const declared = getComputedStyle(document.documentElement).colorScheme +
		(document.querySelector("meta[name='color-scheme']")?.content ?? "");
	const titles = { en: "Survey", nb: "Undersøkelse", ko: "설문", vi: "Khảo sát" };
	const address = new URL(`widget/${encodeURIComponent(source ?? "")}`, script.src);
	const tag = language ?? document.documentElement.lang;
	const asked = { token, lang: tag, place, origin: location.origin,
		scheme: scheme ?? (declared.includes("dark") ? "auto" : "light") };

	for (const [name, value] of new URLSearchParams(scores ?? ""))
		address.searchParams.set(name, value);
	for (const [name, value] of Object.entries(asked))
		if (value)
			address.searchParams.set(name, value);

	const frame = document.createElement("iframe");
	frame.src = address;
	frame.lang = tag;
	frame.title = titles[tag.split("-")[0]] ?? titles.en;
	frame.referrerPolicy = "no-referrer";
	frame.sandbox = "allow-forms allow-same-origin allow-scripts";
	Object.assign(frame.style, { display: "block", width: "100%", border: "0" });
	script.after(frame);
	frame.style.height = `${height ?? (frame.clientWidth < 420 ? 880 : 760)}px`;

	/* It grows and never shrinks: what stands below is moved once at most. */
	addEventListener("message", ({ source: from, origin, data }) => {
		const wanted = data?.plaudit?.height;
		if (from !== frame.contentWindow || origin !== address.origin || !Number.isFinite(wanted))
			return;
		if (wanted > frame.clientHeight)
			frame.style.height = `${Math.min(Math.ceil(wanted), 5000)}px`;
	});
})();
