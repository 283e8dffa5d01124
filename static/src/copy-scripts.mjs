// Copies GOV.UK Frontend's script, without the line that names a map we do not ship.
import { readFileSync, writeFileSync } from "node:fs";

const from = "node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js";
const text = readFileSync(from, "utf8").replace(/\n?\/\/# sourceMappingURL=.*\n?$/, "\n");
writeFileSync("static/govuk/govuk-frontend.min.js", text);
