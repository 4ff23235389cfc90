/** The survey in its frame: sends the answers, says what became of them, tells its height.
 *
 * No cookies and no storage. A second click while an answer is on its way sends nothing; an answer
 * that was not taken may be sent again, and is the same one to the server by its nonce.
 */
(() => {
	"use strict";
	const form = document.querySelector("form");
	if (!form)
		return;

	const parentOrigin = form.dataset.parent;
	function tellHeight() {
		if (parentOrigin)
			parent.postMessage({ plaudit: { height: document.documentElement.offsetHeight } }, parentOrigin);
	}

	new ResizeObserver(tellHeight).observe(document.documentElement);
	const button = form.querySelector("button");
	const said = form.querySelector(".said");
	const thanks = document.querySelector(".thanks");
	let sent = 0;
	let sending = false;

	/** Hidden fields stand beside the answers; what is empty was not answered. */
	function message() {
		const body = { answers: {} };
		for (const [name, text] of new FormData(form)) {
			const value = text.trim();
			if (form.elements.namedItem(name).type === "hidden")
				body[name] = value;
			else if (value)
				body.answers[name] = value;
		}
		body.nonce += `.${sent}`;
		return body;
	}

	function say(words, busy) {
		said.textContent = words;
		sending = busy;
		button.setAttribute("aria-disabled", String(busy));
	}

	function show(section, other) {
		other.hidden = true;
		section.hidden = false;
	}

	async function send(body) {
		const answer = await fetch(form.action, {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify(body),
			credentials: "omit",
			signal: AbortSignal.timeout(30000),
		});
		if (!answer.ok)
			throw new Error(`answered ${answer.status}`);
	}

	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const body = message();
		if (sending)
			return;
		if (Object.keys(body.answers).length === 0) {
			say(said.dataset.empty, false);
			form.querySelector("input:not([type=hidden]), textarea")?.focus();
			return;
		}
		say(said.dataset.sending, true);
		try {
			await send(body);
		} catch {
			say(said.dataset.sorry, false);
			return;
		}
		sent += 1;
		say("", false);
		show(thanks, form);
		thanks.focus();
	});

	thanks.querySelector("button").addEventListener("click", () => {
		show(form, thanks);
		button.focus();
	});
})();
