// Asks every 3 seconds how far the work has come; says each quarter once, politely (pages §3.7).

const EVERY = 3000;
const TRIES = 5;

export function followProgress(panel) {
  const find = (name) => panel.querySelector(`[data-progress-${name}]`);
  const bar = panel.querySelector("progress");
  const quarterOf = (told) => (told.total ? Math.floor((told.done / told.total) * 4) : 0);
  const hide = (part, hidden) => {
    if (part) {
      part.hidden = hidden;
    }
  };
  let said = quarterOf({ done: bar.value, total: bar.max });
  let failed = 0;

  hide(find("again"), true);

  function show(told) {
    bar.max = told.total || 1;
    bar.value = told.done;
    find("count").textContent = told.count_text;
    const shown = panel.querySelectorAll("[data-progress-step]");
    const words = { done: "done", now: "under way", waiting: "waiting" };
    told.steps.forEach((step, at) => {
      if (shown[at]) {
        shown[at].className = `ccis-steps__step ccis-steps__step--${step.state}`;
        shown[at].querySelector(".ccis-steps__state").textContent = words[step.state];
      }
    });
    const quarter = quarterOf(told);
    if (told.finished) {
      find("said").textContent = "Finished. You can see the result.";
    } else if (quarter > said) {
      said = quarter;
      find("said").textContent = told.count_text;
    }
  }

  async function ask() {
    try {
      const answer = await fetch(panel.dataset.check, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
      });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const told = await answer.json();
      failed = 0;
      if (told.stopped) {
        window.location.reload(); // the page says why, and has the button to carry on
        return;
      }
      show(told);
      if (told.finished) {
        hide(find("running"), true);
        hide(find("result"), false);
        return;
      }
    } catch {
      failed += 1;
      if (failed >= TRIES) {
        hide(find("again"), false);
        find("said").textContent = "We cannot ask how far it has come. Check again in a minute.";
        return;
      }
    }
    window.setTimeout(ask, EVERY);
  }

  window.setTimeout(ask, EVERY);
}
