// Asks shortly before the end of the session whether someone is still there; at the end sends what
// stands unsent on the page to be kept, and leaves it (pages §2.1). The server's time decides: the
// page asks it before it warns and before it leaves, so that a tab in use keeps the others.

const JSON_ONLY = { Accept: "application/json" };
const SAID_AT = [60, 20];
const AGAIN = 10000;
const LONGEST_KEEPALIVE = 60000;

export function watchTheTime(dialog) {
  const find = (name) => dialog.querySelector(`[data-still-there-${name}]`);
  const stayForm = find("stay");
  const warning = Number(dialog.dataset.warning);
  const ends = document.querySelector("[data-session-ends]");
  const others = "BroadcastChannel" in window ? new BroadcastChannel("ccis-still-there") : null;
  let endsAt = 0;
  let timer = 0;
  let said = Infinity;
  let typedIn = document.querySelector("form[data-offered]");
  let leaving = false;

  const left = () => Math.ceil((endsAt - Date.now()) / 1000);
  const after = (ms, what) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(what, Math.max(ms, 0));
  };

  function endsIn(seconds, last) {
    endsAt = Date.now() + seconds * 1000;
    find("last").hidden = !last;
    stayForm.hidden = last;
    if (ends) {
      ends.textContent = clock(new Date(endsAt));
    }
    if (left() > warning) {
      if (dialog.open) {
        dialog.close();
      }
      after(endsAt - warning * 1000 - Date.now(), check);
    } else {
      warn();
    }
  }

  // "10:45am", as the pages say it.
  function clock(moment) {
    const parts = new Intl.DateTimeFormat("en-GB", {
      timeZone: "Europe/London", hour: "numeric", minute: "2-digit", hour12: true,
    }).formatToParts(moment);
    const part = (type) => parts.find((one) => one.type === type).value;
    const hour = part("hour") === "0" ? "12" : part("hour");
    return `${hour}:${part("minute")}${part("dayPeriod").toLowerCase()}`;
  }

  // What the service says: {left, last} while the session lasts, {to} when it is over.
  async function ask(address, options) {
    const answer = await fetch(address, {
      headers: JSON_ONLY, credentials: "same-origin", cache: "no-store", ...options,
    });
    if (answer.redirected) {
      return { to: `/signed-out/?next=${encodeURIComponent(here())}` };
    }
    if (!answer.ok && answer.status !== 401) {
      throw new Error(String(answer.status));
    }
    return answer.json();
  }

  const here = () => window.location.pathname + window.location.search;

  function heard(told) {
    if (told.to !== undefined) {
      leaving = true;
      window.location.assign(told.to);
    } else {
      endsIn(told.left, told.last);
    }
    return told;
  }

  async function check() {
    if (leaving) {
      return;
    }
    if (left() > warning) {
      after(endsAt - warning * 1000 - Date.now(), check);
      return;
    }
    if (left() <= 0) {
      await end();
      return;
    }
    try {
      const told = await ask(stayForm.action, {});
      if (told.to !== undefined) {
        await end();
      } else {
        heard(told);
      }
    } catch {
      warn(); // we cannot ask: our own clock says that it is time
    }
  }

  function warn() {
    if (!dialog.open) {
      said = Infinity;
      dialog.showModal();
    }
    tick();
  }

  function tick() {
    const seconds = left();
    if (seconds <= 0) {
      end();
      return;
    }
    find("left").textContent = inWords(seconds);
    const due = SAID_AT.filter((mark) => seconds <= mark && mark < said).pop();
    if (due) {
      said = due;
      find("said").textContent = `You will be signed out in ${inWords(seconds)}.`;
    }
    after(1000, tick);
  }

  function inWords(seconds) {
    const many = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
    const whole = Math.floor(seconds / 60);
    const rest = seconds % 60;
    return [whole ? many(whole, "minute") : "", rest || !whole ? many(rest, "second") : ""]
      .filter(Boolean)
      .join(" ");
  }

  async function stay() {
    try {
      const told = heard(await ask(stayForm.action, { method: "POST", body: new FormData(stayForm) }));
      if (others && told.left !== undefined) {
        others.postMessage(told);
      }
    } catch {
      find("said").textContent = "We cannot reach the service. Try again.";
    }
  }

  // What was typed, but for files and passwords, and where it stood.
  function unsent() {
    const body = new URLSearchParams();
    if (typedIn && typedIn.isConnected) {
      const secret = new Set([...typedIn.querySelectorAll("[type=password]")].map((one) => one.name));
      for (const [name, value] of new FormData(typedIn)) {
        if (typeof value === "string" && !secret.has(name)) {
          body.append(name, value);
        }
      }
      body.set("_action", new URL(typedIn.getAttribute("action") || "", window.location).pathname);
    }
    body.set("_page", here());
    body.set("csrfmiddlewaretoken", stayForm.elements.csrfmiddlewaretoken.value);
    return body;
  }

  async function end() {
    if (leaving) {
      return;
    }
    const body = unsent();
    try {
      heard(
        await ask(dialog.dataset.end, {
          method: "POST", body, keepalive: String(body).length < LONGEST_KEEPALIVE,
        }),
      );
    } catch {
      find("left").textContent = "a moment";
      find("said").textContent = "We cannot reach the service to sign you out. Keep this page open.";
      after(AGAIN, end);
    }
  }

  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  stayForm.addEventListener("submit", (event) => {
    event.preventDefault();
    stay();
  });
  const typed = (event) => {
    const form = event.target.form;
    if (form && form.method === "post" && form.closest("main")) {
      typedIn = form;
    }
  };
  document.addEventListener("input", typed);
  document.addEventListener("change", typed);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && !dialog.open) {
      check();
    }
  });
  if (others) {
    others.addEventListener("message", (event) => endsIn(event.data.left, event.data.last));
  }
  const told = { left: Number(dialog.dataset.left), last: "last" in dialog.dataset };
  if (others) {
    others.postMessage(told);
  }
  endsIn(told.left, told.last);
}
