// What JavaScript adds to pages that work without it.
import { initAll } from "../govuk/govuk-frontend.min.js";
import { saveByKeys } from "./keys.js";
import { work } from "./match.js";
import { followProgress } from "./progress.js";
import { workRows } from "./rows.js";
import { watchTheTime } from "./still_there.js";

initAll();

for (const panel of document.querySelectorAll('[data-module="ccis-progress"]')) {
  followProgress(panel);
}

for (const dialog of document.querySelectorAll('[data-module="ccis-still-there"]')) {
  watchTheTime(dialog);
}

for (const section of document.querySelectorAll('[data-module="ccis-match"]')) {
  work(section);
}

const rows = [...document.querySelectorAll('[data-module="ccis-rows"] tbody tr')];
if (rows.length) {
  workRows(rows);
}

for (const button of document.querySelectorAll('[aria-keyshortcuts="Control+Enter"]')) {
  saveByKeys(button);
}

// A young person's page that a phone kept whole is asked for again, so that Back on a shared phone
// shows nothing of whoever cleared it.
window.addEventListener("pageshow", (event) => {
  if (event.persisted && document.body.classList.contains("ccis-public")) location.reload();
});
