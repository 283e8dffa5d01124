// What JavaScript adds to pages that work without it.
import { initAll } from "../govuk/govuk-frontend.min.js";
import { work } from "./match.js";
import { followProgress } from "./progress.js";
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
